package graphsim

import (
	"encoding/json"
	"fmt"
	"strings"
)

// class is a Graph type as this tenant models it: the properties in the order in which they are written.
type class struct {
	name  string // "user", as in microsoft.graph.user
	props []property
	index map[string]int
	every []int // all positions
}

// property is one name of a class.
type property struct {
	name      string
	key       string // the name as it stands in JSON, with quotes and colon
	byDefault bool   // comes without $select
	filter    bool   // may stand in $filter
	ranged    bool   // takes ge and le in $filter
	list      bool   // is written as [] where there is nothing
	sparse    bool   // is not written at all where there is nothing
}

// newClass reads a list of property names. A trailing * marks what comes without $select, = what may
// be filtered on, < what takes ge and le then, + a list, - what is left out where it is null. The first property is
// always id.
func newClass(name, list string) *class {
	c := &class{name: name, index: map[string]int{}}
	for i, word := range strings.Fields("id*= " + list) {
		bare := strings.TrimRight(word, "*=<+-")
		marks := word[len(bare):]
		c.index[bare] = i
		c.every = append(c.every, i)
		c.props = append(c.props, property{
			name: bare, key: `"` + bare + `":`,
			byDefault: strings.Contains(marks, "*"), filter: strings.Contains(marks, "="), list: strings.Contains(marks, "+"),
			ranged: strings.Contains(marks, "<"), sparse: strings.Contains(marks, "-"),
		})
	}
	return c
}

// odataType is the type annotation of an object in a list of mixed kinds.
func (c *class) odataType() string { return "#microsoft.graph." + c.name }

// columns turns property names into positions; none means the default set. The id always comes first.
func (c *class) columns(names []string) []int {
	if len(names) == 0 {
		return c.defaults()
	}
	out := []int{0}
	for _, n := range names {
		if i, ok := c.index[n]; ok && i != 0 {
			out = append(out, i)
		}
	}
	return out
}

func (c *class) defaults() []int {
	var out []int
	for i, p := range c.props {
		if p.byDefault {
			out = append(out, i)
		}
	}
	return out
}

func (c *class) has(name string) bool {
	_, ok := c.index[name]
	return ok
}

// object is one row. It is never changed once it is in the tenant: a change puts another in its place,
// so that a page that is being written needs no lock.
type object struct {
	class  *class
	values []any // nil, string, bool, int, []string or json.RawMessage, by position in class.props
}

func newObject(c *class, values map[string]any) (*object, error) {
	o := &object{class: c, values: make([]any, len(c.props))}
	for i, p := range c.props {
		if p.list {
			o.values[i] = []string{}
		}
	}
	return o, o.fill(values)
}

func (o *object) fill(values map[string]any) error {
	for name, v := range values {
		i, ok := o.class.index[name]
		if !ok {
			return fmt.Errorf("graphsim: %s has no property %q here", o.class.name, name)
		}
		plain, err := plainValue(v)
		if err != nil {
			return fmt.Errorf("graphsim: %s of a %s: %w", name, o.class.name, err)
		}
		if plain == nil && o.class.props[i].list {
			plain = []string{}
		}
		if name == keyCredentials {
			if _, err := readKeys(plain); err != nil {
				return err
			}
		}
		o.values[i] = plain
	}
	return nil
}

// plainValue brings a value to one of the kinds that rows hold.
func plainValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, int, []string, json.RawMessage:
		return v, nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode value: %w", err)
	}
	if string(b) == "null" {
		return nil, nil
	}
	return json.RawMessage(b), nil
}

// id is the first property of every class.
func (o *object) id() string {
	id, _ := o.values[0].(string)
	return id
}

// get returns a value by property name, nil where there is none.
func (o *object) get(name string) any {
	if i, ok := o.class.index[name]; ok {
		return o.values[i]
	}
	return nil
}

// text returns a string property, "" where it is null.
func (o *object) text(name string) string {
	s, _ := o.get(name).(string)
	return s
}

// with returns a copy that has other values for some properties.
func (o *object) with(values map[string]any) (*object, error) {
	next := &object{class: o.class, values: append([]any(nil), o.values...)}
	return next, next.fill(values)
}
