package onelogin

import (
	"context"
	"time"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// argMinutes is the argument of lock_user.
const argMinutes = "minutes"

// longestLock is the longest lock that can be asked for, in minutes: ten years.
const longestLock = 10 * 365 * 24 * 60

// lockUserAction locks a user for some time.
func (c *Connector) lockUserAction() connector.Action {
	return connector.Action{
		Name: "lock_user", Title: "Lock user", Kinds: connector.DynamicAction(),
		Description: "Locks the user for some minutes: nobody can sign in as this user meanwhile. OneLogin makes it no shorter than the period of the user's policy. " +
			"A user who is suspended or not activated stays so.",
		Arguments: []*configpb.Field{userIDField(), connector.NumberField(argMinutes, "Minutes",
			"How long; 0, or nothing, for the period of the user's policy, or until the user is unlocked where that has none")},
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			id, err := args.UserID()
			if err != nil {
				return nil, err
			}
			minutes, _ := actions.GetIntArg(args.Values(), argMinutes)
			if minutes < 0 || minutes > longestLock {
				return nil, connector.BadArgument(argMinutes, "has to be from 0 to %d", longestLock)
			}
			return connector.Succeeded(c.lock(ctx, onelogin.ID(id), time.Duration(minutes)*time.Minute))
		},
	}
}

// lock leaves alone whoever cannot sign in anyway: a lock takes the place of the status, and the user would be active when
// it ends.
func (c *Connector) lock(ctx context.Context, user onelogin.ID, during time.Duration) error {
	u, err := c.api.GetUser(ctx, user)
	switch {
	case err != nil:
		return connector.Status(onUser(err, user, "read the user "+string(user), scopeReadUsers))
	case u.Status != nil && (*u.Status == onelogin.StatusSuspended || *u.Status == onelogin.StatusUnactivated):
		return nil
	}
	_, err = c.apply(ctx, connector.Change{
		Action: "lock_user", Targets: map[string]string{typeUser: string(user)},
		Write: func(ctx context.Context) (string, error) {
			return "", onUser(c.api.LockUser(ctx, user, during), user, "lock the user "+string(user), scopeManageAll)
		},
		Holds: func(ctx context.Context) (bool, error) {
			u, err := c.api.GetStoredUser(ctx, user)
			if err != nil || !locked(u) {
				return false, err
			}
			// One who was locked before for a shorter time has not got what was asked for.
			return during == 0 || !u.LockedUntil.Before(u.Read.Add(during-time.Minute-lockSlack)), nil
		},
	})
	return err
}

// lockSlack is how long ago a lock may have begun that a lost answer was about.
const lockSlack = 5 * time.Minute

// locked says whether a user is locked, by OneLogin's clock.
func locked(u onelogin.StoredUser) bool {
	return u.Status != nil && *u.Status == onelogin.StatusLocked || u.LockedUntil.After(u.Read)
}

// unlockUserAction ends a lock.
func (c *Connector) unlockUserAction() connector.Action {
	return connector.Action{
		Name: "unlock_user", Title: "Unlock user", Kinds: connector.DynamicAction(), Arguments: []*configpb.Field{userIDField()},
		Description: "Ends a lock of the user, by an administrator or after failed sign-ins. A user who is not locked stays as is.",
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			id, err := args.UserID()
			if err == nil {
				err = c.unlock(ctx, onelogin.ID(id))
			}
			return connector.Succeeded(err)
		},
	}
}

// unlock reads first: what the call answers for a user who is not locked is not documented.
func (c *Connector) unlock(ctx context.Context, user onelogin.ID) error {
	free := func(ctx context.Context) (bool, error) {
		u, err := c.api.GetStoredUser(ctx, user)
		return err == nil && !locked(u), err
	}
	is, err := free(ctx)
	if is || err != nil {
		return connector.Status(onUser(err, user, "read the user "+string(user), scopeReadUsers))
	}
	_, err = c.apply(ctx, connector.Change{
		Action: "unlock_user", Targets: map[string]string{typeUser: string(user)}, Holds: free,
		Write: func(ctx context.Context) (string, error) {
			return "", onUser(c.api.UnlockUser(ctx, user), user, "unlock the user "+string(user), scopeManageUsers)
		},
	})
	return err
}

// logOutUserAction ends all sessions of a user.
func (c *Connector) logOutUserAction() connector.Action {
	return connector.Action{
		Name: "log_out_user", Title: "Log out user", Kinds: connector.DynamicAction(), Arguments: []*configpb.Field{userIDField()},
		Description: "Ends all sessions of the user at OneLogin. Sessions at apps end when the app asks OneLogin again.",
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			id, err := args.UserID()
			if err == nil {
				err = c.logOut(ctx, onelogin.ID(id))
			}
			return connector.Succeeded(err)
		},
	}
}

func (c *Connector) logOut(ctx context.Context, user onelogin.ID) error {
	return c.unseen(ctx, connector.Change{
		Action: "log_out_user", Targets: map[string]string{typeUser: string(user)},
		Write: func(ctx context.Context) (string, error) {
			err := c.api.LogOutUser(ctx, user)
			if unprocessable(err) {
				err = connector.Explain(codes.FailedPrecondition, err, "OneLogin refused to log the user %s out: %s", user, err)
			}
			return "", onUser(err, user, "log out the user "+string(user), scopeManageUsers)
		},
	}, "whether the user was logged out cannot be read: try again")
}
