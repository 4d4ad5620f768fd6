package onelogin

import (
	"context"
	"errors"
	"slices"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// linkTries is how often the apps of a role are written, where somebody else's list was put in the place of ours.
const linkTries = 3

// linkApp lets a role give an app, or no longer. The API has one call for it, which puts a whole list in the place of
// the one that there is:
//
//  1. Nobody else here changes the apps of the role meanwhile.
//  2. The list is read whole; where it is as it is to be, nothing is written.
//  3. It is written with the one change.
//  4. It is read again. Where somebody else's list was written at the same time and took the place of ours, all of
//     this is done again. What of theirs was between our reading and our writing is lost, which no reading can show.
func (c *Connector) linkApp(ctx context.Context, r right, add bool) (connector.Outcome, error) {
	giveBack, err := c.turns.Take(ctx, "apps of role/"+r.Holder.GetResource())
	if err != nil {
		return connector.Failed, connector.Status(err)
	}
	defer giveBack()
	result := connector.Unchanged
	for tried := 0; ; tried++ {
		apps, err := c.roleApps(ctx, r.holderID())
		switch {
		case onelogin.Missing(err) && !add:
			return connector.Unchanged, nil
		case err != nil:
			return connector.Failed, connector.Status(r.explainLink(err))
		case slices.Contains(apps, r.resourceID()) == add:
			return result, nil
		case tried == linkTries:
			return connector.Failed, connector.Explain(codes.Unavailable, nil, "the apps of the role %s are being changed by others all the time: try again", r.holderID())
		}
		if result, err = c.apply(ctx, c.linking(r, apps, add)); err != nil {
			return result, err
		}
	}
}

// linking is the write of a role's apps.
func (c *Connector) linking(r right, apps []onelogin.ID, add bool) connector.Change {
	action := "add app to role"
	want := append(slices.Clone(apps), r.resourceID())
	if !add {
		action = "remove app from role"
		want = slices.DeleteFunc(slices.Clone(apps), func(id onelogin.ID) bool { return id == r.resourceID() })
	}
	return connector.Change{
		Action: action, Targets: map[string]string{typeRole: r.Holder.GetResource(), typeApp: r.Resource},
		Write: func(ctx context.Context) (string, error) {
			return "", r.explainLink(c.api.SetRoleApps(ctx, r.holderID(), want))
		},
		Holds: func(ctx context.Context) (bool, error) {
			is, err := c.roleApps(ctx, r.holderID())
			return err == nil && slices.Contains(is, r.resourceID()) == add, err
		},
	}
}

// roleApps reads the ids of all apps of a role.
func (c *Connector) roleApps(ctx context.Context, role onelogin.ID) ([]onelogin.ID, error) {
	apps, err := wholeList(ctx, func(ctx context.Context, cursor string) (onelogin.Page[onelogin.App], error) {
		return c.api.ListRoleApps(ctx, role, cursor)
	}, func(a onelogin.App) onelogin.ID { return a.ID })
	ids := make([]onelogin.ID, 0, len(apps))
	for _, app := range apps {
		ids = append(ids, app.ID)
	}
	return ids, err
}

// explainLink puts sentences in the place of what OneLogin answers.
func (r right) explainLink(err error) error {
	var answer *onelogin.Error
	switch {
	case onelogin.Missing(err), onelogin.Refused(err):
		return connector.Explain(codes.FailedPrecondition, err, "OneLogin refused to change the apps of the role %s: the role or the app %s does not exist any more, or another app of the role: sync again",
			r.holderID(), r.Resource)
	case errors.As(err, &answer):
		return lacking(err, "change the apps of the role "+r.Holder.GetResource(), scopeManageAll)
	}
	return err
}
