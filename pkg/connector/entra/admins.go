package entra

import (
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Directory roles that an application needs besides its permissions, for what it does to whom.
// https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions
const (
	rolesForAdmins    = "Privileged Authentication Administrator or Global Administrator"
	rolesForPasswords = "Helpdesk Administrator, Password Administrator or User Administrator"
)

// permissionChange is the least that changes a user.
const permissionChange = "User.ReadWrite.All"

// refusedAdmin turns the refusal of a change of a user into a sentence that says what the application lacks:
// Graph refuses in the same words where a permission is missing and where the user is an administrator.
// deed is what was to be done ("delete the user"), and permission what it takes for any user.
func refusedAdmin(err error, deed, permission string) error {
	if !graph.Denied(err) {
		return err
	}
	return connector.Explain(codes.PermissionDenied, err, "Microsoft Entra ID refused to %s: where the user is an administrator (holds a privileged "+
		"directory role), the application needs the directory role %s, and for any user the permission %s", deed, rolesForAdmins, permission)
}
