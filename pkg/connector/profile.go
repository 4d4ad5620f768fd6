package connector

import "time"

// Profile collects what is set of a resource: a property without a value has no key. Its keys live on in
// attribute mappings: add, never rename.
type Profile map[string]any

// Text sets a text that is not empty.
func (p Profile) Text(key, value string) {
	if value != "" {
		p[key] = value
	}
}

// Flag sets what is known to be true or false.
func (p Profile) Flag(key string, value *bool) {
	if value != nil {
		p[key] = *value
	}
}

// Time sets a moment, in RFC 3339 and UTC.
func (p Profile) Time(key string, value *time.Time) {
	if value != nil {
		p[key] = value.UTC().Format(time.RFC3339)
	}
}

// List sets a list that is not empty.
func (p Profile) List(key string, values []string) {
	if len(values) == 0 {
		return
	}
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	p[key] = out
}

// NameOr returns the first name that is not empty: a display name may be missing.
func NameOr(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}
