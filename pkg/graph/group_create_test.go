package graph

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// groupMaker is a tenant where the application may make groups of all kinds.
func groupMaker(t *testing.T, seed uint64) (*graphsim.Server, *Client) {
	t.Helper()
	sim := startSim(t, graphsim.Options{Seed: seed,
		Permissions: append(graphsim.ReadPermissions(), "Group.Create", "Group.ReadWrite.All", "RoleManagement.ReadWrite.Directory")})
	return sim, simClient(t, sim)
}

func referencesTo(users []*graphsim.Record) (references []string) {
	cloud := Clouds()[0]
	for _, u := range users {
		references = append(references, cloud.Reference(u.ID()))
	}
	return references
}

func TestCreateGroup_MakesEachKind(t *testing.T) {
	sim, c := groupMaker(t, 66)
	users := cloudUsers(sim, 20)
	for _, g := range []NewGroup{
		{DisplayName: "A security group", MailNickname: "zz-one"},
		{DisplayName: "One with people", MailNickname: "zz-two", Description: "Why", Owners: referencesTo(users[:1]), Members: referencesTo(users[1:])},
		{DisplayName: "One for roles", MailNickname: "zz-three", IsAssignableToRole: true},
		{DisplayName: "A team", MailNickname: "zz-four", Microsoft365: true, Members: referencesTo(users[:3])},
	} {
		made, receipt, err := c.CreateGroup(t.Context(), g)
		if err != nil || receipt.RequestID == "" {
			t.Errorf("%s: %v", g.DisplayName, err)
			continue
		}
		found, now, err := c.FindGroupsByMailNickname(t.Context(), g.MailNickname)
		if err != nil || len(found) != 1 || !g.Made(found[0]) || found[0].ID != made.ID {
			t.Errorf("%s: found %+v, %v", g.DisplayName, found, err)
			continue
		}
		if age := now.Sub(*found[0].CreatedDateTime); age < -2*time.Second || age > time.Minute {
			t.Errorf("%s was made %v ago by the directory's clock", g.DisplayName, age)
		}
		for _, o := range sim.Census().Groups {
			if o.ID() == made.ID && (len(o.Members) != len(g.Members) || len(o.Owners) != len(g.Owners)) {
				t.Errorf("%s has %d members and %d owners", g.DisplayName, len(o.Members), len(o.Owners))
			}
		}
	}
}

// cloudUsers are users who are not synced from on-premises.
func cloudUsers(sim *graphsim.Server, n int) []*graphsim.Record {
	var users []*graphsim.Record
	for _, u := range sim.Census().Users {
		if u.Get("onPremisesSyncEnabled") != true && len(users) < n {
			users = append(users, &u)
		}
	}
	return users
}

func TestCreateGroup_SaysThatANicknameIsTaken(t *testing.T) {
	_, c := groupMaker(t, 67)
	g := NewGroup{DisplayName: "A team", MailNickname: "zz-team", Microsoft365: true}
	if _, _, err := c.CreateGroup(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.CreateGroup(t.Context(), g); !Taken(err) {
		t.Errorf("got %v", err)
	}
}

func TestAddGroupMembers_IsOneRequestForTwenty(t *testing.T) {
	sim, c := groupMaker(t, 68)
	made, _, err := c.CreateGroup(t.Context(), NewGroup{DisplayName: "G", MailNickname: "zz-g"})
	if err != nil {
		t.Fatal(err)
	}
	users := cloudUsers(sim, MaxReferences)
	sim.ResetHistory()
	if _, err := c.AddGroupMembers(t.Context(), made.ID, referencesTo(users)); err != nil {
		t.Fatal(err)
	}
	if sent := graphRequests(sim); len(sent) != 1 || sent[0].Method != "PATCH" {
		t.Errorf("sent %+v", sent)
	}
	if _, err := c.AddGroupMembers(t.Context(), made.ID, referencesTo(users[:1])); !LinkExists(err) {
		t.Errorf("again: %v", err)
	}
}

func TestNewGroup_LeavesOutWhatIsNotAskedFor(t *testing.T) {
	content, err := json.Marshal(NewGroup{DisplayName: "G", MailNickname: "g"}.body())
	const want = `{"displayName":"G","groupTypes":[],"mailEnabled":false,"mailNickname":"g","securityEnabled":true}`
	if err != nil || string(content) != want {
		t.Errorf("got %s, %v", content, err)
	}
}

func TestNewGroup_KnowsItsOwn(t *testing.T) {
	g := NewGroup{DisplayName: "G", MailNickname: "g", Description: "d"}
	own := Group{DisplayName: "G", MailNickname: "g", Description: "d", GroupKind: GroupKind{SecurityEnabled: true}}
	if !g.Made(own) {
		t.Error("it does not know its own")
	}
	for i, change := range []func(*Group){
		func(o *Group) { o.DisplayName = "H" }, func(o *Group) { o.MailNickname = "h" }, func(o *Group) { o.Description = "" },
		func(o *Group) { o.GroupTypes = []string{"Unified"} }, func(o *Group) { o.MailEnabled = true },
		func(o *Group) { o.SecurityEnabled = false }, func(o *Group) { o.IsAssignableToRole = true },
		func(o *Group) { o.GroupTypes = []string{"DynamicMembership"} }, func(o *Group) { o.OnPremisesSyncEnabled = true },
	} {
		other := own
		other.GroupTypes = slices.Clone(own.GroupTypes)
		if change(&other); g.Made(other) {
			t.Errorf("change %d: it takes another for its own", i)
		}
	}
}
