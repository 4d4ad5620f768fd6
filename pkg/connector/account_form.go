package connector

import (
	"strconv"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// AccountField is a field of the form for a new account: a text, or a flag that is set unless somebody clears it. Its
// name lives on in the mappings of whoever creates accounts: never rename one.
type AccountField struct {
	Name, Title, Description, Placeholder string
	Required, Flag                        bool
}

// AccountSchema is a form as ConductorOne draws it, in the order of its fields.
func AccountSchema(fields []AccountField) *v2.ConnectorAccountCreationSchema {
	all := map[string]*v2.ConnectorAccountCreationSchema_Field{}
	for i, f := range fields {
		all[f.Name] = f.schema(int32(i) + 1)
	}
	return v2.ConnectorAccountCreationSchema_builder{FieldMap: all}.Build()
}

func (f AccountField) schema(order int32) *v2.ConnectorAccountCreationSchema_Field {
	field := v2.ConnectorAccountCreationSchema_Field_builder{
		DisplayName: f.Title, Description: f.Description, Placeholder: f.Placeholder, Required: f.Required, Order: order}
	if f.Flag {
		field.BoolField = v2.ConnectorAccountCreationSchema_BoolField_builder{DefaultValue: proto.Bool(true)}.Build()
	} else {
		field.StringField = &v2.ConnectorAccountCreationSchema_StringField{}
	}
	return field.Build()
}

// FormText reads a text of a form, without the white space around it; "" where there is none.
func FormText(name string, value *structpb.Value) (string, error) {
	switch v := value.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
		return "", nil
	case *structpb.Value_StringValue:
		return strings.TrimSpace(v.StringValue), nil
	}
	return "", Malformed(name, "has to be text")
}

// FormFlag reads a flag of a form; true where nothing is said.
func FormFlag(name string, value *structpb.Value) (bool, error) {
	switch v := value.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
		return true, nil
	case *structpb.Value_BoolValue:
		return v.BoolValue, nil
	case *structpb.Value_StringValue:
		if v.StringValue == "" {
			return true, nil
		}
		if flag, err := strconv.ParseBool(strings.TrimSpace(v.StringValue)); err == nil {
			return flag, nil
		}
	}
	return false, Malformed(name, "has to be true or false")
}
