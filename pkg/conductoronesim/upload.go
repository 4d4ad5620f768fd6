package conductoronesim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	_ "github.com/conductorone/baton-sdk/pkg/dotc1z/engine/pebble" // registers the format of today's files
)

// uploads are the files that came, in the order in which they did.
type uploads struct {
	dir string

	mu  sync.Mutex
	all []Upload
	n   int // for names
}

// Uploads are the files that connectors have sent, debug logs among them, in the order in which they came.
func (s *Server) Uploads() []Upload {
	s.uploads.mu.Lock()
	defer s.uploads.mu.Unlock()
	return slices.Clone(s.uploads.all)
}

// UploadAsset takes a file: metadata, data, then the sum, and nothing behind it.
func (s *service) UploadAsset(in grpc.ClientStreamingServer[v1.BatonServiceUploadAssetRequest, v1.BatonServiceUploadAssetResponse]) error {
	ctx := in.Context()
	first, err := in.Recv()
	if err != nil {
		return err
	}
	task, err := s.expected(ctx, first)
	if err != nil {
		return err
	}
	u, err := s.receive(ctx, in, task)
	if err != nil {
		return err
	}
	s.uploads.keep(u)
	s.queue.uploaded(u)
	return in.SendAndClose(&v1.BatonServiceUploadAssetResponse{})
}

// expected is the task that an upload is for.
func (s *service) expected(ctx context.Context, first *v1.BatonServiceUploadAssetRequest) (*v1.Task, error) {
	if !first.HasMetadata() {
		return nil, s.refuse(ctx, codes.InvalidArgument, errors.New("an upload has to begin with its metadata"))
	}
	call := callOf(ctx)
	call.HostID, call.TaskID = first.GetMetadata().GetHostId(), first.GetMetadata().GetTaskId()
	task, err := s.queue.holding(call.HostID, call.TaskID)
	if err != nil {
		return nil, s.refuse(ctx, codes.NotFound, err)
	}
	if !task.HasSyncFull() {
		return nil, s.refuse(ctx, codes.InvalidArgument, fmt.Errorf("task %s is %s and has nothing to upload", call.TaskID, taskType(task)))
	}
	return task, nil
}

// receive writes a file and checks it. What is not whole is removed.
func (s *service) receive(
	ctx context.Context, in grpc.ClientStreamingServer[v1.BatonServiceUploadAssetRequest, v1.BatonServiceUploadAssetResponse], task *v1.Task,
) (u Upload, err error) {
	u = Upload{TaskID: task.GetId(), Path: s.uploads.path(task.GetId())}
	f, err := os.OpenFile(u.Path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return u, err
	}
	sum := sha256.New()
	claimed, err := s.write(ctx, in, io.MultiWriter(f, sum, (*counter)(&u.Size)))
	err = errors.Join(err, f.Close())
	if err == nil {
		err = s.check(ctx, &u, sum, claimed)
	}
	if err != nil {
		return u, errors.Join(err, os.Remove(u.Path))
	}
	return u, nil
}

// write copies data until the sum comes, which it returns.
func (s *service) write(
	ctx context.Context, in grpc.ClientStreamingServer[v1.BatonServiceUploadAssetRequest, v1.BatonServiceUploadAssetResponse], to io.Writer,
) ([]byte, error) {
	for {
		m, err := in.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil, s.refuse(ctx, codes.InvalidArgument, errors.New("an upload ends without its sum"))
		case err != nil:
			return nil, err
		case m.HasMetadata():
			return nil, s.refuse(ctx, codes.InvalidArgument, errors.New("an upload has its metadata twice"))
		case m.HasEof():
			if _, err := in.Recv(); !errors.Is(err, io.EOF) {
				return nil, s.refuse(ctx, codes.InvalidArgument, errors.New("an upload goes on behind its sum"))
			}
			return m.GetEof().GetSha256Checksum(), nil
		}
		if _, err := to.Write(m.GetData().GetData()); err != nil {
			return nil, fmt.Errorf("keep an upload: %w", err)
		}
	}
}

// check holds a file against its sum and opens it, unless it is a debug log, which begins as a line of JSON.
func (s *service) check(ctx context.Context, u *Upload, sum hash.Hash, claimed []byte) error {
	if !bytes.Equal(sum.Sum(nil), claimed) {
		return s.refuse(ctx, codes.DataLoss, fmt.Errorf("the upload of task %s does not have the sum that it claims", u.TaskID))
	}
	u.SHA256 = hex.EncodeToString(claimed)
	u.Debug = beginsWith(u.Path, '{')
	if u.Debug {
		return nil
	}
	store, err := dotc1z.NewStore(ctx, u.Path, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(s.options.Dir))
	if err == nil {
		err = store.Close(ctx)
	}
	if err != nil {
		return s.refuse(ctx, codes.InvalidArgument, fmt.Errorf("the upload of task %s does not open: %w", u.TaskID, err))
	}
	return nil
}

func beginsWith(path string, c byte) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	var b [1]byte
	n, err := f.Read(b[:])
	return errors.Join(err, f.Close()) == nil && n == 1 && b[0] == c
}

func (u *uploads) path(task string) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.n++
	return filepath.Join(u.dir, fmt.Sprintf("%04d-%s.c1z", u.n, task))
}

func (u *uploads) keep(up Upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.all = append(u.all, up)
}

// counter counts what is written.
type counter int64

// Write counts, and never fails.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
