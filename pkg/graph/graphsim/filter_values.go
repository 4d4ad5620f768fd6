package graphsim

import "strings"

// column finds a property that may be filtered on.
func (p *filterParser) column(name string) (int, error) {
	i, ok := p.class.index[name]
	if !ok {
		return 0, unknownProperty([]*class{p.class}, name)
	}
	if !p.class.props[i].filter {
		return 0, unsupportedQuery("Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.",
			name, p.class.name)
	}
	return i, nil
}

// value reads a literal: a string, a truth value or null.
func (p *filterParser) value() (any, error) {
	t := p.next()
	switch {
	case t.literal:
		return t.text, nil
	case t.text == "true" || t.text == "false":
		return t.text == "true", nil
	case t.text == "null":
		return nil, nil
	case len(t.text) == 36 && strings.Count(t.text, "-") == 4:
		return t.text, nil // a GUID, which stands without quotes where the type is Edm.Guid
	}
	return nil, badRequest("Invalid filter clause: '%s' is no value.", t.text)
}

// values reads the list of an in.
func (p *filterParser) values() ([]any, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var out []any
	for {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if !p.accept(",") {
			break
		}
	}
	if len(out) > maxInValues {
		return nil, unsupportedQuery("Too many values in an 'in': %d, where %d are allowed.", len(out), maxInValues)
	}
	return out, p.expect(")")
}

// equal compares as the directory does: text without case. A null equals only null.
func equal(have, want any) bool {
	a, isText := have.(string)
	b, wantsText := want.(string)
	if isText && wantsText {
		return strings.EqualFold(a, b)
	}
	_, isBool := have.(bool)
	_, wantsBool := want.(bool)
	if isBool && wantsBool || have == nil && want == nil {
		return have == want
	}
	return false
}

func (p *filterParser) next() token {
	if p.pos == len(p.tokens) {
		return token{}
	}
	p.pos++
	return p.tokens[p.pos-1]
}

// accept takes the next word if it is this one.
func (p *filterParser) accept(word string) bool {
	if p.pos < len(p.tokens) && !p.tokens[p.pos].literal && p.tokens[p.pos].text == word {
		p.pos++
		return true
	}
	return false
}

func (p *filterParser) expect(word string) error {
	if p.accept(word) {
		return nil
	}
	return badRequest("Invalid filter clause: '%s' was expected after %d words.", word, p.pos)
}
