package entra

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// adoptable is how long ago, by the directory's clock, a user was made who may be that of an earlier try.
const adoptable = 10 * time.Minute

// errTaken is the refusal to touch a user who was there before.
func errTaken() error {
	return status.Error(codes.AlreadyExists, "another user, group or contact of the directory has this user principal name or mail alias: "+
		"nothing was changed; choose another one, or use the user who is there")
}

// earlier returns the user whom an earlier try has made, whose answer was lost. Found is false where nobody has
// the name, which may be so for a moment after. Somebody who cannot be from that try is AlreadyExists.
func (c *Connector) earlier(ctx context.Context, a newAccount, managerID string) (u graph.User, found bool, err error) {
	stored, err := c.graph.GetStoredUser(ctx, a.upn, slices.Sorted(maps.Keys(a.properties))...)
	switch {
	case graph.Missing(err):
		return graph.User{}, false, nil
	case err != nil:
		return graph.User{}, false, connector.Status(err)
	case !justMade(stored) || !a.equals(stored) || !managedBy(stored, managerID):
		return graph.User{}, false, errTaken()
	}
	return stored.User, true, nil
}

// awaitEarlier is earlier for a user who is known to be there: replicas that do not know of it are waited for.
func (c *Connector) awaitEarlier(ctx context.Context, a newAccount, managerID string) (graph.User, error) {
	pause := connector.FirstPause
	for look := 1; ; look++ {
		u, found, err := c.earlier(ctx, a, managerID)
		switch {
		case err != nil || found:
			return u, err
		case look == connector.Looks:
			return graph.User{}, errTaken() // by a group or a contact, or by an address
		}
		if err := c.clock.Sleep(ctx, pause); err != nil {
			return graph.User{}, connector.Status(err)
		}
		pause *= 2
	}
}

func justMade(u graph.StoredUser) bool {
	return u.CreatedDateTime != nil && !u.Read.IsZero() && u.Read.Sub(*u.CreatedDateTime) <= adoptable
}

// equals says whether a user has every property that was sent for the account. A principal name is the same
// whatever its case.
func (a newAccount) equals(u graph.StoredUser) bool {
	sent := maps.Clone(a.properties)
	delete(sent, fieldUPN)
	return strings.EqualFold(a.upn, u.UserPrincipalName) && stored(u.Properties, sent)
}

// managedBy says whether a user has the manager who was asked for, or has none: it comes after the user.
func managedBy(u graph.StoredUser, managerID string) bool {
	return managerID == "" || u.Manager == nil || strings.EqualFold(u.Manager.ID, managerID)
}
