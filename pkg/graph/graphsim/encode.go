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
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return appendEscaped(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendEscaped(b []byte, s string) []byte {
	q, err := json.Marshal(s)
	if err != nil { // a Go string always marshals; keep the document valid all the same
		return append(b, `""`...)
	}
	return append(b, q...)
}

// appendFields writes the chosen columns of a row, without the braces.
func (o *object) appendFields(b []byte, columns []int) []byte {
	for i, col := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, o.class.props[col].key...)
		b = appendValue(b, o.values[col])
	}
	return b
}

// appendAll writes every property of a row, without the braces.
func (o *object) appendAll(b []byte) []byte {
	for i, p := range o.class.props {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, p.key...)
		b = appendValue(b, o.values[i])
	}
	return b
}
