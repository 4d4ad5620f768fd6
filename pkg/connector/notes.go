package connector

import (
	"context"
	"fmt"
	"slices"

	"github.com/conductorone/baton-sdk/pkg/session"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"
)

// Notes are one kind of what a later phase of a sync has to know of an earlier one. They are kept in the SDK's session
// store, which lives as long as the sync.
type Notes struct {
	// Prefix tells the kind from others in the store: "kind/".
	Prefix string
	// Name is what the notes are called in errors: "the kinds of objects".
	Name string
}

// Write notes values by their keys, over those that were noted before.
func (n Notes) Write(ctx context.Context, o rs.SyncOpAttrs, values map[string][]byte) error {
	items := func(yield func(session.SizedItem[[]byte], error) bool) {
		for key, value := range values {
			if !yield(session.SizedItem[[]byte]{Key: key, Value: value, Size: len(key) + len(value)}, nil) {
				return
			}
		}
	}
	if err := session.UnrollSetMany(ctx, o.Session, items, sessions.WithPrefix(n.Prefix)); err != nil {
		return fmt.Errorf("note %s, %d of them: %w", n.Name, len(values), err)
	}
	return nil
}

// Read returns what is noted at the keys, in one batch; a key without a note is missing.
func (n Notes) Read(ctx context.Context, o rs.SyncOpAttrs, keys []string) (map[string][]byte, error) {
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	found, err := session.UnrollGetMany(ctx, o.Session, keys, sessions.WithPrefix(n.Prefix))
	if err != nil {
		return nil, fmt.Errorf("look up %s, %d of them: %w", n.Name, len(keys), err)
	}
	return found, nil
}
