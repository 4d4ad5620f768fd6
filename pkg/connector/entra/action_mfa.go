package entra

import (
	"context"
	"time"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// permissionMethods reads and deletes authentication methods of all kinds.
const permissionMethods = "UserAuthenticationMethod.ReadWrite.All"

// methodsSettle is how long the service is given to see that methods are gone, before the default method,
// which it keeps as long as there are others, is tried once more. There is no published figure.
const methodsSettle = 10 * time.Second

// revokeMFAAction takes all authentication methods but the password away from a user.
func (c *Connector) revokeMFAAction() connector.Action {
	return connector.Action{
		Name: "revoke_mfa", Title: "Revoke multifactor authentication", Kinds: connector.DynamicAction(), Arguments: []*configpb.Field{userIDField()},
		Description: "Deletes all authentication methods of the user but the password, so that the user has to register anew. " +
			"It succeeds only if all went that can be deleted.",
		Results: []*configpb.Field{connector.NumberResult("deleted_count", "Deleted"), connector.NumberResult("failed_count", "Failed"),
			connector.NumberResult("skipped_count", "Skipped"), connector.TextsResult("results", "Results")},
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			userID, err := args.UserID()
			if err != nil {
				return nil, err
			}
			r, err := c.revokeMFA(ctx, userID)
			if err != nil {
				return nil, err
			}
			return r.values(), nil
		},
	}
}

// revokedMethods is what became of a user's methods.
type revokedMethods struct {
	deleted, failed, skipped int
	results                  []string
}

func (r *revokedMethods) note(count *int, m graph.AuthenticationMethod, what string) {
	*count++
	r.results = append(r.results, m.Kind()+" "+m.ID+": "+what)
}

func (r *revokedMethods) values() *structpb.Struct {
	return actions.NewReturnValues(r.failed == 0,
		actions.NewNumberReturnField("deleted_count", float64(r.deleted)), actions.NewNumberReturnField("failed_count", float64(r.failed)),
		actions.NewNumberReturnField("skipped_count", float64(r.skipped)), actions.NewStringListReturnField("results", r.results))
}

func (c *Connector) revokeMFA(ctx context.Context, userID string) (*revokedMethods, error) {
	methods, err := c.graph.ListAuthenticationMethods(ctx, userID)
	if err != nil {
		return nil, onUser(err, userID, "list the authentication methods of the user", permissionMethods)
	}
	r := &revokedMethods{results: []string{}}
	// Which method is the default does not show: it is the one that is refused while there are others.
	var refused []graph.AuthenticationMethod
	for _, m := range methods {
		switch {
		case m.Password():
			r.note(&r.skipped, m, "skipped: a password is not deleted")
		case !m.Deletable():
			r.note(&r.skipped, m, "skipped: methods of this kind cannot be deleted by this version of the connector")
		case !c.deleteMethod(ctx, r, userID, m, false):
			refused = append(refused, m)
		}
	}
	if len(refused) == 0 {
		return r, nil
	}
	if err := c.clock.Sleep(ctx, methodsSettle); err != nil {
		return nil, err
	}
	for _, m := range refused {
		c.deleteMethod(ctx, r, userID, m, true)
	}
	return r, nil
}

// deleteMethod deletes one method and notes what became of it. Before the last try it returns false for the
// default method, and for one that is there still after an answer was lost.
func (c *Connector) deleteMethod(ctx context.Context, r *revokedMethods, userID string, m graph.AuthenticationMethod, last bool) bool {
	var refusal error
	result, err := c.apply(ctx, c.removal(change{
		action: "revoke_mfa", targets: map[string]string{"user": userID, "method": m.ID},
		write: func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := c.graph.DeleteAuthenticationMethod(ctx, userID, m)
			refusal = err
			return receipt, refusedAdmin(err, "delete the authentication method", permissionMethods)
		},
		already: graph.Missing,
		holds:   func(ctx context.Context) (bool, error) { return c.methodGone(ctx, userID, m) },
	}))
	switch {
	case err == nil && result == connector.Unchanged:
		r.note(&r.deleted, m, "was gone already")
	case err == nil:
		r.note(&r.deleted, m, "deleted")
	case !last && (graph.DefaultMethod(refusal) || graph.Unclear(refusal)):
		return false
	case graph.DefaultMethod(refusal):
		r.note(&r.failed, m, "failed: it is the default method of the user, which stays as long as there are others")
	default:
		r.note(&r.failed, m, "failed: "+messageOf(err))
	}
	return true
}

func (c *Connector) methodGone(ctx context.Context, userID string, m graph.AuthenticationMethod) (bool, error) {
	methods, err := c.graph.ListAuthenticationMethods(ctx, userID)
	for _, one := range methods {
		if one.ID == m.ID && one.Type() == m.Type() {
			return false, err
		}
	}
	return err == nil, err
}
