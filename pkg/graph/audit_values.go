package graph

import (
	"encoding/json"
	"strings"
)

// Values returns what a property had before and has after, unwrapped: one text for a single value, several for
// a list, none for null or nothing. What is neither text nor a list stays as it is, as JSON.
func (p ModifiedProperty) Values() (before, after []string) {
	return unwrap(p.Old, maxWraps), unwrap(p.New, maxWraps)
}

// maxWraps is how often a value may be JSON inside JSON: the log does so once, and the lists of some services twice.
const maxWraps = 3

// unwrap takes a value out of its JSON; what is no JSON is the value.
func unwrap(text string, wraps int) []string {
	text = strings.TrimSpace(text)
	if text == "" || text == "null" {
		return nil
	}
	var value any
	if wraps == 0 || json.Unmarshal([]byte(text), &value) != nil {
		return []string{text}
	}
	switch value := value.(type) {
	case string:
		return unwrap(value, wraps-1)
	case []any:
		var out []string
		for _, v := range value {
			out = append(out, element(v, wraps-1)...)
		}
		return out
	}
	return []string{text}
}

// element is unwrap for what stands in a list.
func element(v any, wraps int) []string {
	if s, ok := v.(string); ok {
		return unwrap(s, wraps)
	}
	b, err := json.Marshal(v)
	if err != nil || v == nil {
		return nil // it came out of JSON, so that there is no error
	}
	return []string{string(b)}
}
