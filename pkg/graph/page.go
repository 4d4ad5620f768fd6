package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/conductorone/baton-microsoft-entra/pkg/readahead"
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
	// Delta is the link that ends a delta in the place of Next, "" on every other page. The decoder reads
	// it from @odata.deltaLink.
	Delta string
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

// list returns the page at next, or the first page where next is "". In a sync it is read ahead.
func list[T row](ctx context.Context, c *Client, l listing, next string) (Page[T], error) {
	return readahead.Read(ctx, &c.ahead, next, func(ctx context.Context, next string) (Page[T], string, error) {
		page, err := fetch[T](ctx, c, l, next)
		return page, page.Next, err
	})
}

// fetch asks for a page and reads it.
func fetch[T row](ctx context.Context, c *Client, l listing, next string) (Page[T], error) {
	var page Page[T]
	err := c.page(ctx, l, next, func(body io.Reader) (err error) {
		page, err = readPage[T](body)
		return err
	})
	if err != nil {
		return Page[T]{}, err
	}
	if err := c.checkNext(page.Next, next); err != nil {
		return Page[T]{}, fmt.Errorf("graph: %s: %w", l.op, err)
	}
	return page, nil
}

// page has the page at next read, or the first one.
func (c *Client) page(ctx context.Context, l listing, next string, read func(io.Reader) error) error {
	if next != "" {
		info, err := c.follow(next)
		if err != nil {
			return fmt.Errorf("graph: %s: %w", l.op, err)
		}
		return c.sendListing(ctx, l, info, read)
	}
	info, err := l.first(false)
	if err != nil {
		return fmt.Errorf("graph: %s: form the request: %w", l.op, err)
	}
	err = c.sendListing(ctx, l, info, read)
	var refused *Error
	if !errors.As(err, &refused) || refused.Status != http.StatusBadRequest {
		return err
	}
	plain, formErr := l.first(true)
	if formErr != nil || sameQuery(info, plain) {
		return err
	}
	return c.sendListing(ctx, l, plain, read)
}

func (c *Client) sendListing(ctx context.Context, l listing, info *abstractions.RequestInformation, read func(io.Reader) error) error {
	if l.eventual {
		info.Headers.TryAdd("ConsistencyLevel", "eventual")
	}
	_, err := c.exchange(ctx, l.op, info, read)
	return err
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

// errSameLink is the error of a page whose next link leads to itself.
var errSameLink = errors.New("the service gave the same link to the next page twice")

// checkNext refuses a link that leaves the host, or that is the one just followed, which would loop for ever.
func (c *Client) checkNext(next, last string) error {
	if next == "" {
		return nil
	}
	if next == last {
		return errSameLink
	}
	_, err := c.follow(next)
	return err
}

func ptr[T any](v T) *T { return &v }
