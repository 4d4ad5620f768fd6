package graphsim

import (
	"encoding/json"
	"strconv"
)

// appendValue writes one value as JSON.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendString(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case []string:
		return appendStrings(b, v)
	case json.RawMessage:
		return append(b, v...)
	}
	return append(b, "null"...)
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// appendString writes plain ASCII as it is and leaves the rest to encoding/json.
func appendString(b []byte, s string) []byte {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if !plainEight(word(s[i : i+8])) {
			return appendEscaped(b, s)
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return appendEscaped(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// word is eight characters as a number.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// plainEight says whether eight characters stand in JSON as they are. It looks at all of them at once, since pages are
// mostly text: a borrow out of a byte, or its highest bit, gives away a control character, a quote, a backslash, or what
// is no ASCII.
func plainEight(w uint64) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	quote, backslash := w^ones*'"', w^ones*'\\'
	odd := w | (w - ones*' ') | (quote - ones) | (backslash - ones) | (w + ones)
	return odd&high == 0
}

func appendEscaped(b []byte, s string) []byte {
	q, err := json.Marshal(s)
	if err != nil { // a Go string always marshals; keep the document valid all the same
		return append(b, `""`...)
	}
	return append(b, q...)
}

// appendFields writes the chosen columns of a row, without the braces.
func (o *object) appendFields(b []byte, columns []int, d detail) []byte {
	first := true
	for _, col := range columns {
		p := &o.class.props[col]
		if p.sparse && o.values[col] == nil {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, p.key...)
		if p.name == keyCredentials {
			b = appendKeys(b, o.values[col], d)
		} else {
			b = appendValue(b, o.values[col])
		}
	}
	return b
}

// appendAll writes every property of a row, without the braces, as a list gives what is selected.
func (o *object) appendAll(b []byte) []byte { return o.appendFields(b, o.class.every, selected) }
