package entra

import (
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// lacking says what the application lacks where Graph refuses a deed ("remove …") without saying why; other errors
// stay as they are. A sentence that is there already is kept.
func lacking(err error, deed, permission string) error {
	if !graph.Denied(err) || connector.Explained(err) {
		return err
	}
	return connector.Explain(codes.PermissionDenied, err, "Microsoft Entra ID refused to %s: the application needs the permission %s", deed, permission)
}
