package graphsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// document is the body of a write: an object whose values are not looked at yet.
type document map[string]json.RawMessage

func readDocument(body []byte) (document, error) {
	var d document
	if err := json.Unmarshal(body, &d); err != nil || d == nil {
		return nil, &refusal{status: http.StatusBadRequest, code: "BadRequest",
			message: "Unable to read JSON request payload. It has to be one JSON object."}
	}
	return d, nil
}

// has says whether a property is given, be it null.
func (d document) has(name string) bool { return d[name] != nil }

// into reads a property into a Go value and leaves that alone where the property is absent. The form has
// looked at its type already, so an error is about what is inside.
func (d document) into(name string, v any) error {
	if !d.has(name) || json.Unmarshal(d[name], v) == nil {
		return nil
	}
	return invalidValue(name)
}

// text is a string property, "" where it is absent or no string.
func (d document) text(name string) string {
	var s string
	if json.Unmarshal(d[name], &s) != nil {
		return ""
	}
	return s
}

// form says what the body of a write may hold. What else the class has is read-only.
type form struct {
	class  *class // nil where the body is no object of the tenant
	fields map[string]field
}

// field is one property of a form.
type field struct {
	kind     string // text, bool, texts, object, list
	most     int    // characters of a text; 0 is no limit
	required bool
	nullable bool
}

// newForm reads a list of fields: name:kind, /n being the most characters of a text, ! what must be there and ?
// what may be null.
func newForm(c *class, list string) *form {
	f := &form{class: c, fields: map[string]field{}}
	for _, word := range strings.Fields(list) {
		bare := strings.TrimRight(word, "!?")
		name, kind, _ := strings.Cut(bare, ":")
		kind, most, _ := strings.Cut(kind, "/")
		limit, _ := strconv.Atoi(most) // "" is no limit
		f.fields[name] = field{kind: kind, most: limit,
			required: strings.Contains(word[len(bare):], "!"), nullable: strings.Contains(word[len(bare):], "?")}
	}
	return f
}

// check refuses what is unknown, read-only, missing or of another type.
func (f *form) check(d document) error {
	for name, value := range d {
		if err := f.checkOne(name, value); err != nil {
			return err
		}
	}
	for name, field := range f.fields {
		if field.required && !d.has(name) {
			return badRequest("A value is required for property '%s' of the request.", name)
		}
	}
	return nil
}

func (f *form) checkOne(name string, value json.RawMessage) error {
	field, known := f.fields[name]
	switch {
	case name == "@odata.type":
		return f.checkType(value)
	case !known && f.class != nil && f.class.has(name):
		return badRequest("Property '%s' is read-only and cannot be set.", name)
	case !known:
		return badRequest("Invalid property '%s'.", name)
	case string(value) == "null" && field.nullable:
		return nil
	case !field.takes(value):
		return invalidValue(name)
	}
	return nil
}

// checkType takes the annotation that Microsoft's own models write.
func (f *form) checkType(value json.RawMessage) error {
	var name string
	if json.Unmarshal(value, &name) != nil || f.class != nil && name != f.class.odataType() {
		return badRequest("The type annotation %s does not fit the request.", value)
	}
	return nil
}

// takes holds a value against the type. Graph takes no empty text.
func (f field) takes(value json.RawMessage) bool {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return false
	}
	switch v := v.(type) {
	case string:
		return f.kind == "text" && v != "" && (f.most == 0 || len([]rune(v)) <= f.most)
	case bool:
		return f.kind == "bool"
	case map[string]any:
		return f.kind == "object"
	case []any:
		return f.kind == "list" || f.kind == "texts" && !slices.ContainsFunc(v, notText)
	}
	return false
}

func notText(v any) bool {
	_, text := v.(string)
	return !text
}

// values are what a body that has been checked sets of the class's own properties, for an object.
func (f *form) values(d document) map[string]any {
	out := map[string]any{}
	for name, raw := range d {
		if f.class.has(name) {
			out[name] = plainJSON(raw)
		}
	}
	return out
}

// plainJSON brings a value to one of the kinds that rows hold.
func plainJSON(raw json.RawMessage) any {
	var text string
	var flag bool
	var texts []string
	switch {
	case string(raw) == "null":
		return nil
	case json.Unmarshal(raw, &text) == nil:
		return text
	case json.Unmarshal(raw, &flag) == nil:
		return flag
	case json.Unmarshal(raw, &texts) == nil:
		return texts
	}
	return raw
}

func invalidValue(property string) *refusal {
	return badRequest("Invalid value specified for property '%s'.", property)
}
