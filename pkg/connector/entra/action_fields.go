package entra

import (
	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// userIDField is the argument of nearly all actions.
func userIDField() *configpb.Field { return connector.UserIDField("Object id of the user") }
