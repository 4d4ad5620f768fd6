package entra

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// changeUser writes properties of a user, by one request, and returns the names of what was written. With
// nothing to write there is no request.
func (c *Connector) changeUser(ctx context.Context, userID, name string, properties map[string]any) ([]string, error) {
	if len(properties) == 0 {
		return []string{}, nil
	}
	_, err := c.apply(ctx, change{
		action: name, targets: map[string]string{"user": userID},
		write: c.patient(func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := c.graph.UpdateUser(ctx, userID, properties)
			return receipt, onUser(err, userID, "change the user", updatePermission(properties))
		}, collided),
		holds: func(ctx context.Context) (bool, error) {
			u, err := c.graph.GetStoredUser(ctx, userID, slices.Sorted(maps.Keys(properties))...)
			if graph.Missing(err) {
				return false, nil
			}
			return err == nil && stored(u.Properties, properties), err
		},
	})
	if err != nil {
		return nil, err
	}
	return updatedFields(properties), nil
}

// updatePermission is the least that a change of properties takes.
func updatePermission(properties map[string]any) string {
	if _, enables := properties["accountEnabled"]; enables && len(properties) == 1 {
		return "User.EnableDisableAccount.All"
	}
	return permissionChange
}

// stored says whether all properties of a user are as they were to be written. Of an object only the members
// that were written count; what is not there is null, and so is an empty list.
func stored(is, want map[string]any) bool {
	for name, value := range want {
		value = decoded(value)
		if object, ok := value.(map[string]any); ok {
			members, _ := is[name].(map[string]any)
			if !stored(members, object) {
				return false
			}
			continue
		}
		if !reflect.DeepEqual(empty(is[name]), empty(value)) {
			return false
		}
	}
	return true
}

// decoded is a value as JSON decodes it.
func decoded(value any) any {
	content, err := json.Marshal(value)
	var plain any
	if err != nil || json.Unmarshal(content, &plain) != nil {
		return value
	}
	return plain
}

func empty(value any) any {
	if list, ok := value.([]any); ok && len(list) == 0 {
		return nil
	}
	return value
}

// messageOf is the sentence of an error without its code.
func messageOf(err error) string { return status.Convert(err).Message() }
