package graphsim

import "strings"

// column finds a property that may be filtered on, a list or a single value as the operator needs it.
func (p *filterParser) column(name string, list bool) (int, error) {
	i, ok := p.class.index[name]
	if !ok {
		return 0, unknownProperty([]*class{p.class}, name)
	}
	if !p.class.props[i].filter {
		return 0, unsupportedQuery("Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.",
			name, p.class.name)
	}
	if p.class.props[i].list != list {
		return 0, badRequest("Invalid filter clause: the operator does not fit the property '%s'.", name)
	}
	return i, nil
}

// edmType is the type of a property that may be filtered on: most are strings.
func edmType(property string) string {
	switch property {
	case "accountEnabled", "isAssignableToRole", "isBuiltIn", "mailEnabled", "onPremisesSyncEnabled", "securityEnabled":
		return "Edm.Boolean"
	case "appOwnerOrganizationId":
		return "Edm.Guid"
	case auditTime, signInTime:
		return edmTime
	}
	return "Edm.String"
}

// value reads a literal of a type, or null. A GUID stands without quotes where the type is Edm.Guid, and only there.
func (p *filterParser) value(edm string) (any, error) {
	t := p.next()
	switch {
	case t.literal && edm == "Edm.String":
		return t.text, nil
	case t.literal:
		return nil, badRequest("A binary operator with incompatible types was detected: '%s' and 'Edm.String'.", edm)
	case t.text == "null":
		return nil, nil
	case edm == "Edm.Boolean" && (t.text == "true" || t.text == "false"):
		return t.text == "true", nil
	case edm == "Edm.Guid" && isGUID(t.text):
		return t.text, nil
	}
	return nil, badRequest("Invalid filter clause: '%s' is no value of type %s.", t.text, edm)
}

// values reads the list of an in.
func (p *filterParser) values(edm string) ([]any, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var out []any
	for {
		v, err := p.value(edm)
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
