package graphsim

import (
	"cmp"
	"strings"
	"unicode/utf8"
)

// filter is the predicate of a listing's $filter, as far as the options let this tenant serve it.
func (s *Server) filter(c *class, text string, advanced bool) (predicate, error) {
	keep, ranged, err := parseFilter(c, text, advanced)
	switch {
	case err != nil || !ranged:
		return keep, err
	case s.options.RangesStatus != 0:
		status := s.options.RangesStatus
		return nil, &refusal{status: status, code: usualCode(status), message: "This tenant does not filter with ge and le on " + securityIdentifier + "."}
	case s.options.RangesIgnored:
		return everything, nil
	}
	return keep, nil
}

func everything(*object) bool { return true }

// rangeOperator reads the text behind ge or le. Only a few properties take them, see [newClass]; null is on neither side
// of anything.
func (p *filterParser) rangeOperator(op string, col int) (predicate, error) {
	bound := p.next()
	if !bound.literal {
		return nil, badRequest("Invalid filter clause: '%s' takes a string here.", op)
	}
	p.ranged = true
	want, sign := fold(bound.text), 1
	if op == "le" {
		sign = -1
	}
	return func(o *object) bool {
		have, ok := o.values[col].(string)
		return ok && sign*compareFolded(have, want) >= 0
	}, nil
}

// compareFolded orders two texts by their bytes after folding. It folds nothing while both are ASCII: a tenant's users
// are compared one by one.
func compareFolded(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i]|b[i] >= utf8.RuneSelf {
			return strings.Compare(fold(a[i:]), fold(b[i:]))
		}
		if c := cmp.Compare(lower(a[i]), lower(b[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

func lower(ascii byte) byte {
	if 'A' <= ascii && ascii <= 'Z' {
		return ascii + 'a' - 'A'
	}
	return ascii
}
