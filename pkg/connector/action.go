package connector

import (
	"context"
	"fmt"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/protobuf/types/known/structpb"
)

// IDForm is the form of the ids of a directory's objects.
type IDForm struct {
	// Is says whether a text has the form. What has not could lead a request astray, and the refusal of one
	// pass for what is gone.
	Is func(string) bool
	// Noun and Form are for sentences: "object id", "a GUID".
	Noun, Form string
}

// Action is something that ConductorOne can have done that is no grant and no account. Its name, and the
// names of its arguments and results, live on in automations: never rename one.
type Action struct {
	Name, Title, Description string
	Kinds                    []v2.ActionType
	Arguments                []*configpb.Field
	// Objects are the text arguments that may be a JSON object as well.
	Objects []string
	// Results are those besides "success", which every action has.
	Results []*configpb.Field
	Run     func(context.Context, Arguments) (*structpb.Struct, error)
}

// RegisterActions registers actions of a directory whose ids have a form. It asks nothing of the directory.
func RegisterActions(ctx context.Context, registry actions.ActionRegistry, ids IDForm, all ...Action) error {
	for _, a := range all {
		if err := registry.Register(ctx, a.Schema(), a.Handler(ids)); err != nil {
			return fmt.Errorf("register the action %s: %w", a.Name, err)
		}
	}
	return nil
}

// Schema is what ConductorOne knows the action by.
func (a Action) Schema() *v2.BatonActionSchema {
	return v2.BatonActionSchema_builder{
		Name: a.Name, DisplayName: a.Title, Description: a.Description, ActionType: a.Kinds, Arguments: a.Arguments,
		ReturnTypes: append([]*configpb.Field{FlagResult("success", "Success")}, a.Results...),
	}.Build()
}

// Handler is what the action is registered with: it holds the arguments against the schema, which the SDK does not, before
// anything is done.
func (a Action) Handler(ids IDForm) actions.ActionHandler {
	return func(ctx context.Context, given *structpb.Struct) (*structpb.Struct, annotations.Annotations, error) {
		args, err := a.take(given, ids)
		if err != nil {
			return nil, nil, told(err)
		}
		result, err := a.Run(ctx, args)
		if err != nil {
			return nil, nil, told(err)
		}
		return result, nil, nil
	}
}

// AccountAction marks an action that changes an account.
func AccountAction(kind v2.ActionType) []v2.ActionType {
	return []v2.ActionType{v2.ActionType_ACTION_TYPE_ACCOUNT, kind}
}

// DynamicAction marks an action that ConductorOne has no word for.
func DynamicAction() []v2.ActionType { return []v2.ActionType{v2.ActionType_ACTION_TYPE_DYNAMIC} }

// Succeeded is the result of an action that has none but that it succeeded, and the fields.
func Succeeded(err error, fields ...actions.ReturnField) (*structpb.Struct, error) {
	if err != nil {
		return nil, err
	}
	return actions.NewReturnValues(true, fields...), nil
}
