package connector

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/protobuf/types/known/structpb"
)

// Arguments are what an action was called with, held against its schema. A null is as if it were not there.
type Arguments struct {
	given *structpb.Struct
	ids   IDForm
}

// take checks the arguments of a call: each has to be known and of its kind, and none that is required
// may be missing or empty.
func (a Action) take(given *structpb.Struct, ids IDForm) (Arguments, error) {
	args := Arguments{given: &structpb.Struct{Fields: map[string]*structpb.Value{}}, ids: ids}
	for name, value := range given.GetFields() {
		i := slices.IndexFunc(a.Arguments, func(f *configpb.Field) bool { return f.GetName() == name })
		if i < 0 {
			return Arguments{}, BadArgument(name, "is not an argument of %s, which has %s", a.Name, strings.Join(a.names(), ", "))
		}
		if _, null := value.GetKind().(*structpb.Value_NullValue); null || value.GetKind() == nil {
			continue
		}
		args.given.Fields[name] = value
		if err := args.check(a.Arguments[i], slices.Contains(a.Objects, name)); err != nil {
			return Arguments{}, err
		}
	}
	for _, f := range a.Arguments {
		if f.GetIsRequired() && !args.has(f.GetName()) {
			return Arguments{}, BadArgument(f.GetName(), "is missing")
		}
	}
	return args, nil
}

func (a Action) names() []string {
	names := make([]string, len(a.Arguments))
	for i, f := range a.Arguments {
		names[i] = f.GetName()
	}
	return names
}

// check holds one argument against its field.
func (a Arguments) check(f *configpb.Field, mayBeObject bool) error {
	name, want := f.GetName(), "a text"
	var ok bool
	switch {
	case f.HasBoolField():
		_, ok = actions.GetBoolArg(a.given, name)
		want = "true or false"
	case f.HasIntField():
		ok = whole(a.given.GetFields()[name])
		want = "a whole number"
	case f.HasResourceIdField():
		var id *v2.ResourceId
		id, ok = actions.GetResourceIDArg(a.given, name)
		ok = ok && a.allowed(id, f.GetResourceIdField().GetRules().GetAllowedResourceTypeIds())
		want = a.resourceShape()
	case f.HasResourceIdSliceField():
		var ids []*v2.ResourceId
		ids, ok = actions.GetResourceIdListArg(a.given, name)
		types := f.GetResourceIdSliceField().GetRules().GetAllowedResourceTypeIds()
		ok = ok && !slices.ContainsFunc(ids, func(id *v2.ResourceId) bool { return !a.allowed(id, types) })
		want = "a list, each " + a.resourceShape()
	default:
		_, ok = actions.GetStringArg(a.given, name)
		if _, object := actions.GetStructArg(a.given, name); object && mayBeObject {
			return nil
		}
	}
	if !ok {
		return BadArgument(name, "has to be %s", want)
	}
	return nil
}

// whole says whether a value is a number without a fraction, which the SDK cuts off, and small enough to be exact.
func whole(value *structpb.Value) bool {
	n, is := value.GetKind().(*structpb.Value_NumberValue)
	return is && n.NumberValue == math.Trunc(n.NumberValue) && math.Abs(n.NumberValue) < 1<<53
}

func (a Arguments) resourceShape() string {
	return `{"resource_type_id": "user", "resource_id": "<` + a.ids.Noun + `>"}`
}

func (a Arguments) allowed(id *v2.ResourceId, types []string) bool {
	return a.ids.Is(id.GetResource()) && (len(types) == 0 || slices.Contains(types, id.GetResourceType()))
}

// BadArgument refuses an argument by its name.
func BadArgument(name, format string, rest ...any) error {
	return Malformed("the argument "+name, fmt.Sprintf(format, rest...))
}

// has says whether there is a value: an empty text is none.
func (a Arguments) has(name string) bool {
	text, isText := actions.GetStringArg(a.given, name)
	return a.Given(name) && (!isText || strings.TrimSpace(text) != "")
}

// Given says whether an argument was given at all, be it as an empty text.
func (a Arguments) Given(name string) bool { return a.given.GetFields()[name] != nil }

// Values are the arguments as they were given.
func (a Arguments) Values() *structpb.Struct { return a.given }

// Text is an argument without the white space around it, "" where it is not there.
func (a Arguments) Text(name string) string {
	text, _ := actions.GetStringArg(a.given, name)
	return strings.TrimSpace(text)
}

// Flag is an argument that is true or false; false where it is not there.
func (a Arguments) Flag(name string) bool {
	flag, _ := actions.GetBoolArg(a.given, name)
	return flag
}

// Object is an argument that is an object, or the same as a text.
func (a Arguments) Object(name string) (map[string]any, error) {
	if object, ok := actions.GetStructArg(a.given, name); ok {
		return object.AsMap(), nil
	}
	object, err := ParseObject(a.Text(name))
	if err != nil {
		return nil, BadArgument(name, "has to be a JSON object")
	}
	return object, nil
}

// ParseObject reads a JSON object that stands alone.
func ParseObject(text string) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || object == nil {
		return nil, errors.New("not one object")
	}
	return object, nil
}

// UserID is the argument that nearly all actions have.
func (a Arguments) UserID() (string, error) {
	id := a.Text(ArgUserID)
	if !a.ids.Is(id) {
		return "", BadArgument(ArgUserID, "has to be the %s of a user, %s", a.ids.Noun, a.ids.Form)
	}
	return id, nil
}
