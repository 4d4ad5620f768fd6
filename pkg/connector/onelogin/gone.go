package onelogin

import (
	"context"

	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// reasonDeletedMeanwhile is why a list becomes no grants.
const reasonDeletedMeanwhile = "a list of a role, app or privilege that was deleted after it was listed"

// deleted says whether a list cannot be read because the object that it belongs to is gone; then the list is counted, and
// noted as one without pages. A 404 for the list says nothing by itself: only where the object is asked for too, and is
// missing, is it gone.
func (c *Connector) deleted(ctx context.Context, o rs.SyncOpAttrs, err error, list string, object func(context.Context) error) (bool, error) {
	if !onelogin.Missing(err) || !onelogin.Missing(object(ctx)) {
		return false, nil
	}
	c.summaries.Skip(o.SyncID, reasonDeletedMeanwhile, 1)
	return true, pages{list}.finish(ctx, o, 0)
}

// asks makes a read of an object that is only asked whether it is there.
func asks[T any](read func(context.Context, onelogin.ID) (T, error), id string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := read(ctx, onelogin.ID(id))
		return err
	}
}
