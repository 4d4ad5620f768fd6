package onelogin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ID is the id of an object: a number in most answers, a text in some, nothing in others. "" is none.
type ID string

// UnmarshalJSON takes a number, a text, or null.
func (id *ID) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case bytes.Equal(b, []byte("null")):
		*id = ""
		return nil
	case len(b) > 0 && b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*id = ID(strings.TrimSpace(s))
		return nil
	}
	if len(b) == 0 || bytes.ContainsFunc(b, func(r rune) bool { return r < '0' || r > '9' }) {
		return errors.New("an id is neither a whole number nor a text")
	}
	*id = ID(b)
	if *id == "0" {
		*id = "" // no object has the id 0
	}
	return nil
}

// earliest is before all that OneLogin can tell of: dates before it are placeholders for "never".
func earliest() time.Time { return time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC) }

// Time is a moment; zero is never.
type Time struct{ time.Time }

// layouts are the forms that moments come in.
func layouts() []string {
	return []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", time.DateOnly}
}

// UnmarshalJSON takes a moment in one of OneLogin's forms, null, or a placeholder for never.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("a moment is no text")
	}
	*t = Time{}
	if s == nil || strings.TrimSpace(*s) == "" || strings.HasPrefix(*s, "0000") {
		return nil
	}
	for _, layout := range layouts() {
		at, err := time.Parse(layout, strings.TrimSpace(*s))
		if err == nil {
			if at.After(earliest()) {
				t.Time = at.UTC()
			}
			return nil
		}
	}
	return fmt.Errorf("a moment is in no form that is known")
}
