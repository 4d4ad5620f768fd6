package onelogin

import (
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

func TestRights_NameObjectsByTheirIDs(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 8, nil, nil)
	rows := d.rows()
	d.sim.ResetHistory()
	for _, row := range rows {
		for _, id := range []string{"", "0", "-1", "..", "../" + row.holder.GetResource(), "noor@acme.example", "12/users", "1e3", "99999999999999999999"} {
			astray, elsewhere := row, row
			astray.holder = connector.ResourceID(row.holder.GetResourceType(), id)
			elsewhere.resource = connector.ResourceID(row.resource.GetResourceType(), id)
			for _, r := range []writeRow{astray, elsewhere} {
				_, granting := d.grant(t.Context(), r)
				_, revoking := d.revoke(t.Context(), r)
				if status.Code(granting) != codes.InvalidArgument || status.Code(revoking) != codes.InvalidArgument {
					t.Errorf("%s, %q: %v, %v", row.name, id, granting, revoking)
				}
			}
		}
		other := row
		other.slug = "owner"
		if _, err := d.grant(t.Context(), other); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s as owner: %v", row.name, err)
		}
	}
	if h := d.sim.History(); len(h) > 0 {
		t.Errorf("requests were sent: %+v", h)
	}
}

// What cannot be given is refused in a sentence, with nothing written.
func TestRights_RefusedInASentence(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 9, nil, nil)
	rows := d.rows()
	user, role, app := rows[0].holder, rows[0].resource, rows[2].resource
	nobody, noRole := connector.ResourceID(typeUser, "4711"), connector.ResourceID(typeRole, "4712")
	gone := connector.ResourceID(typePrivilege, "11111111-2222-4333-8444-555555555555")
	for _, refused := range []struct {
		row   writeRow
		words string
	}{
		{writeRow{"an app to a user", app, slugAssigned, user, nil}, "grant a role which holds this app"},
		{writeRow{"a role to a role", role, slugMember, noRole, nil}, "only to one of type user"},
		{writeRow{"an app to a group", app, slugAssigned, connector.ResourceID(typeGroup, "7"), nil}, "only to one of type role, user"},
		{writeRow{"a role to nobody", role, slugMember, nobody, nil}, "does not exist"},
		{writeRow{"a role that is gone", noRole, slugMember, user, nil}, "does not exist"},
		{writeRow{"an admin of a role that is gone", noRole, slugAdmin, user, nil}, "does not exist"},
		{writeRow{"an app to a role that is gone", app, slugAssigned, noRole, nil}, "does not exist"},
		{writeRow{"an app that is gone", connector.ResourceID(typeApp, "4713"), slugAssigned, role, nil}, "does not exist"},
		{writeRow{"a privilege that is gone", gone, slugAssigned, user, nil}, "does not exist"},
		{writeRow{"a privilege to nobody", rows[3].resource, slugAssigned, nobody, nil}, "does not exist"},
	} {
		_, err := d.grant(t.Context(), refused.row)
		if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), refused.words) {
			t.Errorf("%s: %v", refused.row.name, err)
		}
	}
	d.wrote("refused", 0)
}

// What is gone is nobody's: to take it away is done already.
func TestRights_OfWhatIsGoneAreRevokedAlready(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 10, nil, nil)
	rows := d.rows()
	user, role, app := rows[0].holder, rows[0].resource, rows[2].resource
	nobody, noRole := connector.ResourceID(typeUser, "4711"), connector.ResourceID(typeRole, "4712")
	gone := connector.ResourceID(typePrivilege, "11111111-2222-4333-8444-555555555555")
	for _, row := range []writeRow{
		{"a role of nobody", role, slugMember, nobody, nil}, {"a role that is gone", noRole, slugMember, user, nil},
		{"an admin of a role that is gone", noRole, slugAdmin, user, nil}, {"an app of a role that is gone", app, slugAssigned, noRole, nil},
		{"an app of nobody", app, slugAssigned, nobody, nil}, {"an app that is gone of a user", connector.ResourceID(typeApp, "4713"), slugAssigned, user, nil},
		{"a privilege that is gone", gone, slugAssigned, user, nil}, {"a privilege of nobody", rows[3].resource, slugAssigned, nobody, nil},
	} {
		notes, err := d.revoke(t.Context(), row)
		if err != nil || !notes.Contains(&v2.GrantAlreadyRevoked{}) {
			t.Errorf("%s: %v, %v", row.name, notes, err)
		}
	}
	d.wrote("gone", 0)
}

// An app that a user has is taken where it comes from: the sentence says where.
func TestO04_AnAppOfAUserIsTakenWhereItComesFrom(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 11, nil, nil)
	account := d.sim.Account()
	apps := d.sim.Census().Apps
	app := apps[slices.IndexFunc(apps, func(a oneloginsim.AppRecord) bool { return len(a.Personal) > 0 })]
	holder, member, nobody := app.Personal[0], account.AddUser(nil), account.AddUser(nil)
	role := account.AddRole("Gives the app", app.ID)
	if err := account.Join(role, "users", member); err != nil {
		t.Fatal(err)
	}
	for _, r := range d.sim.Census().Roles {
		if err := account.Part(r.ID, "users", holder); err != nil {
			t.Fatal(err)
		}
	}
	of := func(user int64) writeRow {
		return writeRow{"app", connector.ResourceID(typeApp, numbered(app.ID)), slugAssigned, connector.ResourceID(typeUser, numbered(user)), nil}
	}
	for words, row := range map[string]writeRow{"member of the role " + numbered(role): of(member), "by hand": of(holder)} {
		if _, err := d.revoke(t.Context(), row); status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", words, err)
		}
	}
	if notes, err := d.revoke(t.Context(), of(nobody)); err != nil || !notes.Contains(&v2.GrantAlreadyRevoked{}) {
		t.Errorf("without: %v, %v", notes, err)
	}
	d.wrote("apps of users", 0)
}
