package connector

import (
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Walks reads the page of a token, and begins its reading anew where that is the remedy for a failure (see Restarted).
func Walks[T any](o rs.SyncOpAttrs, read func(Cursor) ([]T, *rs.SyncOpResults, error)) ([]T, *rs.SyncOpResults, error) {
	cursor, err := ParseCursor(o.PageToken.Token)
	if err != nil {
		return nil, nil, err
	}
	rows, results, err := read(cursor)
	if err != nil {
		results, err = Restarted(cursor, err)
		return nil, results, err
	}
	return rows, results, nil
}

// Begin starts walks side by side.
func Begin(walks ...Cursor) (*rs.SyncOpResults, error) {
	return NextPage(Cursor{}, "", walks...)
}

// UnknownWalk refuses a page token of a walk that a connector does not have.
func UnknownWalk(name string) error {
	return status.Errorf(codes.InvalidArgument, "the page token names the walk %q, which this connector does not have", name)
}
