package entra

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// extensionProperty is the property of Graph that holds the extension attributes.
const extensionProperty = "onPremisesExtensionAttributes"

// updateUserAction changes properties of a user by Graph's names.
func (c *Connector) updateUserAction() connector.Action {
	return connector.UserUpdate{
		Description: "Changes properties of a user. The profile is an object of Microsoft Graph's property names, like " +
			`{"department": "Sales", "jobTitle": null}; null clears a property, and one that is not named stays as it is.`,
		User: userIDField(),
		Change: func(ctx context.Context, userID string, args connector.Arguments) ([]string, error) {
			properties, err := userProfileOf(args)
			if err != nil {
				return nil, err
			}
			return c.changeUser(ctx, userID, "update_user", properties)
		},
	}.AsUpdateUser("JSON object of Microsoft Graph's user properties, as text or as an object")
}

// userProfileOf reads the properties that update_user is to write, and refuses what a user does not have.
func userProfileOf(a connector.Arguments) (map[string]any, error) {
	properties, err := a.Object(connector.ArgUserProfile)
	if err != nil {
		return nil, err
	}
	if len(properties) == 0 {
		return nil, connector.BadArgument(connector.ArgUserProfile, "names no property")
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if err := checkUpdate(name, properties[name]); err != nil {
			return nil, err
		}
		if _, list := writableProperties()[name]; list && properties[name] == nil && writableProperties()[name].kind == isTexts {
			properties[name] = []any{} // a list is never null
		}
	}
	return properties, nil
}

// checkUpdate refuses a property that update_user does not write: what a sync does not show among them, so
// that nothing is changed that nobody sees.
func checkUpdate(name string, value any) error {
	field := connector.ArgUserProfile + "." + name
	switch {
	case name == "manager":
		return connector.BadArgument(field, "is no property: set_manager sets it")
	case name == "passwordProfile":
		return connector.BadArgument(field, "is not written by an action: rotating the credentials of the user sets a password")
	case slices.Contains(notSynced(), name):
		return connector.BadArgument(field, "is not written, since it is not synced")
	case value == nil && slices.Contains(neverEmpty(), name):
		return connector.BadArgument(field, "cannot be cleared")
	case value == "":
		return connector.BadArgument(field, "is empty: null clears a property")
	case name == "userPrincipalName" && value != nil:
		if upn, ok := value.(string); ok {
			return checkUPN("the argument "+field, upn)
		}
	}
	if err := checkProperty(name, value); err != nil {
		return connector.Malformed("the argument "+connector.ArgUserProfile+":", messageOf(err))
	}
	return nil
}

// notSynced are properties that can be written and that no sync shows.
func notSynced() []string {
	return []string{"ageGroup", "consentProvidedForMinor", "employeeOrgData", "faxNumber", "passwordPolicies", "showInAddressList"}
}

// neverEmpty are properties that Graph refuses to clear.
// https://learn.microsoft.com/graph/api/user-update
func neverEmpty() []string {
	return []string{"accountEnabled", "displayName", "userPrincipalName", "usageLocation"}
}

// updateProfileAction changes some properties of a user that are arguments of their own.
func (c *Connector) updateProfileAction() connector.Action {
	return connector.UserUpdate{
		Description: "Changes the properties of a user that are given. One that is absent or empty is left alone: update_user clears.",
		User:        userIDField(),
		Change: func(ctx context.Context, userID string, args connector.Arguments) ([]string, error) {
			properties, err := profileOf(args)
			if err != nil {
				return nil, err
			}
			return c.changeUser(ctx, userID, "update_profile", properties)
		},
	}.AsUpdateProfile(profileArguments())
}

func profileArguments() []string {
	names := []string{"mail", "displayName", "jobTitle", "employeeId", "department", "companyName", "country"}
	for i := range extensionAttributes {
		names = append(names, "extensionAttribute"+strconv.Itoa(i+1))
	}
	return names
}

// profileOf reads the properties that update_profile is to write.
func profileOf(a connector.Arguments) (map[string]any, error) {
	properties, extensions := map[string]any{}, map[string]any{}
	for _, name := range profileArguments() {
		value := a.Text(name)
		if value == "" {
			continue
		}
		property, written := name, any(value)
		if strings.HasPrefix(name, "extensionAttribute") {
			extensions[name] = value
			property, written = extensionProperty, extensions
		}
		if err := checkProperty(property, written); err != nil {
			return nil, connector.Malformed("the argument", messageOf(err))
		}
		properties[property] = written
	}
	return properties, nil
}

// updatedFields are the names of what was written, extension attributes each by itself.
func updatedFields(properties map[string]any) []string {
	names := []string{}
	for name, value := range properties {
		extensions, several := value.(map[string]any)
		if name == extensionProperty && several {
			names = slices.AppendSeq(names, maps.Keys(extensions))
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
