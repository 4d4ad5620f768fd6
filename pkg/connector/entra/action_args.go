package entra

import (
	"fmt"
	"slices"
	"strings"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/protobuf/types/known/structpb"
)

// arguments are what an action was called with, held against its schema. A null is as if it were not there.
type arguments struct{ given *structpb.Struct }

// take checks the arguments of a call: each has to be known and of its kind, and none that is required
// may be missing or empty.
func (a action) take(given *structpb.Struct) (arguments, error) {
	args := arguments{given: &structpb.Struct{Fields: map[string]*structpb.Value{}}}
	for name, value := range given.GetFields() {
		i := slices.IndexFunc(a.arguments, func(f *configpb.Field) bool { return f.GetName() == name })
		if i < 0 {
			return arguments{}, badArgument(name, "is not an argument of %s, which has %s", a.name, strings.Join(a.names(), ", "))
		}
		if _, null := value.GetKind().(*structpb.Value_NullValue); null || value.GetKind() == nil {
			continue
		}
		args.given.Fields[name] = value
		if err := args.check(a.arguments[i]); err != nil {
			return arguments{}, err
		}
	}
	for _, f := range a.arguments {
		if f.GetIsRequired() && !args.has(f.GetName()) {
			return arguments{}, badArgument(f.GetName(), "is missing")
		}
	}
	return args, nil
}

func (a action) names() []string {
	names := make([]string, len(a.arguments))
	for i, f := range a.arguments {
		names[i] = f.GetName()
	}
	return names
}

// check holds one argument against its field.
func (a arguments) check(f *configpb.Field) error {
	name, want := f.GetName(), "a text"
	var ok bool
	switch {
	case f.HasBoolField():
		_, ok = actions.GetBoolArg(a.given, name)
		want = "true or false"
	case f.HasResourceIdField():
		var id *v2.ResourceId
		id, ok = actions.GetResourceIDArg(a.given, name)
		ok = ok && allowed(id, f.GetResourceIdField().GetRules().GetAllowedResourceTypeIds())
		want = resourceShape
	case f.HasResourceIdSliceField():
		var ids []*v2.ResourceId
		ids, ok = actions.GetResourceIdListArg(a.given, name)
		types := f.GetResourceIdSliceField().GetRules().GetAllowedResourceTypeIds()
		ok = ok && !slices.ContainsFunc(ids, func(id *v2.ResourceId) bool { return !allowed(id, types) })
		want = "a list, each " + resourceShape
	default:
		_, ok = actions.GetStringArg(a.given, name)
		if _, object := actions.GetStructArg(a.given, name); object && name == argUserProfile {
			return nil // it may be an object, or the same as a text
		}
	}
	if !ok {
		return badArgument(name, "has to be %s", want)
	}
	return nil
}

const resourceShape = `{"resource_type_id": "user", "resource_id": "<object id>"}`

func allowed(id *v2.ResourceId, types []string) bool {
	return isObjectID(id.GetResource()) && (len(types) == 0 || slices.Contains(types, id.GetResourceType()))
}

// badArgument refuses an argument by its name.
func badArgument(name, format string, rest ...any) error {
	return malformed("the argument "+name, fmt.Sprintf(format, rest...))
}

// has says whether there is a value: an empty text is none.
func (a arguments) has(name string) bool {
	value := a.given.GetFields()[name]
	text, isText := actions.GetStringArg(a.given, name)
	return value != nil && (!isText || strings.TrimSpace(text) != "")
}

// text is an argument without the white space around it, "" where it is not there.
func (a arguments) text(name string) string {
	text, _ := actions.GetStringArg(a.given, name)
	return strings.TrimSpace(text)
}

func (a arguments) flag(name string) bool {
	flag, _ := actions.GetBoolArg(a.given, name)
	return flag
}

// userID is the argument that nearly all actions have.
func (a arguments) userID() (string, error) {
	id := a.text(argUserID)
	if !isObjectID(id) {
		return "", badArgument(argUserID, "has to be the object id of a user, a GUID")
	}
	return id, nil
}
