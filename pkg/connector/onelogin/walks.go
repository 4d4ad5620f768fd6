package onelogin

import (
	"context"

	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// every is for walks over each of the objects.
func every(string, entry) bool { return true }

// sideBySide goes through the listed objects of a type, a page at a time, and starts walks of each object beside each
// other. The SDK takes 1,024 cursors with one answer, and a page has up to 1,000 objects: so one kind of walk is started
// at a time.
func sideBySide(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor, resourceType string, walks []string, wants func(walk string, object entry) bool) (*rs.SyncOpResults, error) {
	p, kinds := pages{resourceType}, int64(len(walks))
	n, err := p.count(ctx, o)
	if err != nil || n == 0 {
		return &rs.SyncOpResults{}, connector.Status(err)
	}
	rows, err := p.read(ctx, o, cursor.Pages/kinds+1)
	if err != nil {
		return nil, connector.Status(err)
	}
	name := walks[cursor.Pages%kinds]
	var more []connector.Cursor
	for _, row := range rows {
		if wants(name, row) {
			more = append(more, connector.Cursor{Walk: name, Parent: string(row.ID)})
		}
	}
	if cursor.Pages++; cursor.Pages == n*kinds {
		return connector.NextPage(cursor, "", more...)
	}
	return connector.Resume(cursor, more...)
}

func idsOf(rows []entry) []onelogin.ID {
	ids := make([]onelogin.ID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids
}
