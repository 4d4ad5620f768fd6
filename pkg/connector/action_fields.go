package connector

import (
	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
)

// ArgUserID is the argument of nearly all actions.
const ArgUserID = "user_id"

// UserIDField is the argument that names a user.
func UserIDField(description string) *configpb.Field {
	return RequiredField(TextField(ArgUserID, "User ID", description))
}

// RequiredField is a field without which an action is refused.
func RequiredField(f *configpb.Field) *configpb.Field {
	f.SetIsRequired(true)
	return f
}

// TextField is an argument that is a text.
func TextField(name, title, description string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description, StringField: &configpb.StringField{}}.Build()
}

// FlagField is an argument that is true or false.
func FlagField(name, title, description string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description, BoolField: &configpb.BoolField{}}.Build()
}

// NumberField is an argument that is a whole number.
func NumberField(name, title, description string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description, IntField: &configpb.IntField{}}.Build()
}

// ChoiceField is an argument that is a text, one of some.
func ChoiceField(name, title, description string, options ...*configpb.StringFieldOption) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description,
		StringField: configpb.StringField_builder{Options: options}.Build()}.Build()
}

// Choice is one of the texts of a ChoiceField.
func Choice(value, title string) *configpb.StringFieldOption {
	return configpb.StringFieldOption_builder{Name: value, Value: value, DisplayName: title}.Build()
}

// ResourceField is an argument that is a resource of one of the types.
func ResourceField(name, title, description string, types ...string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description, ResourceIdField: configpb.ResourceIdField_builder{
		Rules: configpb.ResourceIDRules_builder{AllowedResourceTypeIds: types}.Build()}.Build()}.Build()
}

// ResourcesField is an argument that is a list of resources of the types.
func ResourcesField(name, title, description string, types ...string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, Description: description, ResourceIdSliceField: configpb.ResourceIdSliceField_builder{
		Rules: configpb.RepeatedResourceIdRules_builder{AllowedResourceTypeIds: types}.Build()}.Build()}.Build()
}

// FlagResult is a result that is true or false.
func FlagResult(name, title string) *configpb.Field { return FlagField(name, title, "") }

// TextResult is a result that is a text.
func TextResult(name, title string) *configpb.Field { return TextField(name, title, "") }

// NumberResult is a result that is a number.
func NumberResult(name, title string) *configpb.Field { return NumberField(name, title, "") }

// TextsResult is a result that is a list of texts.
func TextsResult(name, title string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, StringSliceField: &configpb.StringSliceField{}}.Build()
}

// ResourceResult is a result that is a resource.
func ResourceResult(name, title string) *configpb.Field {
	return configpb.Field_builder{Name: name, DisplayName: title, ResourceField: &configpb.ResourceField{}}.Build()
}
