package connector

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/conductorone/baton-sdk/pkg/types/sessions"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// lastStore is a session store as the SDK has it: one for all syncs, that of the sync that began last. It counts calls.
type lastStore struct {
	sessions.SessionStore
	mu     sync.Mutex
	values map[string][]byte
	calls  []string
	// marking is called when a mark has been written, if it is there.
	marking func()
}

func (l *lastStore) at(name string, opts []sessions.SessionStoreOption) (prefix string, done func()) {
	l.mu.Lock()
	l.calls = append(l.calls, name)
	bag, _ := bagOf(context.Background(), opts)
	return bag.SyncID + "\x00" + bag.Prefix + "\x00", l.mu.Unlock
}

// replaced is what another sync does when it begins.
func (l *lastStore) replaced() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.values = map[string][]byte{}
}

func (l *lastStore) Get(_ context.Context, key string, opts ...sessions.SessionStoreOption) ([]byte, bool, error) {
	prefix, done := l.at("Get", opts)
	defer done()
	value, found := l.values[prefix+key]
	return value, found, nil
}

func (l *lastStore) GetMany(_ context.Context, keys []string, opts ...sessions.SessionStoreOption) (map[string][]byte, []string, error) {
	prefix, done := l.at("GetMany", opts)
	defer done()
	found := map[string][]byte{}
	for _, key := range keys {
		if value, known := l.values[prefix+key]; known {
			found[key] = value
		}
	}
	return found, nil, nil
}

func (l *lastStore) Set(_ context.Context, key string, value []byte, opts ...sessions.SessionStoreOption) error {
	prefix, done := l.at("Set", opts)
	l.values[prefix+key] = value
	done()
	if l.marking != nil {
		l.marking()
	}
	return nil
}

func (l *lastStore) SetMany(_ context.Context, values map[string][]byte, opts ...sessions.SessionStoreOption) error {
	prefix, done := l.at("SetMany", opts)
	defer done()
	for key, value := range values {
		l.values[prefix+key] = value
	}
	return nil
}

// syncsWithNotes are syncs of one process, over one store, at a time that the test sets.
type syncsWithNotes struct {
	*testing.T
	*KeptNotes
	store *lastStore
	time  time.Time
}

func newSyncs(t *testing.T, limit int) *syncsWithNotes {
	t.Helper()
	s := &syncsWithNotes{T: t, store: &lastStore{values: map[string][]byte{}}, time: time.Now()}
	s.restart(limit)
	return s
}

// restart begins another process with the same store.
func (s *syncsWithNotes) restart(limit int) {
	s.KeptNotes, _ = NewKeptNotes(s.store).(*KeptNotes)
	s.limit, s.now = limit, func() time.Time { return s.time }
}

func ofSync(id string) []sessions.SessionStoreOption {
	return []sessions.SessionStoreOption{sessions.WithSyncID(id), sessions.WithPrefix("kind/")}
}

// note notes "a" as "of a".. for each key: a short value, or a long one where the key is upper case.
func (s *syncsWithNotes) note(id string, keys ...string) {
	s.Helper()
	if err := s.SetMany(s.Context(), notesFor(id, keys), ofSync(id)...); err != nil {
		s.Fatal(id, err)
	}
}

func notesFor(id string, keys []string) map[string][]byte {
	values := map[string][]byte{}
	for _, key := range keys {
		values[key] = []byte(key)
		if key == strings.ToUpper(key) {
			values[key] = []byte(key + " of " + id)
		}
	}
	return values
}

// wantAll looks notes up that a sync has, and one that it has not.
func (s *syncsWithNotes) wantAll(id string, keys ...string) {
	s.Helper()
	got, _, err := s.GetMany(s.Context(), append(keys, "none"), ofSync(id)...)
	want := notesFor(id, keys)
	if err != nil || !maps.EqualFunc(got, want, func(a, b []byte) bool { return string(a) == string(b) }) {
		s.Errorf("%s has %q, %v; want %q", id, got, err, want)
	}
}

// wantGivenUp looks up a note that is gone.
func (s *syncsWithNotes) wantGivenUp(id, key string) {
	s.Helper()
	if got, _, err := s.GetMany(s.Context(), []string{key}, ofSync(id)...); status.Code(err) != codes.FailedPrecondition {
		s.Errorf("%s is told %q, %v of %q, want FailedPrecondition", id, got, err, key)
	}
}

func TestKeptNotes_ALongSyncOutlivesOthers(t *testing.T) {
	t.Parallel()
	s := newSyncs(t, 1000)
	s.note("long", "a", "B")
	for i := range 3 * maxSyncs / 4 {
		s.store.replaced()
		s.note(fmt.Sprint("failed ", i), "a", "C")
	}
	s.wantAll("long", "a", "B")
	s.note("long", "d")
	s.wantAll("long", "a", "B", "d")
}

