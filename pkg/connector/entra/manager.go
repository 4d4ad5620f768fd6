package entra

import (
	"context"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// findManager returns the object id of the user whom somebody named as a manager: by object id, user principal
// name or employee id. An id that fits nobody, or more than one, is InvalidArgument.
func (c *Connector) findManager(ctx context.Context, field, identifier string) (string, error) {
	if isObjectID(identifier) || strings.Contains(identifier, "@") {
		u, err := c.graph.GetUser(ctx, identifier)
		if graph.Missing(err) {
			return "", connector.Malformed(field, "names a user whom the directory does not have")
		}
		return u.ID, connector.Status(err)
	}
	found, err := c.graph.FindUsersByEmployeeID(ctx, identifier)
	switch {
	case err != nil:
		return "", connector.Status(err)
	case len(found) == 0:
		return "", connector.Malformed(field, "is an employee id that no user of the directory has")
	case len(found) > 1:
		return "", connector.Malformed(field, "is an employee id that more than one user has: give an object id or a user principal name")
	}
	return found[0].ID, nil
}

// assignManager makes one user the manager of another, waiting for replicas that do not know them yet.
func (c *Connector) assignManager(ctx context.Context, userID, managerID string) (connector.Outcome, error) {
	return c.apply(ctx, change{
		action:  "set manager",
		targets: map[string]string{"user": userID, "manager": managerID},
		write: c.patient(func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := c.graph.SetManager(ctx, userID, c.cloud.Reference(managerID))
			return receipt, onUser(err, userID, "set the manager of the user "+userID, permissionChange)
		}, mayPass),
		holds: func(ctx context.Context) (bool, error) {
			u, err := c.graph.GetUser(ctx, userID)
			if graph.Missing(err) {
				return false, nil
			}
			return err == nil && u.Manager != nil && strings.EqualFold(u.Manager.ID, managerID), err
		},
	})
}

// isObjectID says whether a text is an id by which the directory knows objects: a GUID.
func isObjectID(s string) bool {
	const form = "00000000-0000-0000-0000-000000000000"
	if len(s) != len(form) {
		return false
	}
	for i, r := range s {
		hex := r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
		if form[i] == '-' && r != '-' || form[i] == '0' && !hex {
			return false
		}
	}
	return true
}

// isMalformed says whether an error is about what somebody asked for.
func isMalformed(err error) bool { return status.Code(err) == codes.InvalidArgument }
