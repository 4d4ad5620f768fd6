package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/c1zfile"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestMain is the floor where the environment says so, as main is.
func TestMain(m *testing.M) {
	if os.Getenv(rowsVariable) != "" {
		runFloor()
		return
	}
	os.Exit(m.Run())
}

// madeUp is a directory of users in two groups, the second of which is in the first, and of one entitlement that only
// the first group has.
type madeUp struct {
	t     *testing.T
	out   *rowsWriter
	types map[string]*v2.ResourceType
}

const madeUpUsers = 30

func makeRows(t *testing.T, path string) {
	t.Helper()
	out, err := createRows(path)
	if err != nil {
		t.Fatal(err)
	}
	m := madeUp{t: t, out: out, types: map[string]*v2.ResourceType{
		"user": v2.ResourceType_builder{Id: "user", DisplayName: "User", Traits: []v2.ResourceType_Trait{v2.ResourceType_TRAIT_USER},
			Annotations: annotations.New(&v2.SkipEntitlementsAndGrants{})}.Build(),
		"group": v2.ResourceType_builder{Id: "group", DisplayName: "Group", Traits: []v2.ResourceType_Trait{v2.ResourceType_TRAIT_GROUP},
			Annotations: annotations.New(&v2.TypeScopedEntitlements{}, &v2.TypeScopedGrants{})}.Build(),
	}}
	var users, groups []*v2.Resource
	for i := range madeUpUsers {
		u, err := rs.NewUserResource(fmt.Sprintf("User %d", i), m.types["user"], fmt.Sprintf("u%d", i), nil, rs.WithResourceProfile(map[string]any{"a": "b", "n": i}))
		must(t, err)
		users = append(users, u)
	}
	for i := range 2 {
		g, err := rs.NewGroupResource(fmt.Sprintf("Group %d", i), m.types["group"], fmt.Sprintf("g%d", i), nil)
		must(t, err)
		groups = append(groups, g)
	}
	index := rows{Types: []typeRows{m.described("user"), m.described("group")}}
	index.Types[0].Resources = m.page(v2.ResourcesServiceListResourcesResponse_builder{List: users}.Build())
	of := &index.Types[1]
	of.Resources = m.page(v2.ResourcesServiceListResourcesResponse_builder{List: groups}.Build())
	members := entitlement.NewAssignmentEntitlement(nil, "members", entitlement.WithGrantableTo(m.types["user"]), entitlement.WithDisplayName("Members"))
	of.Static = m.encoded(v2.EntitlementsServiceListEntitlementsResponse_builder{List: []*v2.Entitlement{members}}.Build())
	of.Entitlements = m.page(v2.EntitlementsServiceListEntitlementsResponse_builder{List: []*v2.Entitlement{
		entitlement.NewPermissionEntitlement(groups[0], "moderator")}}.Build())
	through := v2.GrantExpandable_builder{EntitlementIds: []string{"group:g1:members"}}.Build()
	list := []*v2.Grant{grant.NewGrant(groups[0], "members", groups[1].GetId(), grant.WithAnnotation(through)),
		grant.NewGrant(groups[0], "moderator", users[0].GetId())}
	for _, u := range users {
		list = append(list, grant.NewGrant(groups[1], "members", u.GetId()))
	}
	of.Grants = append(m.page(v2.GrantsServiceListGrantsResponse_builder{List: list[:20]}.Build()),
		m.page(v2.GrantsServiceListGrantsResponse_builder{List: list[20:]}.Build())...)
	must(t, out.finish(index))
}

func (m madeUp) described(id string) typeRows { return typeRows{ID: id, Type: m.encoded(m.types[id])} }

func (m madeUp) encoded(message proto.Message) []byte {
	b, err := proto.Marshal(message)
	must(m.t, err)
	return b
}

func (m madeUp) page(message proto.Message) []span {
	at, err := m.out.write(message)
	must(m.t, err)
	return []span{at}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The floor runs in real processes, its file holds the rows that it was given and what follows from them, and the rows
// that are read back from the file give the same file once more.
func TestFloor_ServesTheRowsOfAFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	makeRows(t, filepath.Join(folder, "rows"))
	first := syncFloor(t, folder, "first", filepath.Join(folder, "rows"))
	want := digest{Resources: madeUpUsers + 2, Entitlements: 3, Grants: madeUpUsers + 2, Derived: madeUpUsers, Sum: first.Sum}
	if first != want {
		t.Fatalf("the file holds %+v, want %+v", first, want)
	}
	must(t, record(t.Context(), filepath.Join(folder, "first.c1z"), filepath.Join(folder, "again")))
	if second := syncFloor(t, folder, "second", filepath.Join(folder, "again")); second != first {
		t.Errorf("with the rows that were read back the file holds %+v, want %+v", second, first)
	}
	missesEdges(t, filepath.Join(folder, "first.c1z"))
}

func syncFloor(t *testing.T, folder, name, path string) digest {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	p := &program{name: name, binary: self, env: []string{rowsVariable + "=" + path}, folder: folder, workers: 4}
	took, err := p.run(t.Context())
	must(t, err)
	if took.wall <= 0 || took.cpu <= 0 || took.worker < 1<<20 || took.connector < 1<<20 {
		t.Errorf("what a run took: %+v", took)
	}
	calls, err := c1zfile.Calls(t.Context(), p.file())
	must(t, err)
	if _, noted := calls["list-grants:group"]; !noted {
		t.Errorf("the calls of a run: %v", calls)
	}
	d, err := digestOf(t.Context(), p.file())
	must(t, err)
	return d
}

// missesEdges holds a file against a tenant that is another's.
func missesEdges(t *testing.T, file string) {
	t.Helper()
	sim, err := graphsim.New(sized(smallest))
	must(t, err)
	checked, missing, err := checkEdges(t.Context(), file, sim.Census())
	if err != nil || checked < smallest || missing != checked {
		t.Errorf("%d edges of %d are missing in another tenant's file, %v", missing, checked, err)
	}
}

func TestRows_ArePagesOneBehindTheOther(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rows")
	makeRows(t, path)
	r, err := openRows(path)
	must(t, err)
	pages := r.Types[1].Grants
	pages = append(pages, pages...)
	for _, walk := range []struct {
		step int
		want string
	}{{1, "0 1 2 3"}, {3, "0 3"}, {4, "0"}} {
		var read []string
		for token := "0"; token != ""; {
			read = append(read, token)
			page := &v2.GrantsServiceListGrantsResponse{}
			token, err = r.page(pages, token, walk.step, page)
			must(t, err)
			if len(page.GetList()) == 0 {
				t.Errorf("page %s has no rows", read[len(read)-1])
			}
		}
		if got := strings.Join(read, " "); got != walk.want {
			t.Errorf("in steps of %d the pages %s are read, want %s", walk.step, got, walk.want)
		}
	}
	if _, err := r.page(pages, "4", 1, &v2.GrantsServiceListGrantsResponse{}); err == nil {
		t.Error("a page that is not there was read")
	}
}
