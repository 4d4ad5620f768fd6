package onelogin

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// adoptable is how long ago, by OneLogin's clock, a user was made who may be that of an earlier try.
const adoptable = 10 * time.Minute

// errTaken is the refusal to touch a user who was there before.
func errTaken() error {
	return status.Error(codes.AlreadyExists, "another user of the account has this username or email address: nothing was changed; choose another one, "+
		"or use the user who is there")
}

// takenBy finds out why a user was refused. Where the username or the address is that of a user whom an earlier try has
// made, it returns the user, and the refusal as it is; else the error says why.
func (c *Connector) takenBy(ctx context.Context, a newAccount, refusal error) (u onelogin.User, adopted bool, err error) {
	u, adopted, err = c.earlier(ctx, a)
	switch {
	case err != nil:
		return u, false, err
	case !adopted:
		return u, false, connector.Explain(codes.InvalidArgument, refusal, "OneLogin refused the new user: %s", refusal)
	}
	return u, true, refusal
}

// earlier returns the user whom an earlier try has made, whose answer was lost. Found is false where nobody has the
// username or the address. Somebody who cannot be from that try is AlreadyExists.
func (c *Connector) earlier(ctx context.Context, a newAccount) (u onelogin.User, found bool, err error) {
	var id onelogin.ID
	for _, field := range []string{fieldUsername, fieldEmail} {
		users, err := c.usersWith(ctx, field, valueText(a.fields[field]))
		if err != nil {
			return onelogin.User{}, false, connector.Status(lacking(err, "look up who has the "+field, scopeReadUsers))
		}
		for _, u := range users {
			if id != "" && id != u.ID {
				return onelogin.User{}, false, errTaken()
			}
			id = u.ID
		}
	}
	if id == "" {
		return onelogin.User{}, false, nil
	}
	is, err := c.api.GetStoredUser(ctx, id)
	switch {
	case onelogin.Missing(err):
		return onelogin.User{}, false, nil
	case err != nil:
		return onelogin.User{}, false, connector.Status(err)
	case !justMade(is) || !a.equals(is):
		return onelogin.User{}, false, errTaken()
	}
	return is.User, true, nil
}

func justMade(u onelogin.StoredUser) bool {
	return !u.CreatedAt.IsZero() && !u.Read.IsZero() && u.Read.Sub(u.CreatedAt.Time) <= adoptable
}

// equals says whether a user has all that was sent for the account. A username and an address are the same whatever
// their case.
func (a newAccount) equals(u onelogin.StoredUser) bool {
	sent := userWrite{fields: map[string]any{}, attributes: a.attributes}
	for name, value := range a.fields {
		if name == fieldUsername || name == fieldEmail {
			if !strings.EqualFold(valueText(u.Fields[name]), valueText(value)) {
				return false
			}
			continue
		}
		sent.fields[name] = value
	}
	return sent.stored(u)
}
