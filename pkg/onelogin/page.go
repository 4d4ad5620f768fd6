package onelogin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	// Next is the cursor of the page after this one, "" on the last. Only it decides the end: a page may hold
	// fewer rows than were asked for.
	Next string
	// Total is how many rows the service says that the whole list has now; nil where it does not say. A cursor
	// of the second version is a page number: while rows come and go, others slip from page to page, which a
	// changed total tells.
	Total *int64
	// At is the service's clock when it made the page; zero where it does not say.
	At time.Time
}

// row is what a page is made of: an object that can tell its id.
type row interface{ rowID() string }

// listing describes how a list is read.
type listing struct {
	op    string
	path  []string
	query url.Values // filters and fields, which each page needs again
	limit int        // rows to ask for on the first page; the cursor knows it later
}

// listV2 reads the page at the cursor, or the first page where it is "": a bare array, the cursor of the next
// page in a header.
func listV2[T row](ctx context.Context, c *Client, l listing, cursor string) (Page[T], error) {
	got, err := c.page(ctx, l, cursor, "cursor")
	if err != nil {
		return Page[T]{}, err
	}
	page := Page[T]{Next: got.header.Get("After-Cursor"), At: servedAt(got.header)}
	if total, err := strconv.ParseInt(got.header.Get("Total-Count"), 10, 64); err == nil {
		page.Total = &total
	}
	if page.Items, err = decodeRows[T](got.body); err == nil {
		err = checkCursor(page.Next, cursor)
	}
	if err != nil {
		return Page[T]{}, fmt.Errorf("onelogin: %s: %w", l.op, err)
	}
	return page, nil
}

// listV1 reads the page at the cursor, or the first page where it is "": an envelope, which holds the cursor of
// the next page.
func listV1[T row](ctx context.Context, c *Client, l listing, cursor string) (Page[T], error) {
	got, err := c.page(ctx, l, cursor, "after_cursor")
	if err != nil {
		return Page[T]{}, err
	}
	var envelope struct {
		Pagination struct {
			After *string `json:"after_cursor"`
		} `json:"pagination"`
	}
	data, ok := envelopeData(got.body)
	if !ok || json.Unmarshal(got.body, &envelope) != nil {
		return Page[T]{}, fmt.Errorf("onelogin: %s: the answer is no page: it has no data array", l.op)
	}
	page := Page[T]{At: servedAt(got.header)}
	if envelope.Pagination.After != nil {
		page.Next = *envelope.Pagination.After
	}
	if page.Items, err = decodeRows[T](data); err == nil {
		err = checkCursor(page.Next, cursor)
	}
	if err != nil {
		return Page[T]{}, fmt.Errorf("onelogin: %s: %w", l.op, err)
	}
	return page, nil
}

// page sends the request of a page. A cursor excludes a limit. Whether filters may stand beside a cursor is not
// documented: they are repeated, and left out where the service refuses them.
func (c *Client) page(ctx context.Context, l listing, cursor, parameter string) (answer, error) {
	in := call{op: l.op, method: http.MethodGet, path: l.path, query: maps.Clone(l.query)}
	if in.query == nil {
		in.query = url.Values{}
	}
	if cursor == "" {
		if l.limit > 0 {
			in.query.Set("limit", strconv.Itoa(l.limit))
		}
		return c.send(ctx, in)
	}
	in.query.Set(parameter, cursor)
	got, err := c.send(ctx, in)
	var refused *Error
	if len(l.query) == 0 || !errors.As(err, &refused) || refused.Status != http.StatusBadRequest {
		return got, err
	}
	in.query = url.Values{parameter: {cursor}}
	return c.send(ctx, in)
}

// checkCursor refuses the cursor that was just followed, which would loop for ever.
func checkCursor(next, last string) error {
	if next != "" && next == last {
		return errors.New("the service gave the same cursor twice")
	}
	return nil
}

// servedAt reads the Date header.
func servedAt(h http.Header) time.Time {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return at
}

// envelopeData takes the data out of an envelope of the first version.
func envelopeData(body []byte) (json.RawMessage, bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return nil, false
	}
	var envelope struct {
		Status *json.RawMessage `json:"status"`
		Data   json.RawMessage  `json:"data"`
	}
	if json.Unmarshal(body, &envelope) != nil || envelope.Status == nil || len(envelope.Data) == 0 {
		return nil, false
	}
	return envelope.Data, true
}

// decodeRows reads the rows of a page. Anything that is not a whole array of whole rows is an error: a page
// that cannot be read must never look like one with fewer rows.
func decodeRows[T row](body []byte) ([]T, error) {
	var raw *[]*T
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, fmt.Errorf("the page cannot be read: %w", err)
	}
	if raw == nil {
		return nil, errors.New("the answer is no page: it is not an array")
	}
	items := make([]T, 0, len(*raw))
	for i, item := range *raw {
		if item == nil || (*item).rowID() == "" {
			return nil, fmt.Errorf("row %d of the page has no id", i)
		}
		items = append(items, *item)
	}
	return items, nil
}
