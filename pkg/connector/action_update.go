package connector

import (
	"context"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/protobuf/types/known/structpb"
)

// ArgUserProfile is the argument of update_user: an object by the service's own names.
const ArgUserProfile = "user_profile"

// resUpdated is the result of both updates: the names of what was written.
const resUpdated = "updated_fields"

// UserUpdate is what the actions update_user and update_profile have in common.
type UserUpdate struct {
	// Description is the action's, for whoever is to call it.
	Description string
	// User is the argument that names the user.
	User *configpb.Field
	// Change makes the change and returns the names of what was written.
	Change func(ctx context.Context, userID string, args Arguments) (updated []string, err error)
}

// AsUpdateUser is the action update_user, which takes an object; profileHelp describes that argument.
func (u UserUpdate) AsUpdateUser(profileHelp string) Action {
	return u.action(Action{
		Name: "update_user", Title: "Update user", Kinds: AccountAction(v2.ActionType_ACTION_TYPE_ACCOUNT_UPDATE_PROFILE),
		Objects:   []string{ArgUserProfile},
		Arguments: []*configpb.Field{RequiredField(TextField(ArgUserProfile, "User profile", profileHelp))},
	})
}

// AsUpdateProfile is the action update_profile, which takes an argument for each of the names.
func (u UserUpdate) AsUpdateProfile(names []string) Action {
	a := Action{Name: "update_profile", Title: "Update profile", Kinds: DynamicAction()}
	for _, name := range names {
		a.Arguments = append(a.Arguments, TextField(name, name, "New value; left alone where empty"))
	}
	return u.action(a)
}

func (u UserUpdate) action(a Action) Action {
	a.Description = u.Description
	a.Arguments = append([]*configpb.Field{u.User}, a.Arguments...)
	a.Results = []*configpb.Field{TextsResult(resUpdated, "Updated fields")}
	a.Run = func(ctx context.Context, args Arguments) (*structpb.Struct, error) {
		userID, err := args.UserID()
		if err != nil {
			return nil, err
		}
		updated, err := u.Change(ctx, userID, args)
		return Succeeded(err, actions.NewStringListReturnField(resUpdated, updated))
	}
	return a
}
