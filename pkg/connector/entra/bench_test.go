package entra

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// recording is a network that has every answer once, and gives it again and again: what is measured with it is the
// connector's own, decoding and mapping, without a network and without the service.
type recording struct {
	base http.RoundTripper

	mu      sync.Mutex
	answers map[string]*answered
}

type answered struct {
	status int
	header http.Header
	body   []byte
}

// RoundTrip gives the answer that it has, or gets it.
func (r *recording) RoundTrip(req *http.Request) (*http.Response, error) {
	key := req.Method + " " + req.URL.String()
	r.mu.Lock()
	have := r.answers[key]
	r.mu.Unlock()
	if have == nil {
		resp, err := r.base.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			return nil, err
		}
		have = &answered{resp.StatusCode, resp.Header, body}
		r.mu.Lock()
		r.answers[key] = have
		r.mu.Unlock()
	}
	return &http.Response{StatusCode: have.status, Status: http.StatusText(have.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: have.header.Clone(),
		Body: io.NopCloser(bytes.NewReader(have.body)), ContentLength: int64(len(have.body)), Request: req}, nil
}

// wholeSession is a session store that gives all entries of a prefix, too.
type wholeSession struct{ *fakeSession }

// GetAll gives them on one page.
func (w wholeSession) GetAll(ctx context.Context, _ string, opts ...sessions.SessionStoreOption) (map[string][]byte, string, error) {
	prefix, err := prefixOf(ctx, opts)
	w.mu.Lock()
	defer w.mu.Unlock()
	found := map[string][]byte{}
	for key, value := range w.held {
		if rest, has := strings.CutPrefix(key, prefix); has {
			found[rest] = value
		}
	}
	return found, "", err
}

// Delete removes an entry.
func (w wholeSession) Delete(ctx context.Context, key string, opts ...sessions.SessionStoreOption) error {
	prefix, err := prefixOf(ctx, opts)
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.held, prefix+key)
	return err
}

// walked reads all pages of a walk and of the walks that it begins, and returns how many rows they have.
func walked[T any](b *testing.B, session sessions.SessionStore, read func(rs.SyncOpAttrs) ([]T, *rs.SyncOpResults, error)) (rows int) {
	b.Helper()
	for tokens := []string{""}; len(tokens) > 0; {
		token := tokens[0]
		tokens = tokens[1:]
		page, results, err := read(attrs(session, token))
		if err != nil {
			b.Fatal(err)
		}
		rows += len(page)
		if results == nil {
			continue
		}
		more := &v2.EnqueuePageTokens{}
		if _, err := results.Annotations.Pick(more); err != nil {
			b.Fatal(err)
		}
		if tokens = append(tokens, more.GetPageTokens()...); results.NextPageToken != "" {
			tokens = append(tokens, results.NextPageToken)
		}
	}
	return rows
}

// BenchmarkRows is what each row of a part of the tenant takes of the connector, in time and in allocations.
func BenchmarkRows(b *testing.B) {
	sim := startTenant(b, graphsim.Options{Seed: 1, Users: 3000, Groups: 600, Memberships: 30_000, Apps: 60, Assignments: 6000})
	c, err := newConnector(settingsOf(sim), everyType, surroundings{clock: transport.SystemClock{},
		base: &recording{base: sim.Client().Transport, answers: map[string]*answered{}}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close(context.Background()) })
	session := connector.NewKeptNotes(wholeSession{newFakeSession()})
	users, groups, apps := &userSyncer{c}, &groupSyncer{c}, &applicationSyncer{c}
	for _, part := range []struct {
		name string
		read func() int
	}{
		{"users", func() int { return listed(b, session, users) }},
		{"groups", func() int { return listed(b, session, groups) }},
		{"applications", func() int { return listed(b, session, apps) }},
		{"app roles", func() int {
			return walked(b, session, func(o rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
				return apps.EntitlementsForResourceType(b.Context(), typeApplication, o)
			})
		}},
		{"memberships", func() int {
			return walked(b, session, func(o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
				return groups.GrantsForResourceType(b.Context(), typeGroup, o)
			})
		}},
		{"assignments", func() int {
			return walked(b, session, func(o rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
				return apps.GrantsForResourceType(b.Context(), typeApplication, o)
			})
		}},
	} {
		part.read() // has every answer recorded, and every object noted
		b.Run(part.name, func(b *testing.B) { perRow(b, part.read) })
	}
}

func listed(b *testing.B, session sessions.SessionStore, l lister) int {
	b.Helper()
	return walked(b, session, func(o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) { return l.List(b.Context(), nil, o) })
}

// perRow measures what reads rows, and tells it by the row.
func perRow(b *testing.B, read func() int) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows := 0
	for b.Loop() {
		rows += read()
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows), "ns/row")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(rows), "B/row")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(rows), "allocs/row")
}
