package graphsim

import (
	"slices"
	"strings"
)

// lambda reads the rest of names/any(x:…), with conditions joined by or.
func (p *filterParser) lambda(name string) (predicate, error) {
	col, err := p.column(name, true)
	if err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	variable := p.next().text
	if err := p.expect(":"); err != nil {
		return nil, err
	}
	fits, err := p.element(variable)
	for err == nil && p.accept("or") {
		var other func(string) bool
		one := fits
		other, err = p.element(variable)
		fits = func(s string) bool { return one(s) || other(s) }
	}
	if err != nil {
		return nil, err
	}
	return func(o *object) bool {
		list, _ := o.values[col].([]string)
		return slices.ContainsFunc(list, fits)
	}, p.expect(")")
}

// element reads one condition inside of any: x eq 'v' or startswith(x,'v').
func (p *filterParser) element(variable string) (func(string) bool, error) {
	if !p.accept("startswith") && !p.accept("startsWith") {
		return p.elementEqual(variable)
	}
	for _, want := range []string{"(", variable, ","} {
		if err := p.expect(want); err != nil {
			return nil, err
		}
	}
	start, err := p.elementText()
	if err != nil {
		return nil, err
	}
	return func(s string) bool { return strings.HasPrefix(fold(s), fold(start)) }, p.expect(")")
}

func (p *filterParser) elementEqual(variable string) (func(string) bool, error) {
	for _, want := range []string{variable, "eq"} {
		if err := p.expect(want); err != nil {
			return nil, err
		}
	}
	text, err := p.elementText()
	return func(s string) bool { return strings.EqualFold(s, text) }, err
}

func (p *filterParser) elementText() (string, error) {
	want := p.next()
	if !want.literal {
		return "", badRequest("Invalid filter clause: any takes a string.")
	}
	return want.text, nil
}
