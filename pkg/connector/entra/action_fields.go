package entra

import (
	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
)

// The names of arguments and results that more than one action has.
const (
	argUserID      = "user_id"
	argUserProfile = "user_profile"
	resUpdated     = "updated_fields"
)

// userIDField is the argument of nearly all actions.
func userIDField() *configpb.Field {
	f := textField(argUserID, "User ID", "Object id of the user")
	f.SetIsRequired(true)
	return f
}

func required(f *configpb.Field) *configpb.Field {
	f.SetIsRequired(true)
	return f
}

func textField(name, title, description string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description, StringField: &configpb.StringField{}}.Build()
}

func flagField(name, title, description string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description, BoolField: &configpb.BoolField{}}.Build()
}

// choiceField is a text that is one of some.
func choiceField(name, title, description string, options ...*configpb.StringFieldOption) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description,
		StringField: configpb.StringField_builder{Options: options}.Build()}.Build()
}

func option(value, title string) *configpb.StringFieldOption {
	return configpb.StringFieldOption_builder{Name: value, Value: value, DisplayName: title}.Build()
}

func resourceField(name, title, description string, types ...string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description, ResourceIdField: configpb.ResourceIdField_builder{
		Rules: configpb.ResourceIDRules_builder{AllowedResourceTypeIds: types}.Build()}.Build()}.Build()
}

func resourcesField(name, title, description string, types ...string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description, ResourceIdSliceField: configpb.ResourceIdSliceField_builder{
		Rules: configpb.RepeatedResourceIdRules_builder{AllowedResourceTypeIds: types}.Build()}.Build()}.Build()
}

func flagResult(name, title string) *configpb.Field { return flagField(name, title, "") }

func textResult(name, title string) *configpb.Field { return textField(name, title, "") }

func numberResult(name, title string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, IntField: &configpb.IntField{}}.Build()
}

func textsResult(name, title string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, StringSliceField: &configpb.StringSliceField{}}.Build()
}

func resourceResult(name, title string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, ResourceField: &configpb.ResourceField{}}.Build()
}
