package graphsim

import (
	"net/http"
	"slices"
	"strings"
)

// operation is a request that is no plain read: a write, an action, or a read with rules of its own.
type operation struct {
	method string
	path   string   // below the version; {id} stands for a key
	needs  []string // the permissions, any of them; "A+B" is both together
	body   bodyKind
	// run does it, and may refuse with nothing done. The tenant is locked for writing.
	run func(*edit) (*reply, error)
}

// bodyKind is what a request carries.
type bodyKind int

const (
	noBody       bodyKind = iota // nothing, or an empty object
	jsonBody                     // one JSON object
	optionalBody                 // either
)

// operations are all of them. Each list stands with the rules that its operations share.
func operations() [][]operation {
	return [][]operation{groupOperations, linkOperations, appRoleOperations, roleOperations, licenceOperations,
		userOperations, managerOperations, binOperations, methodOperations, jobOperations}
}

// findOperation finds what a request asks for, with the keys of its path; nil where it can only be a read.
func findOperation(method, escapedPath string) (*operation, []string, error) {
	segments, err := splitPath(escapedPath)
	if err != nil {
		return nil, nil, err
	}
	segments = spreadKeys(segments)
	for _, list := range operations() {
		for i := range list {
			if list[i].method != method {
				continue
			}
			if keys, ok := matchPath(list[i].path, segments); ok {
				return &list[i], keys, nil
			}
		}
	}
	return nil, nil, nil
}

// spreadKeys gives keys in brackets, users('x'), a segment of their own. They keep their quotes.
func spreadKeys(segments []string) []string {
	out := make([]string, 0, len(segments)+1)
	for _, s := range segments {
		name, key, bracketed := strings.Cut(s, "(")
		if bracketed && strings.HasSuffix(key, "')") {
			out = append(out, name, strings.TrimSuffix(key, ")"))
			continue
		}
		out = append(out, s)
	}
	return out
}

// matchPath holds a path against a pattern and collects the keys.
func matchPath(pattern string, segments []string) (keys []string, ok bool) {
	parts := strings.Split(pattern, "/")
	if len(parts) != len(segments) {
		return nil, false
	}
	for i, part := range parts {
		switch {
		case part == "{id}":
			keys = append(keys, segments[i])
		case bareName(part) != bareName(segments[i]):
			return nil, false
		}
	}
	return keys, true
}

// bareName is a name without its namespace, which actions and casts may carry, in full or as Microsoft's SDKs
// write it.
func bareName(segment string) string {
	return strings.TrimPrefix(strings.TrimPrefix(segment, "microsoft."), "graph.")
}

// mayDo says whether a token carries what an operation needs.
func (g *grant) mayDo(op *operation) bool {
	return slices.ContainsFunc(op.needs, func(together string) bool {
		for _, p := range strings.Split(together, "+") {
			if !slices.Contains(g.permissions, p) {
				return false
			}
		}
		return true
	})
}

// writes says whether an operation changes something.
func (op *operation) writes() bool { return op.method != http.MethodGet }
