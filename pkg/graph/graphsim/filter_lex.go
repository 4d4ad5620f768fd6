package graphsim

import "strings"

// token is one word of a $filter: a name, an operator, a bracket, or a string literal.
type token struct {
	text    string
	literal bool // a string in single quotes, unquoted
}

// lex splits a $filter into words.
func lex(s string) ([]token, error) {
	var out []token
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		t, rest, err := nextToken(s)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		s = rest
	}
	return out, nil
}

func nextToken(s string) (token, string, error) {
	switch c := s[0]; {
	case c == '\'':
		return stringToken(s)
	case strings.IndexByte("(),:", c) >= 0:
		return token{text: s[:1]}, s[1:], nil
	}
	end := strings.IndexAny(s, " '(),:")
	if end < 0 {
		end = len(s)
	}
	return token{text: s[:end]}, s[end:], nil
}

// stringToken reads a literal, in which a quote is doubled.
func stringToken(s string) (token, string, error) {
	var text strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			text.WriteByte(s[i])
			continue
		}
		if i+1 == len(s) || s[i+1] != '\'' {
			return token{text: text.String(), literal: true}, s[i+1:], nil
		}
		text.WriteByte('\'')
		i++
	}
	return token{}, "", badRequest("Invalid filter clause: a string is not closed.")
}