func TestKeptNotes_ASyncWhoseNotesGaveWayIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{{"a", "b", "c"}, {"A", "B", "C"}} {
		s := newSyncs(t, 3)
		s.longLimit = 3 * (len("kind/\x00A") + len("A of first") + overhead)
		s.note("first", keys...)
		s.time = s.time.Add(quiet)
		s.note("next", keys[0])
		s.wantAll("first", keys[0]) // its store is there still
		s.store.replaced()
		s.wantAll("next", keys[0])
		s.wantGivenUp("first", keys[1])
		s.note("first", "d")
		s.wantGivenUp("first", keys[1])
		if s.size > s.limit || s.longSize > s.longLimit {
			t.Errorf("%d and %d bytes are kept", s.size, s.longSize)
		}
	}
}

func TestKeptNotes_ASyncOfAnEarlierProcessIsNotWhole(t *testing.T) {
	t.Parallel()
	for name, touch := range map[string]func(*syncsWithNotes){
		"writes first": func(s *syncsWithNotes) { s.note("resumed", "c") },
		"reads first":  func(s *syncsWithNotes) { s.wantAll("resumed", "b") },
		"looks up what is not there": func(s *syncsWithNotes) {
			s.wantAll("resumed")
		},
	} {
		s := newSyncs(t, 10)
		s.note("resumed", "a", "b")
		s.restart(10)
		touch(s)
		s.wantAll("resumed", "b")
		s.store.replaced()
		t.Log(name)
		s.wantGivenUp("resumed", "a")
	}
}

func TestKeptNotes_WhatEndedMakesRoomForTheNext(t *testing.T) {
	t.Parallel()
	s := newSyncs(t, 4)
	s.longLimit = 4 * (len("kind/\x00A") + len("A of failed 1") + overhead)
	for i := range 3 {
		s.note(fmt.Sprint("failed ", i), "a", "b", "C", "D")
		s.time = s.time.Add(quiet)
	}
	s.store.replaced()
	keys := []string{"a", "b", "c", "d", "E", "F", "G", "H"}
	s.note("next", keys...)
	s.store.replaced()
	s.wantAll("next", keys...)
}

// The earlier of two lives by what is at hand alone.
func TestKeptNotes_SyncsSideBySideLeaveEachOtherTheirRoom(t *testing.T) {
	t.Parallel()
	s := newSyncs(t, 4)
	s.note("first", "a", "b", "c")
	s.store.replaced()
	for _, key := range []string{"a", "b", "c", "d"} {
		s.time = s.time.Add(quiet - time.Second)
		s.wantAll("first", "a", "b", "c")
		s.time = s.time.Add(time.Second)
		s.note("second", key)
	}
	s.wantAll("second", "a", "b", "c", "d")
	s.wantAll("first", "a", "b", "c")
}

func TestKeptNotes_WorkersThatBeginASyncTogetherDoNotTakeEachOtherForAnEarlierProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSyncs(t, 10)
		marked := make(chan struct{})
		s.store.marking = func() { <-marked }
		var workers sync.WaitGroup
		defer workers.Wait()
		write := func(ctx context.Context, key string, want codes.Code) {
			err := s.SetMany(ctx, notesFor("one", []string{key}), ofSync("one")...)
			if status.FromContextError(err).Code() != want {
				t.Errorf("%s: the write ends with %v", key, err)
			}
		}
		workers.Go(func() { write(t.Context(), "a", codes.OK) })
		synctest.Wait()
		workers.Go(func() { write(t.Context(), "b", codes.OK) })
		workers.Go(func() { s.wantAll("one") })
		synctest.Wait()
		stopped, stop := context.WithCancel(t.Context())
		stop()
		write(stopped, "c", codes.Canceled)
		close(marked)
		workers.Wait()
		s.store.replaced()
		s.wantAll("one", "a", "b")
	})
}

func TestKeptNotes_CallTheStoreOncePerPage(t *testing.T) {
	t.Parallel()
	s := newSyncs(t, 10)
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() { s.note("one", "a") }, "Get Set SetMany"},
		{func() { s.note("one", "b") }, "SetMany"},
		{func() { _, _, _ = s.GetMany(t.Context(), []string{"a", "b"}, ofSync("one")...) }, ""},
		{func() { s.wantAll("one", "a") }, "GetMany Get"},
		{func() { s.restart(10) }, ""},
		{func() { s.wantAll("one", "a") }, "GetMany Get"},
		{func() { s.note("one", "b") }, "SetMany"},
	} {
		s.store.calls = nil
		step.do()
		if got := strings.Join(s.store.calls, " "); got != step.want {
			t.Errorf("the store is called for %q, want %q", got, step.want)
		}
	}
}

func TestKeptNotes_KnowABoundedNumberOfSyncs(t *testing.T) {
	t.Parallel()
	s := newSyncs(t, 1000)
	s.note("long", "a")
	for i := range 2 * maxSyncs {
		s.time = s.time.Add(time.Second)
		s.note(fmt.Sprint(i), "b")
		s.wantAll("long", "a")
	}
	if len(s.kept) != maxSyncs || s.size != maxSyncs {
		t.Errorf("%d syncs are known, with %d values", len(s.kept), s.size)
	}
	s.store.replaced()
	s.wantAll("long", "a")
}
