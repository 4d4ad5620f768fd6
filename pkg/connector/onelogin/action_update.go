package onelogin

import (
	"context"
	"maps"
	"slices"
	"strings"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// updateUserAction changes fields of a user by OneLogin's names.
func (c *Connector) updateUserAction() connector.Action {
	return connector.Action{
		Name: "update_user", Title: "Update user", Kinds: connector.AccountAction(v2.ActionType_ACTION_TYPE_ACCOUNT_UPDATE_PROFILE),
		Description: "Changes fields of a user. The profile is an object of OneLogin's field names, like " +
			`{"department": "Sales", "title": null, "custom_attributes": {"cost_center": "4711"}}; null clears a field, and one that is not named stays as it is.`,
		Arguments: []*configpb.Field{userIDField(), connector.RequiredField(connector.TextField(argUserProfile, "User profile",
			"JSON object of OneLogin's user fields, as text or as an object"))},
		Objects: []string{argUserProfile},
		Results: []*configpb.Field{connector.TextsResult(resUpdated, "Updated fields")},
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			id, err := args.UserID()
			if err != nil {
				return nil, err
			}
			w, err := profileWrite(args)
			if err == nil {
				err = c.checkAttributes(ctx, "the argument "+argUserProfile+"."+fieldAttributes, w.attributes)
			}
			if err != nil {
				return nil, err
			}
			w.action, w.user = "update_user", onelogin.ID(id)
			updated, err := c.changeUser(ctx, w)
			return connector.Succeeded(err, actions.NewStringListReturnField(resUpdated, updated))
		},
	}
}

// profileWrite reads the fields that update_user is to write, and refuses what it does not write.
func profileWrite(args connector.Arguments) (userWrite, error) {
	profile, err := args.Object(argUserProfile)
	if err != nil {
		return userWrite{}, err
	}
	if len(profile) == 0 {
		return userWrite{}, connector.BadArgument(argUserProfile, "names no field")
	}
	w := userWrite{fields: map[string]any{}}
	for _, name := range slices.Sorted(maps.Keys(profile)) {
		field, value := argUserProfile+"."+name, profile[name]
		if name == fieldAttributes {
			attributes, ok := value.(map[string]any)
			if !ok || len(attributes) == 0 {
				return userWrite{}, connector.BadArgument(field, "has to be an object of custom attributes by their short names")
			}
			w.attributes = attributes
			if err := asTexts("the argument "+field, attributes); err != nil {
				return userWrite{}, err
			}
			continue
		}
		if err := checkUpdate(field, name, value); err != nil {
			return userWrite{}, err
		}
		w.fields[name] = value
	}
	return w, nil
}

// writableFields are the fields that an action writes: those that a sync shows, so that nothing is changed that nobody
// sees, and that nothing else here is for.
func writableFields() []string {
	return []string{
		fieldUsername, fieldEmail, fieldFirstName, fieldLastName, fieldTitle, fieldDepartment, fieldCompany, fieldExternalID,
		"samaccountname", "userprincipalname", "distinguished_name",
	}
}

// elsewhere says what is for a field that update_user does not write.
func elsewhere() map[string]string {
	return map[string]string{
		fieldManager: "set_manager sets it", fieldManagerID: "set_manager sets it", "status": "enable_user and disable_user set it",
		"locked_until": "lock_user and unlock_user set it", "role_ids": "roles are granted and revoked", "password": "rotating the credentials of the user sets a password",
		"group_id": "the group of a user decides on the security policy, and is set in OneLogin",
	}
}

// checkUpdate refuses a field that update_user does not write, or a value that it cannot have.
func checkUpdate(field, name string, value any) error {
	text, isText := value.(string)
	switch {
	case elsewhere()[name] != "":
		return connector.BadArgument(field, "is not written here: %s", elsewhere()[name])
	case !slices.Contains(writableFields(), name):
		return connector.BadArgument(field, "is not one of the fields that are written: %s, %s", strings.Join(writableFields(), ", "), fieldAttributes)
	case value == nil && (name == fieldUsername || name == fieldEmail):
		return connector.BadArgument(field, "cannot be cleared")
	case value == nil:
		return nil
	case !isText:
		return connector.BadArgument(field, "has to be a text")
	case strings.TrimSpace(text) == "":
		return connector.BadArgument(field, "is empty: null clears a field")
	case name == fieldEmail && !strings.Contains(text, "@"):
		return connector.BadArgument(field, "has to be an email address")
	}
	return nil
}

// updateProfileAction changes some fields of a user that are arguments of their own.
func (c *Connector) updateProfileAction() connector.Action {
	fields := []*configpb.Field{userIDField()}
	for _, name := range profileArguments() {
		fields = append(fields, connector.TextField(name, name, "New value; left alone where empty"))
	}
	return connector.Action{
		Name: "update_profile", Title: "Update profile", Kinds: connector.DynamicAction(), Arguments: fields,
		Description: "Changes the fields of a user that are given. One that is absent or empty is left alone: update_user clears.",
		Results:     []*configpb.Field{connector.TextsResult(resUpdated, "Updated fields")},
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			id, err := args.UserID()
			if err != nil {
				return nil, err
			}
			w := userWrite{action: "update_profile", user: onelogin.ID(id), fields: map[string]any{}}
			for _, name := range profileArguments() {
				if value := args.Text(name); value != "" {
					w.fields[name] = value
				}
			}
			if email, given := w.fields[fieldEmail]; given {
				if err := checkUpdate(fieldEmail, fieldEmail, email); err != nil {
					return nil, err
				}
			}
			updated, err := c.changeUser(ctx, w)
			return connector.Succeeded(err, actions.NewStringListReturnField(resUpdated, updated))
		},
	}
}

func profileArguments() []string {
	return []string{fieldUsername, fieldEmail, fieldFirstName, fieldLastName, fieldTitle, fieldDepartment, fieldCompany, fieldExternalID}
}
