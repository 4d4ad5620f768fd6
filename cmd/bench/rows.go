package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"google.golang.org/protobuf/proto"
)

// rows are those of a sync, in pages that the floor can serve. They lie in two files: the pages one behind the other,
// and beside them an index, which is this structure in JSON.
type rows struct {
	Types []typeRows
	pages io.ReaderAt
}

// typeRows are those of one resource type. Messages are in the wire form of protobuf.
type typeRows struct {
	ID     string
	Type   []byte // ResourceType
	Static []byte // ListEntitlementsResponse: what every resource of the type has
	// Resources, Entitlements and Grants are the pages: responses of the SDK's lists, without a next token.
	Resources, Entitlements, Grants []span
}

// span is where a page lies.
type span struct{ At, Bytes int64 }

const indexSuffix = ".index"

// openRows opens the rows for as long as the process lives.
func openRows(path string) (*rows, error) {
	text, err := os.ReadFile(path + indexSuffix)
	if err != nil {
		return nil, fmt.Errorf("read the index of the rows: %w", err)
	}
	r := &rows{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("read the index of the rows: %w", err)
	}
	if r.pages, err = os.Open(path); err != nil {
		return nil, fmt.Errorf("open the rows: %w", err)
	}
	return r, nil
}

func (r *rows) read(at span, into proto.Message) error {
	b := make([]byte, at.Bytes)
	if _, err := r.pages.ReadAt(b, at.At); err != nil {
		return fmt.Errorf("read a page of rows: %w", err)
	}
	if err := proto.Unmarshal(b, into); err != nil {
		return fmt.Errorf("decode a page of rows: %w", err)
	}
	return nil
}

// rowsWriter writes rows.
type rowsWriter struct {
	path string
	file *os.File
	at   int64
}

func createRows(path string) (*rowsWriter, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("create the file of rows: %w", err)
	}
	return &rowsWriter{path: path, file: f}, nil
}

// write appends a page.
func (w *rowsWriter) write(page proto.Message) (span, error) {
	b, err := proto.Marshal(page)
	if err == nil {
		_, err = w.file.Write(b)
	}
	if err != nil {
		return span{}, fmt.Errorf("write a page of rows: %w", err)
	}
	at := span{w.at, int64(len(b))}
	w.at += at.Bytes
	return at, nil
}

// finish writes the index.
func (w *rowsWriter) finish(index rows) error {
	text, err := json.Marshal(index)
	if err == nil {
		err = os.WriteFile(w.path+indexSuffix, text, 0o600)
	}
	if err = errors.Join(err, w.file.Close()); err != nil {
		return fmt.Errorf("write the index of the rows: %w", err)
	}
	return nil
}
