package graphsim

import (
	"slices"
	"strings"
)

// predicate decides whether a row stays.
type predicate func(*object) bool

// filterParser reads the $filter forms that this tenant knows:
//
//	name eq|ne value, name in (v, …), startswith(name,'x'), endswith(name,'x'), name ge|le 'x',
//	time eq|ge|le 2026-01-01T00:00:00Z,
//	names/any(x:x eq 'v' or startswith(x,'v')), joined by and, or, not and brackets
//
// ne, not and endswith take an advanced query, as the real service demands. ge and le are only for the properties that
// are documented to take them.
type filterParser struct {
	class  *class
	tokens []token
	pos    int
	// needsAdvanced is set when an operator was met that only advanced queries have.
	needsAdvanced bool
	// ranged is set when ge or le was met on a text.
	ranged bool
}

const (
	maxInValues  = 15  // values of an in
	maxEqualText = 120 // characters of a value outside advanced queries
)

// parseFilter turns a $filter into a predicate over rows of a class, and says whether it has ge or le on a text.
func parseFilter(c *class, text string, advanced bool) (keep predicate, ranged bool, err error) {
	if text == "" {
		return everything, false, nil
	}
	tokens, err := lex(text)
	if err != nil {
		return nil, false, err
	}
	p := &filterParser{class: c, tokens: tokens}
	if keep, err = p.or(); err != nil {
		return nil, false, err
	}
	return keep, p.ranged, p.checkWhole(advanced)
}

// checkWhole refuses what is wrong with a filter as a whole, once its conditions are read.
func (p *filterParser) checkWhole(advanced bool) error {
	if p.pos < len(p.tokens) {
		return badRequest("Invalid filter clause near '%s'.", p.tokens[p.pos].text)
	}
	if p.needsAdvanced && !advanced {
		return unsupportedQuery("Unsupported Query. This $filter needs ConsistencyLevel: eventual and $count=true.")
	}
	return p.checkLengths(advanced)
}

func (p *filterParser) checkLengths(advanced bool) error {
	for _, t := range p.tokens {
		if t.literal && len(t.text) > maxEqualText && !advanced {
			return unsupportedQuery("A value in $filter has more than %d characters.", maxEqualText)
		}
	}
	return nil
}

func (p *filterParser) or() (predicate, error) {
	left, err := p.and()
	for err == nil && p.accept("or") {
		var right predicate
		a := left
		right, err = p.and()
		left = func(o *object) bool { return a(o) || right(o) }
	}
	return left, err
}

func (p *filterParser) and() (predicate, error) {
	left, err := p.term()
	for err == nil && p.accept("and") {
		var right predicate
		a := left
		right, err = p.term()
		left = func(o *object) bool { return a(o) && right(o) }
	}
	return left, err
}

func (p *filterParser) term() (predicate, error) {
	switch {
	case p.accept("not"):
		p.needsAdvanced = true
		inner, err := p.term()
		return func(o *object) bool { return !inner(o) }, err
	case p.accept("("):
		inner, err := p.or()
		if err != nil {
			return nil, err
		}
		return inner, p.expect(")")
	}
	return p.comparison()
}

func (p *filterParser) comparison() (predicate, error) {
	word := p.next()
	switch lower := strings.ToLower(word.text); {
	case word.literal || word.text == "":
		return nil, badRequest("Invalid filter clause: a property name was expected.")
	case lower == "startswith" || lower == "endswith":
		return p.function(lower)
	case strings.HasSuffix(word.text, "/any"):
		return p.lambda(strings.TrimSuffix(word.text, "/any"))
	}
	col, err := p.column(word.text, false)
	if err != nil {
		return nil, err
	}
	return p.operator(col)
}

func (p *filterParser) operator(col int) (predicate, error) {
	edm := edmType(p.class.props[col].name)
	op := p.next()
	if edm == edmTime {
		return p.timeOperator(op.text, col)
	}
	switch op.text {
	case "eq", "ne":
		value, err := p.value(edm)
		negative := op.text == "ne"
		p.needsAdvanced = p.needsAdvanced || negative
		return func(o *object) bool { return equal(o.values[col], value) != negative }, err
	case "in":
		values, err := p.values(edm)
		return func(o *object) bool {
			return slices.ContainsFunc(values, func(v any) bool { return equal(o.values[col], v) })
		}, err
	case "ge", "le":
		if p.class.props[col].ranged {
			return p.rangeOperator(op.text, col)
		}
	}
	return nil, unsupportedQuery("Unsupported Query. The operator '%s' is not known here.", op.text)
}

// function reads the two arguments of startswith or endswith.
func (p *filterParser) function(name string) (predicate, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	col, err := p.column(p.next().text, false)
	if err != nil {
		return nil, err
	}
	if edmType(p.class.props[col].name) != "Edm.String" {
		return nil, badRequest("Invalid filter clause: %s takes a string property.", name)
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	fragment := p.next()
	if !fragment.literal {
		return nil, badRequest("Invalid filter clause: %s takes a string.", name)
	}
	test, want := strings.HasPrefix, fold(fragment.text)
	if name == "endswith" {
		p.needsAdvanced, test = true, strings.HasSuffix
	}
	return func(o *object) bool {
		s, ok := o.values[col].(string)
		return ok && test(fold(s), want)
	}, p.expect(")")
}
