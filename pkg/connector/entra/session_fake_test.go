package entra

import (
	"context"
	"strings"
	"sync"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/pagination"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	logs "go.uber.org/zap/zaptest/observer"
)

// fakeSession is a session store of one sync, for tests that call a syncer themselves. What the connector
// does not use is not there.
type fakeSession struct {
	sessions.SessionStore
	mu   sync.Mutex
	held map[string][]byte
}

func newFakeSession() *fakeSession { return &fakeSession{held: map[string][]byte{}} }

func prefixOf(ctx context.Context, opts []sessions.SessionStoreOption) (string, error) {
	var bag sessions.SessionStoreBag
	for _, opt := range opts {
		if err := opt(ctx, &bag); err != nil {
			return "", err
		}
	}
	return bag.Prefix, nil
}

func (f *fakeSession) GetMany(ctx context.Context, keys []string, opts ...sessions.SessionStoreOption) (map[string][]byte, []string, error) {
	prefix, err := prefixOf(ctx, opts)
	f.mu.Lock()
	defer f.mu.Unlock()
	found := map[string][]byte{}
	for _, key := range keys {
		if v, has := f.held[prefix+key]; has {
			found[key] = v
		}
	}
	return found, nil, err
}

func (f *fakeSession) Get(ctx context.Context, key string, opts ...sessions.SessionStoreOption) ([]byte, bool, error) {
	found, _, err := f.GetMany(ctx, []string{key}, opts...)
	v, has := found[key]
	return v, has, err
}

func (f *fakeSession) Set(ctx context.Context, key string, value []byte, opts ...sessions.SessionStoreOption) error {
	return f.SetMany(ctx, map[string][]byte{key: value}, opts...)
}

func (f *fakeSession) SetMany(ctx context.Context, values map[string][]byte, opts ...sessions.SessionStoreOption) error {
	prefix, err := prefixOf(ctx, opts)
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, v := range values {
		f.held[prefix+key] = v
	}
	return err
}

// keys is how many entries have a prefix.
func (f *fakeSession) keys(prefix string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for key := range f.held {
		if strings.HasPrefix(key, prefix) {
			n++
		}
	}
	return n
}

// attrs is what the SDK hands to a syncer for the page of a token.
func attrs(session sessions.SessionStore, token string) rs.SyncOpAttrs {
	return rs.SyncOpAttrs{Session: session, SyncID: "sync", PageToken: pagination.Token{Token: token}}
}

// lister is the part of a syncer that lists.
type lister interface {
	List(context.Context, *v2.ResourceId, rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error)
}

// listAll lists to the end and returns the resources and the number of pages.
func listAll(ctx context.Context, t *testing.T, l lister) (all []*v2.Resource, pages int) {
	t.Helper()
	session := newFakeSession()
	for token := ""; ; {
		page, results, err := l.List(ctx, nil, attrs(session, token))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
		if pages++; results.NextPageToken == "" {
			return all, pages
		}
		token = results.NextPageToken
	}
}

// listen is a context whose log is kept, from Info up.
func listen() (context.Context, *logs.ObservedLogs) {
	core, lines := logs.New(zapcore.InfoLevel)
	return ctxzap.ToContext(context.Background(), zap.New(core)), lines
}
