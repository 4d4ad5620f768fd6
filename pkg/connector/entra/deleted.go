package entra

import (
	"context"

	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// unlessDeleted returns the error of a list that belongs to one object, and nil where the object was deleted after it was
// listed: its list is counted, and as good as empty. A 404 for the list says nothing by itself: only where Graph is asked
// for the object too, and has none, is it gone.
func (c *Connector) unlessDeleted(ctx context.Context, o rs.SyncOpAttrs, resourceType, id string, err error) error {
	if !graph.Missing(err) {
		return err
	}
	switch asked := c.ask(ctx, resourceType, id); {
	case asked == nil:
		return err
	case !graph.Missing(asked):
		return asked // it decides, and may pass
	}
	c.summaries.Skip(o.SyncID, reasonDeleted, 1)
	return nil
}

// ask reads an object that is only asked whether it is there.
func (c *Connector) ask(ctx context.Context, resourceType, id string) error {
	var err error
	if resourceType == typeGroup {
		_, err = c.graph.GetGroupRow(ctx, id)
	} else {
		_, err = c.graph.GetServicePrincipal(ctx, id, false)
	}
	return err
}
