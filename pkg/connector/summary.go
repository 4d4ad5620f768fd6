package connector

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
)

// Summary is what a sync has come to: what the connector gave, what it took, and what was left out. Its
// JSON is read by programs: fields are added, never renamed.
type Summary struct {
	SyncID string `json:"sync_id"`
	// Resources, Entitlements and Grants are rows by resource type, each row counted once however often it
	// was given. An entitlement and a grant are of the type of the resource that they are a right to.
	// Grants that are derived from others are not among them.
	Resources    map[string]int `json:"resources"`
	Entitlements map[string]int `json:"entitlements"`
	Grants       map[string]int `json:"grants"`
	// Requests are the round trips to the API, repetitions and those of the validation before included.
	Requests int `json:"requests"`
	// ResourceUnits are what the service says that the requests cost, 0 where it does not say.
	ResourceUnits float64 `json:"resource_units"`
	// ThrottledSeconds is how long requests were held back because the service wanted fewer of them; waits
	// side by side count one by one.
	ThrottledSeconds float64 `json:"throttled_seconds"`
	// LeftOut are the rows that became nothing, by reason.
	LeftOut      map[string]int `json:"left_out"`
	LeftOutTotal int            `json:"left_out_total"`
}

// Log writes the one line that a sync ends with: a sentence for a person, and in the field "summary" the
// same for a program.
func (s Summary) Log(ctx context.Context) {
	ctxzap.Extract(ctx).Info(s.String(), zap.Reflect("summary", s))
}

// String is the summary as a sentence.
func (s Summary) String() string {
	return "Synced " + s.rows() + "; " + s.traffic() + "; " + s.leftOut()
}

// soFar is the summary of a sync that does not end well, for its error.
func (s Summary) soFar() string {
	text := "so far: " + s.rows() + "; " + s.traffic()
	if s.LeftOutTotal > 0 {
		text += "; left out " + thousands(s.LeftOutTotal)
	}
	return text
}

// rows are "2,000 users, 400 groups, 900 entitlements, 40,000 grants".
func (s Summary) rows() string {
	var parts []string
	for _, resourceType := range mostFirst(s.Resources) {
		parts = append(parts, amount(s.Resources[resourceType], strings.ReplaceAll(resourceType, "_", " ")))
	}
	if n := total(s.Entitlements); n > 0 {
		parts = append(parts, amount(n, "entitlement"))
	}
	if n := total(s.Grants); n > 0 {
		parts = append(parts, amount(n, "grant"))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

func (s Summary) traffic() string {
	text := amount(s.Requests, "request")
	if s.ResourceUnits > 0 {
		text += fmt.Sprintf(", %s resource units", thousands(int(s.ResourceUnits+0.5)))
	}
	if s.ThrottledSeconds > 0 {
		text += fmt.Sprintf(", waited %v for throttling", time.Duration(s.ThrottledSeconds*float64(time.Second)).Round(100*time.Millisecond))
	}
	return text
}

func (s Summary) leftOut() string {
	if s.LeftOutTotal == 0 {
		return "left out nothing"
	}
	var parts []string
	for _, reason := range mostFirst(s.LeftOut) {
		parts = append(parts, fmt.Sprintf("%s (%s)", reason, thousands(s.LeftOut[reason])))
	}
	return fmt.Sprintf("left out %s: %s", thousands(s.LeftOutTotal), strings.Join(parts, "; "))
}

// mostFirst are the names that have a count, the largest first, equal ones in the order of their names.
func mostFirst(counts map[string]int) []string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	return slices.DeleteFunc(names, func(name string) bool { return counts[name] == 0 })
}

func total(counts map[string]int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}

// amount is "1 user", "2,000 users", "3 managed identities".
func amount(n int, name string) string {
	if n == 1 {
		return "1 " + name
	}
	if stem, ok := strings.CutSuffix(name, "y"); ok {
		return thousands(n) + " " + stem + "ies"
	}
	return thousands(n) + " " + name + "s"
}

// thousands writes a count with its thousands apart.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
