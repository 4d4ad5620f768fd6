package graphsim

import (
	"slices"
	"strings"
	"time"
)

// The logs are read in ways of their own: by time, and in its order.

// edmTime is the type of a time in a filter.
const edmTime = "Edm.DateTimeOffset"

// timeFormat is how the audit log writes a time. The sign-in log leaves out the fraction.
const timeFormat = "2006-01-02T15:04:05.0000000Z"

func (s *entitySet) isLog() bool { return s.log != "" }

// checkOrder refuses $orderby but for the time of a log.
func (q *query) checkOrder(t *target) error {
	if q.orderby == "" {
		return nil
	}
	if !t.set.isLog() || t.single() {
		return badRequest("Query option '$orderby' is not supported here by this simulated tenant.")
	}
	property, direction, _ := strings.Cut(q.orderby, " ")
	if property != t.set.log || direction != "" && direction != "asc" && direction != "desc" {
		return unsupportedQuery("%s is ordered by %s alone, not by '%s'.", t.set.path, t.set.log, q.orderby)
	}
	return nil
}

// ordered brings the rows of a log, the newest of which come first, into the order that was asked for.
func (q *query) ordered(rows []*object) []*object {
	if q.orderby == "" || strings.HasSuffix(q.orderby, " desc") {
		return rows
	}
	rows = slices.Clone(rows)
	slices.Reverse(rows)
	return rows
}

// timeOperator reads eq, ge or le and a time, which stands without quotes.
func (p *filterParser) timeOperator(op string, col int) (predicate, error) {
	if op != "eq" && op != "ge" && op != "le" {
		return nil, unsupportedQuery("Unsupported Query. The operator '%s' is not known here: times take eq, ge and le.", op)
	}
	want, err := p.time()
	if err != nil {
		return nil, err
	}
	return func(o *object) bool {
		text, _ := o.values[col].(string)
		have, err := time.Parse(time.RFC3339, text)
		c := have.Compare(want)
		return err == nil && (c == 0 || op == "ge" && c > 0 || op == "le" && c < 0)
	}, nil
}

// time reads a time, which the lexer takes apart at its colons.
func (p *filterParser) time() (time.Time, error) {
	first := p.next()
	text := first.text
	for p.accept(":") {
		text += ":" + p.next().text
	}
	at, err := time.Parse(time.RFC3339, text)
	if first.literal || err != nil || len(text) > len(timeFormat) {
		return time.Time{}, badRequest("Invalid filter clause: '%s' is no value of type %s.", text, edmTime)
	}
	return at, nil
}
