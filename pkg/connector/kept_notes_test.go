package connector

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/types/sessions"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
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

func (h *heldNotes) Get(_ context.Context, key string, _ ...sessions.SessionStoreOption) ([]byte, bool, error) {
	value, found := h.values[key]
	return value, found, h.err
}

func (h *heldNotes) GetAll(context.Context, string, ...sessions.SessionStoreOption) (map[string][]byte, string, error) {
	return maps.Clone(h.values), "", h.err
}

func (h *heldNotes) Set(_ context.Context, key string, value []byte, _ ...sessions.SessionStoreOption) error {
	if h.err == nil {
		h.values[key] = value
	}
	return h.err
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

// keptNotes are some, with the options of a sync and a prefix.
func keptNotes(limit int) (*KeptNotes, *heldNotes, []sessions.SessionStoreOption) {
	held := &heldNotes{values: map[string][]byte{}}
	n, _ := NewKeptNotes(held).(*KeptNotes)
	n.limit = limit
	return n, held, []sessions.SessionStoreOption{sessions.WithSyncID("one"), sessions.WithPrefix("kind/")}
}

const guid = "01234567-89ab-cdef-0123-456789abcdef"

// wantNotes looks values up, and says which of them had to be read from the store.
func wantNotes(t *testing.T, n *KeptNotes, held *heldNotes, opts []sessions.SessionStoreOption, want map[string]string, reads ...string) {
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

func TestKeptNotes_KeepWhatTheyHaveRoomFor(t *testing.T) {
	t.Parallel()
	n, held, opts := keptNotes(10)
	upper := strings.ToUpper(guid)
	values := map[string][]byte{guid: []byte("u1"), "7": []byte("abc"), upper: []byte("g2"), "long": []byte("four")}
	if err := n.SetMany(t.Context(), values, opts...); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, n, held, opts, map[string]string{guid: "u1", "7": "abc", upper: "g2"})
	wantNotes(t, n, held, opts, map[string]string{"long": "four"})
	n.longLimit = 0
	if err := n.Set(t.Context(), "longer", []byte("no room"), opts...); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, n, held, opts, map[string]string{"longer": "no room"}, "longer")
	wantNotes(t, n, held, opts, map[string]string{"none": ""}, "none")
	held.values["other"] = []byte("o")
	wantNotes(t, n, held, opts, map[string]string{"other": "o"}, "other")
	wantNotes(t, n, held, opts, map[string]string{"other": "o"})
	elsewhere := []sessions.SessionStoreOption{sessions.WithSyncID("one"), sessions.WithPrefix("roles/")}
	wantNotes(t, n, held, elsewhere, map[string]string{"7": "abc"}, "7") // the store of the test has one prefix, this has not
}

func TestKeptNotes_NeverShowWhatIsNoMore(t *testing.T) {
	t.Parallel()
	n, held, opts := keptNotes(10)
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
	wantNotes(t, n, held, opts, map[string]string{guid: "too long"})
	n.longLimit = 0
	set("too long for the room that there is")
	wantNotes(t, n, held, opts, map[string]string{guid: "too long for the room that there is"}, guid)
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

func TestKeptNotes_AreBounded(t *testing.T) {
	t.Parallel()
	n, held, opts := keptNotes(3)
	for i := range 5 {
		if err := n.Set(t.Context(), fmt.Sprint(i), []byte("x"), opts...); err != nil {
			t.Fatal(err)
		}
	}
	wantNotes(t, n, held, opts, map[string]string{"0": "x", "2": "x"})
	wantNotes(t, n, held, opts, map[string]string{"4": "x"}, "4")
}

// The SDK has one store for all syncs of a process: that of the sync that began last.
func TestKeptNotes_NeverReadThoseOfAnotherSync(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		longLimit int
		lost      bool
	}{"all at hand": {1 << 10, false}, "more than there is room for": {100, true}} {
		n, held, opts := keptNotes(10)
		n.longLimit = c.longLimit
		if err := n.SetMany(t.Context(), map[string][]byte{"a": []byte("of a"), "b": []byte("of b")}, opts...); err != nil {
			t.Fatal(err)
		}
		held.values = map[string][]byte{} // another sync has begun
		found, _, err := n.GetMany(t.Context(), []string{"a", "b", "none"}, opts...)
		all, _, errAll := n.GetAll(t.Context(), "", opts...)
		if c.lost {
			if status.Code(err) != codes.FailedPrecondition || status.Code(errAll) != codes.FailedPrecondition {
				t.Errorf("%s: %v and %v with %v", name, err, errAll, found)
			}
			continue
		}
		if err != nil || len(found) != 2 || string(found["b"]) != "of b" {
			t.Errorf("%s: %q, %v", name, found, err)
		}
		if errAll != nil || len(all) != 2 || string(all["a"]) != "of a" {
			t.Errorf("%s: in all %q, %v", name, all, errAll)
		}
		if err := n.Set(t.Context(), "short", []byte("s"), opts...); err != nil {
			t.Fatal(err)
		}
		if _, _, err := n.GetAll(t.Context(), "", opts...); err == nil {
			t.Errorf("%s: listed, though the key of a short value is not known", name)
		}
	}
}
