package entra

import (
	"context"
	"errors"
	"fmt"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// action is something that ConductorOne can have done that is no grant and no account. Its name, and the
// names of its arguments and results, live on in automations: never rename one.
type action struct {
	name, title, description string
	kinds                    []v2.ActionType
	arguments                []*configpb.Field
	// results are those besides "success", which every action has.
	results []*configpb.Field
	run     func(context.Context, arguments) (*structpb.Struct, error)
}

// GlobalActions registers the actions on users. It asks nothing of the directory.
func (c *Connector) GlobalActions(ctx context.Context, registry actions.ActionRegistry) error {
	return register(ctx, registry,
		c.enableUserAction(), c.disableUserAction(), c.updateUserAction(), c.updateProfileAction(), c.setManagerAction(),
		c.checkUPNAction(), c.revokeSessionsAction(), c.revokeMFAAction(), c.restoreUserAction())
}

// ResourceActions registers the action that makes a group.
func (s *groupSyncer) ResourceActions(ctx context.Context, registry actions.ActionRegistry) error {
	return register(ctx, registry, s.c.createGroupAction())
}

func register(ctx context.Context, registry actions.ActionRegistry, all ...action) error {
	for _, a := range all {
		if err := registry.Register(ctx, a.schema(), a.handle); err != nil {
			return fmt.Errorf("register the action %s: %w", a.name, err)
		}
	}
	return nil
}

func (a action) schema() *v2.BatonActionSchema {
	return v2.BatonActionSchema_builder{
		Name: a.name, DisplayName: a.title, Description: a.description, ActionType: a.kinds, Arguments: a.arguments,
		ReturnTypes: append([]*configpb.Field{flagResult("success", "Success")}, a.results...),
	}.Build()
}

// handle holds the arguments against the schema, which the SDK does not, before anything is done.
func (a action) handle(ctx context.Context, given *structpb.Struct) (*structpb.Struct, annotations.Annotations, error) {
	args, err := a.take(given)
	if err != nil {
		return nil, nil, told(err)
	}
	result, err := a.run(ctx, args)
	if err != nil {
		return nil, nil, told(err)
	}
	return result, nil, nil
}

// told puts the code of an error into its text: of an action that failed, the SDK hands on the text alone.
func told(err error) error {
	err = connector.Status(err)
	var plain *explained
	if errors.As(err, &plain) {
		return explain(plain.code, err, "%s: %s", plain.code, err)
	}
	s := status.Convert(err)
	return explain(s.Code(), err, "%s: %s", s.Code(), s.Message())
}

// account marks an action that changes an account.
func account(kind v2.ActionType) []v2.ActionType {
	return []v2.ActionType{v2.ActionType_ACTION_TYPE_ACCOUNT, kind}
}

// dynamic marks an action that ConductorOne has no word for.
func dynamic() []v2.ActionType { return []v2.ActionType{v2.ActionType_ACTION_TYPE_DYNAMIC} }

// onUser makes the errors of a change of a user such as people understand: who is not there, and what the
// application lacks. deed is what was to be done, and permission what it takes for any user.
func onUser(err error, userID, deed, permission string) error {
	switch {
	case graph.Missing(err):
		return explain(codes.NotFound, err, "the directory has no user with the object id %s", userID)
	case graph.FromOnPremises(err):
		return explain(codes.FailedPrecondition, err, "the user %s is synced from Active Directory, where it has to be changed", userID)
	case graph.Taken(err):
		return explain(codes.AlreadyExists, err, "another object of the directory has one of these values, which only one can have")
	}
	return refusedAdmin(err, deed, permission)
}
