package onelogin

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// updateUserAction changes fields of a user by OneLogin's names.
func (c *Connector) updateUserAction() connector.Action {
	return connector.UserUpdate{
		Description: "Changes fields of a user. The profile is an object of OneLogin's field names, like " +
			`{"department": "Sales", "title": null, "custom_attributes": {"cost_center": "4711"}}; null clears a field, and one that is not named stays as it is.`,
		User: userIDField(),
		Change: func(ctx context.Context, userID string, args connector.Arguments) ([]string, error) {
			w, err := profileWrite(args)
			if err == nil {
				err = c.checkAttributes(ctx, "the argument "+connector.ArgUserProfile+"."+fieldAttributes, w.attributes)
			}
			if err != nil {
				return nil, err
			}
			w.action, w.user = "update_user", onelogin.ID(userID)
			return c.changeUser(ctx, w)
		},
	}.AsUpdateUser("JSON object of OneLogin's user fields, as text or as an object")
}

// profileWrite reads the fields that update_user is to write, and refuses what it does not write.
func profileWrite(args connector.Arguments) (userWrite, error) {
	profile, err := args.Object(connector.ArgUserProfile)
	if err != nil {
		return userWrite{}, err
	}
	if len(profile) == 0 {
		return userWrite{}, connector.BadArgument(connector.ArgUserProfile, "names no field")
	}
	w := userWrite{fields: map[string]any{}}
	for _, name := range slices.Sorted(maps.Keys(profile)) {
		field, value := connector.ArgUserProfile+"."+name, profile[name]
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
	return connector.UserUpdate{
		Description: "Changes the fields of a user that are given. One that is absent or empty is left alone: update_user clears.",
		User:        userIDField(),
		Change: func(ctx context.Context, userID string, args connector.Arguments) ([]string, error) {
			w := userWrite{action: "update_profile", user: onelogin.ID(userID), fields: map[string]any{}}
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
			return c.changeUser(ctx, w)
		},
	}.AsUpdateProfile(profileArguments())
}

func profileArguments() []string {
	return []string{fieldUsername, fieldEmail, fieldFirstName, fieldLastName, fieldTitle, fieldDepartment, fieldCompany, fieldExternalID}
}
