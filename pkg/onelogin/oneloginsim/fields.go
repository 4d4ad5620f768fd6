package oneloginsim

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// sortRows sorts rows by "+field" or "-field"; without either they stay as they are.
func sortRows(rows []object, order string) error {
	if order == "" {
		return nil
	}
	field := order[1:]
	if order[0] != '+' && order[0] != '-' || len(rows) > 0 && !rows[0].has(field) {
		return badField("sort", "%q is not a field to sort by", order)
	}
	slices.SortStableFunc(rows, func(x, y object) int {
		if order[0] == '-' {
			x, y = y, x
		}
		return compare(x[field], y[field])
	})
	return nil
}

func (o object) has(field string) bool {
	_, ok := o[field]
	return ok
}

// compare orders values of a column: numbers by size, all else by its text, null first.
func compare(x, y any) int {
	m, xNumber := x.(int64)
	n, yNumber := y.(int64)
	switch {
	case xNumber && yNumber:
		return cmp.Compare(m, n)
	case x == nil || y == nil:
		return cmp.Compare(truth(x != nil), truth(y != nil))
	}
	return cmp.Compare(fmt.Sprint(x), fmt.Sprint(y))
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fields reads the parameter of that name: those that come, and the id. Nil is the usual ones.
func (c *call) fields(known []string) ([]string, error) {
	if !c.query.Has("fields") {
		return nil, nil
	}
	out := []string{"id"}
	for _, field := range strings.Split(c.query.Get("fields"), ",") {
		field = strings.TrimSpace(field)
		if !slices.Contains(known, field) {
			return nil, badRequest("field(s) not allowed: %s", field)
		}
		out = append(out, field)
	}
	return out, nil
}

// only keeps some fields of a row.
func (o object) only(fields []string) object {
	out := make(object, len(fields))
	for _, field := range fields {
		if v, ok := o[field]; ok {
			out[field] = v
		}
	}
	return out
}

// filter keeps the rows whose fields are as the parameters of those names say; a time has two parameters for it.
func filter(rows []object, q url.Values, equal []string, times map[string]string) []object {
	keep := slices.Clone(rows)
	for _, field := range equal {
		if !q.Has(field) {
			continue
		}
		wanted := strings.Split(q.Get(field), ",")
		keep = slices.DeleteFunc(keep, func(o object) bool { return !slices.Contains(wanted, fmt.Sprint(o[field])) })
	}
	for name, field := range times {
		keep = between(keep, field, q.Get(name+"since"), q.Get(name+"until"))
	}
	return keep
}

// between keeps rows by a time; times in one form compare as texts.
func between(rows []object, field, since, until string) []object {
	if since == "" && until == "" {
		return rows
	}
	return slices.DeleteFunc(rows, func(o object) bool {
		at, isText := o[field].(string)
		return !isText || since != "" && at < since || until != "" && at > until
	})
}
