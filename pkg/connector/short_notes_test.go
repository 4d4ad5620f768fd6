package connector

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/types/sessions"
)

// heldNotes is a session store of one sync and one prefix, that counts what is read.
type heldNotes struct {
	sessions.SessionStore
	values map[string][]byte
	reads  []string
	err    error
}

func (h *heldNotes) GetMany(_ context.Context, keys []string, _ ...sessions.SessionStoreOption) (map[string][]byte, []string, error) {
	h.reads = append(h.reads, keys...)
	found := map[string][]byte{}
	for _, key := range keys {
		if value, known := h.values[key]; known {
			found[key] = value
		}
	}
	return found, nil, h.err
}

func (h *heldNotes) SetMany(_ context.Context, values map[string][]byte, _ ...sessions.SessionStoreOption) error {
	if h.err == nil {
		maps.Copy(h.values, values)
	}
	return h.err
}

func (h *heldNotes) Delete(_ context.Context, key string, _ ...sessions.SessionStoreOption) error {
	delete(h.values, key)
	return nil
}

func (h *heldNotes) Clear(context.Context, ...sessions.SessionStoreOption) error {
	h.values = map[string][]byte{}
	return nil
}

// shortNotes are some, with the options of a sync and a prefix.
func shortNotes(limit int) (*ShortNotes, *heldNotes, []sessions.SessionStoreOption) {
	held := &heldNotes{values: map[string][]byte{}}
	n, _ := NewShortNotes(held).(*ShortNotes)
	n.limit = limit
	return n, held, []sessions.SessionStoreOption{sessions.WithSyncID("one"), sessions.WithPrefix("kind/")}
}

const guid = "01234567-89ab-cdef-0123-456789abcdef"

// wantNotes looks values up, and says which of them had to be read from the store.
func wantNotes(t *testing.T, n *ShortNotes, held *heldNotes, opts []sessions.SessionStoreOption, want map[string]string, reads ...string) {
	t.Helper()
	held.reads = nil
	var keys []string
	for key := range want {
		keys = append(keys, key)
	}
	got, rest, err := n.GetMany(t.Context(), keys, opts...)
	if err != nil || len(rest) > 0 {
		t.Fatal(rest, err)
	}
	for key, value := range want {
		if string(got[key]) != value {
			t.Errorf("%s is %q, want %q", key, got[key], value)
		}
	}
	if strings.Join(held.reads, " ") != strings.Join(reads, " ") {
		t.Errorf("%v were read from the store, want %v", held.reads, reads)
	}
}

func TestShortNotes_KeepWhatIsShort(t *testing.T) {
	t.Parallel()
	n, held, opts := shortNotes(10)
	upper := strings.ToUpper(guid)
	values := map[string][]byte{guid: []byte("u1"), "7": []byte("abc"), upper: []byte("g2"), "long": []byte("four")}
	if err := n.SetMany(t.Context(), values, opts...); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, n, held, opts, map[string]string{guid: "u1", "7": "abc", upper: "g2"})
	wantNotes(t, n, held, opts, map[string]string{"long": "four"}, "long")
	wantNotes(t, n, held, opts, map[string]string{"none": ""}, "none")
	held.values["other"] = []byte("o")
	wantNotes(t, n, held, opts, map[string]string{"other": "o"}, "other")
	wantNotes(t, n, held, opts, map[string]string{"other": "o"})
	elsewhere := []sessions.SessionStoreOption{sessions.WithSyncID("one"), sessions.WithPrefix("roles/")}
	wantNotes(t, n, held, elsewhere, map[string]string{"7": "abc"}, "7") // the store of the test has one prefix, this has not
}

func TestShortNotes_NeverShowWhatIsNoMore(t *testing.T) {
	t.Parallel()
	n, held, opts := shortNotes(10)
	set := func(value string) {
		t.Helper()
		if err := n.Set(t.Context(), guid, []byte(value), opts...); err != nil {
			t.Fatal(err)
		}
	}
	set("u1")
	set("u2")
	wantNotes(t, n, held, opts, map[string]string{guid: "u2"})
	set("too long")
	wantNotes(t, n, held, opts, map[string]string{guid: "too long"}, guid)
	set("u3")
	held.err = errors.New("busy")
	if err := n.Set(t.Context(), guid, []byte("u4"), opts...); err == nil {
		t.Error("a write that failed was none")
	}
	held.err = nil
	wantNotes(t, n, held, opts, map[string]string{guid: "u3"})
	if err := n.Delete(t.Context(), guid, opts...); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, n, held, opts, map[string]string{guid: ""}, guid)
	set("u5")
	if err := n.Clear(t.Context(), opts...); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, n, held, opts, map[string]string{guid: ""}, guid)
	if _, _, err := n.GetMany(t.Context(), []string{"x"}, func(context.Context, *sessions.SessionStoreBag) error { return errors.New("no") }); err == nil {
		t.Error("an option that fails was passed over")
	}
}

func TestShortNotes_AreBounded(t *testing.T) {
	t.Parallel()
	n, held, opts := shortNotes(3)
	for i := range 5 {
		if err := n.Set(t.Context(), fmt.Sprint(i), []byte("x"), opts...); err != nil {
			t.Fatal(err)
		}
	}
	wantNotes(t, n, held, opts, map[string]string{"0": "x", "2": "x"})
	wantNotes(t, n, held, opts, map[string]string{"4": "x"}, "4")
	for i := range 2 * maxSummaries {
		other := []sessions.SessionStoreOption{sessions.WithSyncID(fmt.Sprint("sync ", i)), sessions.WithPrefix("kind/")}
		if err := n.Set(t.Context(), "a", []byte("x"), other...); err != nil {
			t.Fatal(err)
		}
	}
	if len(n.kept) != maxSummaries || len(n.order) != maxSummaries || n.size > n.limit {
		t.Errorf("%d syncs are kept, %d values", len(n.kept), n.size)
	}
}
