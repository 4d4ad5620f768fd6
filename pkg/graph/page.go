package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

const (
	// maxPage is the largest page of a directory collection. A page costs the same whatever its size.
	maxPage int32 = 999
	// ExpandLimit is how many related objects $expand gives for each parent, with no link to the rest: a
	// parent with that many may have more. See https://learn.microsoft.com/graph/known-issues.
	ExpandLimit = 20
)

// whole says whether what $expand gave of a relation is all there is. A relation that is missing is not an
// empty one: an option that Graph does not support it may ignore, without a word.
func whole[T any](related []T, more string) bool {
	return related != nil && len(related) < ExpandLimit && more == ""
}

// none says whether $expand gave a relation, and nobody is in it.
func none[T any](related []T, more string) bool { return len(related) == 0 && whole(related, more) }

// Page is one page of a collection.
type Page[T any] struct {
	Items []T
	// Next is the link of the page after this one, "" on the last. Items may be empty and Next not.
	Next string
	// Count is the size of the whole collection where it was asked for and this is the first page, else nil.
	Count *int64
}

// row is what a page is made of: an object that can tell its id.
type row interface{ rowID() string }

// listing describes how a collection is read.
type listing struct {
	op string
	// first forms the request of the first page. Plain is asked for when the service has refused the
	// narrow form: Microsoft's pages disagree on whether $select may stand inside $expand.
	first func(plain bool) (*abstractions.RequestInformation, error)
	// eventual sends ConsistencyLevel: eventual, which each page needs again.
	eventual bool
}

// list reads the page at next, or the first page where next is "".
func list[T row](ctx context.Context, c *Client, l listing, next string) (Page[T], error) {
	body, err := c.page(ctx, l, next)
	if err != nil {
		return Page[T]{}, err
	}
	page, err := decodePage[T](body)
	if err != nil {
		return Page[T]{}, fmt.Errorf("graph: %s: %w", l.op, err)
	}
	if err := c.checkNext(page.Next, next); err != nil {
		return Page[T]{}, fmt.Errorf("graph: %s: %w", l.op, err)
	}
	return page, nil
}

func (c *Client) page(ctx context.Context, l listing, next string) ([]byte, error) {
	if next != "" {
		info, err := c.follow(next)
		if err != nil {
			return nil, fmt.Errorf("graph: %s: %w", l.op, err)
		}
		return c.sendListing(ctx, l, info)
	}
	info, err := l.first(false)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: form the request: %w", l.op, err)
	}
	body, err := c.sendListing(ctx, l, info)
	var refused *Error
	if !errors.As(err, &refused) || refused.Status != http.StatusBadRequest {
		return body, err
	}
	plain, formErr := l.first(true)
	if formErr != nil || sameQuery(info, plain) {
		return nil, err
	}
	return c.sendListing(ctx, l, plain)
}

func (c *Client) sendListing(ctx context.Context, l listing, info *abstractions.RequestInformation) ([]byte, error) {
	if l.eventual {
		info.Headers.TryAdd("ConsistencyLevel", "eventual")
	}
	return c.send(ctx, l.op, info)
}

// sameQuery says whether two requests ask for the same, so that asking once more is of no use.
func sameQuery(a, b *abstractions.RequestInformation) bool {
	ua, errA := a.GetUri()
	ub, errB := b.GetUri()
	return errA == nil && errB == nil && ua.String() == ub.String()
}

// follow forms the request for a link of the service, whole and unchanged, as Graph demands. The link
// may come from a stored page token, so its host is checked here once more.
func (c *Client) follow(next string) (*abstractions.RequestInformation, error) {
	u, err := url.Parse(next)
	if err != nil {
		return nil, errors.New("the link to the next page is no URL")
	}
	if !c.sameHost(u) {
		return nil, fmt.Errorf("the link to the next page leads to %s, not to %s: it is not followed", u.Host, c.base.Host)
	}
	info := abstractions.NewRequestInformation()
	info.Method = abstractions.GET
	info.SetUri(*u)
	info.Headers.TryAdd("Accept", "application/json")
	return info, nil
}

// checkNext refuses a link that leaves the host, or that is the one just followed, which would loop for ever.
func (c *Client) checkNext(next, last string) error {
	if next == "" {
		return nil
	}
	if next == last {
		return errors.New("the service gave the same link to the next page twice")
	}
	_, err := c.follow(next)
	return err
}

// decodePage takes a page apart. Anything that is not a whole page of whole rows is an error: a page
// that cannot be read must never look like one with fewer rows.
func decodePage[T row](body []byte) (Page[T], error) {
	var raw struct {
		Value *[]*T  `json:"value"`
		Next  string `json:"@odata.nextLink"`
		Count *int64 `json:"@odata.count"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return Page[T]{}, fmt.Errorf("the page cannot be read: %w", explain[T](body, err))
	}
	if raw.Value == nil {
		return Page[T]{}, errors.New("the answer is no page: it has no value array")
	}
	page := Page[T]{Items: make([]T, 0, len(*raw.Value)), Next: raw.Next, Count: raw.Count}
	for i, item := range *raw.Value {
		if item == nil || (*item).rowID() == "" {
			return Page[T]{}, fmt.Errorf("row %d of the page has no id", i)
		}
		page.Items = append(page.Items, *item)
	}
	return page, nil
}

// explain names the row that made a page unreadable, where it is one row.
func explain[T row](body []byte, err error) error {
	var raw struct {
		Value []json.RawMessage `json:"value"`
	}
	if json.Unmarshal(body, &raw) != nil {
		return err
	}
	for i, r := range raw.Value {
		var item T
		rowErr := json.Unmarshal(r, &item)
		if rowErr == nil {
			continue
		}
		var id struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(r, &id) != nil || id.ID == "" {
			return fmt.Errorf("row %d: %w", i, rowErr)
		}
		return fmt.Errorf("the object %s: %w", id.ID, rowErr)
	}
	return err
}

func ptr[T any](v T) *T { return &v }
