package onelogin

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// fieldAttributes is OneLogin's field that holds the custom attributes of a user.
const fieldAttributes = "custom_attributes"

// userWrite is a change of a user by OneLogin's fields.
type userWrite struct {
	action string
	user   onelogin.ID
	// fields are what is written, nil to clear one.
	fields map[string]any
	// attributes are the custom attributes that are written, nil to clear one. The others stay.
	attributes map[string]any
	mappings   onelogin.Mappings
}

// changeUser writes fields of a user, by one request, and returns the names of what was written. With nothing to write
// there is no request. Whether a write of some custom attributes keeps the others is not documented: all of them are
// written, and changes of one user take turns.
func (c *Connector) changeUser(ctx context.Context, w userWrite) ([]string, error) {
	if len(w.fields)+len(w.attributes) == 0 {
		return []string{}, nil
	}
	err := c.inTurn(ctx, typeUser+"/"+string(w.user), func() error {
		body := maps.Clone(w.fields)
		if len(w.attributes) > 0 {
			is, err := c.api.GetStoredUser(ctx, w.user)
			if err != nil {
				return onUser(err, w.user, "read the user "+string(w.user), scopeReadUsers)
			}
			body = maps.Clone(w.fields)
			if body == nil {
				body = map[string]any{}
			}
			body[fieldAttributes] = merged(is.CustomAttributes, w.attributes)
		}
		return c.writeUser(ctx, w, body)
	})
	if err != nil {
		return nil, connector.Status(err)
	}
	return w.names(), nil
}

// merged are the custom attributes that are set, with some changed.
func merged(is onelogin.Attributes, changes map[string]any) map[string]any {
	all := map[string]any{}
	for name, value := range is {
		if value != nil {
			all[name] = *value
		}
	}
	maps.Copy(all, changes)
	return all
}

func (c *Connector) writeUser(ctx context.Context, w userWrite, body map[string]any) error {
	_, err := c.apply(ctx, connector.Change{
		Action: w.action, Targets: map[string]string{typeUser: string(w.user)},
		Write: func(ctx context.Context) (string, error) {
			_, err := c.api.UpdateUser(ctx, w.user, body, w.mappings)
			return "", c.onUpdate(ctx, err, w)
		},
		Holds: func(ctx context.Context) (bool, error) {
			u, err := c.api.GetStoredUser(ctx, w.user)
			if onelogin.Missing(err) {
				return false, nil
			}
			return err == nil && w.stored(u), err
		},
	})
	return err
}

// names are what is written, custom attributes each by itself.
func (w userWrite) names() []string {
	names := slices.Collect(maps.Keys(w.fields))
	for name := range w.attributes {
		names = append(names, fieldAttributes+"."+name)
	}
	slices.Sort(names)
	return names
}

// stored says whether a user is as the write wants it.
func (w userWrite) stored(u onelogin.StoredUser) bool {
	for name, value := range w.fields {
		if !sameValue(u.Fields[name], value) {
			return false
		}
	}
	for name, value := range w.attributes {
		var is any
		if set := u.CustomAttributes[name]; set != nil {
			is = *set
		}
		if !sameValue(is, value) {
			return false
		}
	}
	return true
}

// sameValue compares values by their texts, since ids come as numbers and as texts. What is not there is empty.
func sameValue(a, b any) bool { return valueText(a) == valueText(b) }

func valueText(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// onUser makes the errors of a change of a user such as people understand.
func onUser(err error, user onelogin.ID, deed, scope string) error {
	if onelogin.Missing(err) {
		return connector.Explain(codes.NotFound, err, "the account has no user with the id %s", user)
	}
	return lacking(err, deed, scope)
}

// onUpdate is onUser for new values, of which OneLogin refuses those that are somebody else's. It does not say so in
// words that are documented, so that is looked up.
func (c *Connector) onUpdate(ctx context.Context, err error, w userWrite) error {
	if unprocessable(err) {
		taken, lookErr := c.taken(ctx, w.fields, w.user)
		if lookErr == nil && taken {
			return connector.Explain(codes.AlreadyExists, err, "another user of the account has this username or email address, which only one can have")
		}
	}
	return onUser(err, w.user, "change the user "+string(w.user), scopeManageUsers)
}

// unprocessable says whether OneLogin refused the values of a write.
func unprocessable(err error) bool { return onelogin.Refused(err) && !onelogin.Missing(err) }

// taken says whether somebody else has the username or the email address among the fields.
func (c *Connector) taken(ctx context.Context, fields map[string]any, but onelogin.ID) (bool, error) {
	for _, field := range []string{fieldUsername, fieldEmail} {
		value, _ := fields[field].(string)
		if value == "" {
			continue
		}
		users, err := c.usersWith(ctx, field, value)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(users, func(u onelogin.User) bool { return u.ID != but }) {
			return true, nil
		}
	}
	return false, nil
}

// usersWith looks up who has a username or an email address, whatever the case of its letters: whether the filter goes by
// that is not documented, so that it is asked in small letters as well. It may take some characters for more than they
// are, so that what it finds is held against the value.
func (c *Connector) usersWith(ctx context.Context, field, value string) ([]onelogin.User, error) {
	for _, spelt := range slices.Compact([]string{value, strings.ToLower(value)}) {
		users, err := c.api.FindUsers(ctx, field, spelt)
		users = slices.DeleteFunc(users, func(u onelogin.User) bool {
			is := u.Username
			if field == fieldEmail {
				is = u.Email
			}
			return !strings.EqualFold(is, value)
		})
		if err != nil || len(users) > 0 {
			return users, err
		}
	}
	return nil, nil
}
