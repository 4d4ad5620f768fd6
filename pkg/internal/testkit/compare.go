package testkit

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Rows are the ids of what a file is to hold.
type Rows struct {
	Resources    map[string]bool // "<type>:<id>"
	Entitlements map[string]bool
	Direct       map[string]bool // grants
	Derived      map[string]bool // grants that expansion adds
}

// NewRows makes the maps.
func NewRows() Rows {
	return Rows{Resources: map[string]bool{}, Entitlements: map[string]bool{}, Direct: map[string]bool{}, Derived: map[string]bool{}}
}

// Compare holds a file against what the directory holds: every resource, entitlement and grant, direct and derived.
func Compare(t testing.TB, got *Contents, want Rows) {
	t.Helper()
	Same(t, "resources", got.Resources, want.Resources)
	Same(t, "entitlements", got.Entitlements, want.Entitlements)
	direct, all := map[string]bool{}, map[string]bool{}
	for id, g := range got.Grants {
		all[id] = true
		if Direct(g) {
			direct[id] = true
		}
	}
	Same(t, "direct grants", direct, want.Direct)
	every := map[string]bool{}
	maps.Copy(every, want.Direct)
	maps.Copy(every, want.Derived)
	Same(t, "grants", all, every)
}

// Same holds the ids of one map against those of another, and tells the first ten that differ.
func Same[A, B any](t testing.TB, what string, got map[string]A, want map[string]B) {
	t.Helper()
	var diff []string
	for id := range got {
		if _, ok := want[id]; !ok {
			diff = append(diff, "unexpected "+id)
		}
	}
	for id := range want {
		if _, ok := got[id]; !ok {
			diff = append(diff, "missing "+id)
		}
	}
	if len(diff) == 0 {
		return
	}
	slices.Sort(diff)
	t.Errorf("%s: %d in the file, %d in the directory, %d differences:\n%s", what, len(got), len(want), len(diff), strings.Join(diff[:min(len(diff), 10)], "\n"))
}

// FirstDifference is the first line in which two texts differ, for the message of a test.
func FirstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d:\n got  %s\n want %s", i, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, not %d", len(a), len(b))
}
