package onelogin

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// What a later phase of a sync must know of an earlier one is kept in the SDK's session store, which lives as long as the
// sync. Each kind of entry has its prefix:
//
//	user/<id>              the mail of a user that was listed, "" where there is none
//	role/<id>, group/<id>  that the role or the group was listed
//	app/<id>               that the app was listed
//	pages/<list>/<page>    the rows of a page of a list, JSON; its pages are known by their numbers, from 1 on
//	pages/<list>/whole     how many pages the list has, once it was read to its end and is whole
//	held/<page>            the users of a page whose manager stands on a later one, JSON
//	givers/<app id>        the roles that give an app, JSON
//
// The lists are user, role, group, app and privilege; of a role member/<role id>, admin/<role id> and apps/<role id>; of an
// app users/<app id>; and of a privilege privilege/users/<privilege id> and privilege/roles/<privilege id>.

// listed are the objects of a resource type that were listed.
func listed(resourceType string) connector.Notes {
	return connector.Notes{Prefix: resourceType + "/", Name: "the listed objects of the type " + resourceType}
}

func held() connector.Notes {
	return connector.Notes{Prefix: "held/", Name: "the users whose manager is not read yet"}
}

func givers() connector.Notes {
	return connector.Notes{Prefix: "givers/", Name: "the roles that give an app"}
}

// writeJSON notes a value.
func writeJSON(ctx context.Context, o rs.SyncOpAttrs, n connector.Notes, key string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("note %s: %w", n.Name, err)
	}
	return n.Write(ctx, o, map[string][]byte{key: content})
}

// readJSON reads a value; false where none is noted.
func readJSON(ctx context.Context, o rs.SyncOpAttrs, n connector.Notes, key string, value any) (bool, error) {
	found, err := n.Read(ctx, o, []string{key})
	if err != nil || found[key] == nil {
		return false, err
	}
	if err := json.Unmarshal(found[key], value); err != nil {
		return false, fmt.Errorf("look up %s: what was noted at %s cannot be read: %w", n.Name, key, err)
	}
	return true, nil
}

// entry is what is noted of a row of a list.
type entry struct {
	ID onelogin.ID `json:"i"`
	// Group is that of a user.
	Group onelogin.ID `json:"g,omitempty"`
	// Apps are those that a role gives; nil where they are a list of their own.
	Apps *[]onelogin.ID `json:"a,omitempty"`
}

// pages are the noted rows of a list.
type pages struct{ list string }

// whole is the key of the number of pages.
const whole = "whole"

func (p pages) notes() connector.Notes {
	return connector.Notes{Prefix: "pages/" + p.list + "/", Name: "the rows of the list " + p.list}
}

func (p pages) write(ctx context.Context, o rs.SyncOpAttrs, page int64, rows []entry) error {
	return writeJSON(ctx, o, p.notes(), strconv.FormatInt(page, 10), rows)
}

// finish notes that the list is whole.
func (p pages) finish(ctx context.Context, o rs.SyncOpAttrs, pages int64) error {
	return writeJSON(ctx, o, p.notes(), whole, pages)
}

// count is how many pages the list has; 0 where it was not read in this sync.
func (p pages) count(ctx context.Context, o rs.SyncOpAttrs) (n int64, err error) {
	_, err = readJSON(ctx, o, p.notes(), whole, &n)
	return n, err
}

// known is count of a list that was to be read before: one that was not must not pass for an empty one.
func (p pages) known(ctx context.Context, o rs.SyncOpAttrs) (n int64, err error) {
	found, err := readJSON(ctx, o, p.notes(), whole, &n)
	if err == nil && !found {
		return 0, fmt.Errorf("look up the rows of the list %s: it was not read to its end", p.list)
	}
	return n, err
}

// read returns the rows of a page.
func (p pages) read(ctx context.Context, o rs.SyncOpAttrs, page int64) (rows []entry, err error) {
	found, err := readJSON(ctx, o, p.notes(), strconv.FormatInt(page, 10), &rows)
	if err == nil && !found {
		return nil, fmt.Errorf("look up the rows of the list %s: page %d is not noted", p.list, page)
	}
	return rows, err
}

// each hands over the pages from 1 to n, each row once.
func (p pages) each(ctx context.Context, o rs.SyncOpAttrs, n int64, take func(entry)) error {
	known := map[onelogin.ID]bool{}
	for page := int64(1); page <= n; page++ {
		rows, err := p.read(ctx, o, page)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if !known[row.ID] {
				known[row.ID] = true
				take(row)
			}
		}
	}
	return nil
}

// wholePages is pages.each of a list that was read to its end.
func wholePages(ctx context.Context, o rs.SyncOpAttrs, list string, take func(entry)) error {
	p := pages{list}
	n, err := p.known(ctx, o)
	if err != nil {
		return err
	}
	return p.each(ctx, o, n, take)
}
