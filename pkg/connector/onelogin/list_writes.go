package onelogin

import (
	"context"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// readings is how often a list is read that moves while it is read.
const readings = 3

// lister reads a page of a list.
type lister[T any] func(ctx context.Context, cursor string) (onelogin.Page[T], error)

// found says whether a list has a row. Cursors are page numbers, so one that is not there is looked for again where the
// list was not whole.
func found[T any](ctx context.Context, list lister[T], id func(T) onelogin.ID, is func(T) bool) (bool, error) {
	for range readings {
		rows, whole, err := readThrough(ctx, list, id)
		there := slices.ContainsFunc(rows, is)
		if err != nil || there || whole {
			return there && err == nil, err
		}
	}
	return false, nil
}

// wholeList reads all rows of a list, for a write that puts another in its place: what was not read would be lost.
func wholeList[T any](ctx context.Context, list lister[T], id func(T) onelogin.ID) ([]T, error) {
	for range readings {
		rows, whole, err := readThrough(ctx, list, id)
		if err != nil || whole {
			return rows, err
		}
	}
	return nil, status.Error(codes.Unavailable, "a list that a change replaces had other rows than OneLogin counts each time it was read: nothing was written; try again")
}

// readThrough reads a list once, each row once. It is whole where the rows are as many as the last page counts, or
// nothing is counted.
func readThrough[T any](ctx context.Context, list lister[T], id func(T) onelogin.ID) (rows []T, whole bool, err error) {
	known, followed := map[onelogin.ID]bool{}, map[string]bool{}
	for cursor := ""; ; {
		page, err := list(ctx, cursor)
		if err != nil {
			return nil, false, err
		}
		for _, row := range page.Items {
			if !known[id(row)] {
				known[id(row)] = true
				rows = append(rows, row)
			}
		}
		if cursor = page.Next; cursor == "" {
			return rows, page.Total == nil || int64(len(rows)) == *page.Total, nil
		}
		if followed[cursor] {
			return nil, false, status.Error(codes.Unavailable, "OneLogin leads from page to page of a list in a circle: try again")
		}
		followed[cursor] = true
	}
}
