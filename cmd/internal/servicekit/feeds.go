//go:build unix

package servicekit

import (
	"slices"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// WantFeeds checks which feeds there are.
func (s *Service) WantFeeds(ids ...string) {
	s.T.Helper()
	var got []string
	for _, feed := range Done[*v2.ListEventFeedsResponse](s, conductoronesim.EventFeeds()).GetList() {
		got = append(got, feed.GetId())
	}
	slices.Sort(got)
	if !slices.Equal(got, ids) {
		s.T.Fatalf("the feeds are %q, want %q", got, ids)
	}
}

// Events reads a feed to its end: from a cursor, or from where it begins.
func (s *Service) Events(feed, cursor string) (all []*v2.Event, next string) {
	s.T.Helper()
	for range 100 {
		page := Done[*v2.ListEventsResponse](s, conductoronesim.Events(feed, cursor, time.Time{}, 0))
		all, cursor = append(all, page.GetEvents()...), page.GetCursor()
		if len(cursor) > 4096 {
			s.T.Errorf("a cursor of %d bytes", len(cursor))
		}
		if !page.GetHasMore() {
			return all, cursor
		}
	}
	s.T.Fatalf("the feed %s has no end", feed)
	return nil, ""
}

// Kept are the events of one kind.
func Kept[M comparable](events []*v2.Event, kind func(*v2.Event) M) []M {
	var none M
	var of []M
	for _, e := range events {
		if m := kind(e); m != none {
			of = append(of, m)
		}
	}
	return of
}
