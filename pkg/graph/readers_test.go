package graph

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// reader is one list method of the client in a form that a table can hold: rows come as their ids.
type reader struct {
	name string
	// path is where its first request goes, below /v1.0. Probes have no next page.
	path  string
	probe bool
	read  func(ctx context.Context, c *Client, next string) (rows []string, link string, err error)
}

// parents are the objects whose relations the readers of one object read.
type parents struct{ group, nested, app, member string }

func pageOf[T row](p Page[T], err error) ([]string, string, error) {
	var rows []string
	if p.Items != nil {
		rows = []string{}
	}
	for _, item := range p.Items {
		rows = append(rows, item.rowID())
	}
	return rows, p.Next, err
}

func lister[T row](name, path string, list func(*Client, context.Context, string) (Page[T], error)) reader {
	return reader{name: name, path: path, read: func(ctx context.Context, c *Client, next string) ([]string, string, error) {
		return pageOf(list(c, ctx, next))
	}}
}

func listerOf[T row](name, path, id string, list func(*Client, context.Context, string, string) (Page[T], error)) reader {
	return reader{name: name, path: path, read: func(ctx context.Context, c *Client, next string) ([]string, string, error) {
		return pageOf(list(c, ctx, id, next))
	}}
}

// listUsers asks for no more than users always have.
func listUsers(c *Client, ctx context.Context, next string) (Page[User], error) { //nolint:revive // the shape of a method expression
	return c.ListUsers(ctx, UserQuery{}, next)
}

func prober(name, path string, probe func(*Client, context.Context) error) reader {
	return reader{name: name, path: path, probe: true, read: func(ctx context.Context, c *Client, _ string) ([]string, string, error) {
		return nil, "", probe(c, ctx)
	}}
}

// readers is every reader that the client has.
func readers(p parents) []reader {
	const sps, definitions = "servicePrincipals", "roleManagement/directory/roleDefinitions"
	return []reader{
		lister("ListUsers", "users", listUsers),
		lister("ListGroups", "groups", listGroups),
		lister("ListGroupsWithMembers", "groups", (*Client).ListGroupsWithMembers),
		lister("ListGroupsWithOwners", "groups", (*Client).ListGroupsWithOwners),
		listerOf("ListGroupMembers", "groups/"+p.group+"/members", p.group, (*Client).ListGroupMembers),
		listerOf("ListGroupOwners", "groups/"+p.group+"/owners", p.group, (*Client).ListGroupOwners),
		listerOf("ListGroupMemberOf", "groups/"+p.nested+"/memberOf", p.nested, (*Client).ListGroupMemberOf),
		lister("ListApplications", sps, listApplications),
		lister("ListManagedIdentities", sps, (*Client).ListManagedIdentities),
		lister("ListApplicationsWithRoles", sps, (*Client).ListApplicationsWithRoles),
		lister("ListApplicationsWithAssignments", sps, (*Client).ListApplicationsWithAssignments),
		lister("ListApplicationsWithOwners", sps, (*Client).ListApplicationsWithOwners),
		listerOf("ListAppRoleAssignments", sps+"/"+p.app+"/appRoleAssignedTo", p.app, (*Client).ListAppRoleAssignments),
		listerOf("ListApplicationOwners", sps+"/"+p.app+"/owners", p.app, (*Client).ListApplicationOwners),
		lister("ListServicePrincipalsWithGroups", sps, (*Client).ListServicePrincipalsWithGroups),
		listerOf("ListServicePrincipalMemberOf", sps+"/"+p.member+"/memberOf", p.member, (*Client).ListServicePrincipalMemberOf),
		lister("ListServicePrincipalCredentials", sps, func(c *Client, ctx context.Context, next string) (Page[CredentialHolder], error) {
			return c.ListServicePrincipalCredentials(ctx, true, next)
		}),
		lister("ListAppRegistrationCredentials", "applications", (*Client).ListAppRegistrationCredentials),
		lister("ListRoleDefinitions", definitions, (*Client).ListRoleDefinitions),
		lister("ListRoleAssignments", "roleManagement/directory/roleAssignments", (*Client).ListRoleAssignments),
		lister("ListSubscribedSkus", "subscribedSkus", (*Client).ListSubscribedSkus),
		prober("ProbeUsers", "users", (*Client).ProbeUsers),
		prober("ProbeGroups", "groups", (*Client).ProbeGroups),
		prober("ProbeServicePrincipals", sps, (*Client).ProbeServicePrincipals),
		prober("ProbeRoles", definitions, (*Client).ProbeRoles),
		prober("ProbeSubscribedSkus", "subscribedSkus", (*Client).ProbeSubscribedSkus),
	}
}

// listGroups and listApplications ask for all that can be had with a row.
func listGroups(c *Client, ctx context.Context, next string) (Page[Group], error) { //nolint:revive // the shape of a method expression
	return c.ListGroups(ctx, true, next)
}

func listApplications(c *Client, ctx context.Context, next string) (Page[ServicePrincipal], error) { //nolint:revive // the shape of a method expression
	return c.ListApplications(ctx, true, next)
}

// listers is every reader with pages.
func listers(p parents) []reader {
	return slices.DeleteFunc(readers(p), func(r reader) bool { return r.probe })
}

// walk reads to the end, and returns the ids of all rows and the number of pages.
func (r reader) walk(ctx context.Context, c *Client) (rows []string, pages int, err error) {
	for next, first := "", true; first || next != ""; first = false {
		var page []string
		if page, next, err = r.read(ctx, c, next); err != nil {
			return nil, pages, fmt.Errorf("page %d: %w", pages+1, err)
		}
		rows = append(rows, page...)
		if pages++; pages > 10_000 {
			return nil, pages, fmt.Errorf("no end after %d pages", pages)
		}
	}
	return rows, pages, nil
}

func TestReaders_AreAllInTheTable(t *testing.T) {
	// What takes a permission of its own, or is no list, has tests of its own.
	known := map[string]bool{"ProbeSignInActivity": true, "ListMailboxPurposes": true, "ProbeMailboxes": true, "ListOwnSecrets": true,
		"GroupMembersDelta": true, // group_delta_test.go
		"Close":             true, // read_ahead_test.go
		// group_writes_test.go
		"GetGroup": true, "HasGroupMember": true, "HasGroupOwner": true, "GetTenant": true,
		"AddGroupMember": true, "RemoveGroupMember": true, "AddGroupOwner": true, "RemoveGroupOwner": true,
		// upn_lookup_test.go, auth_methods_test.go, group_create_test.go
		"LookUpAddresses": true, "ListAuthenticationMethods": true, "DeleteAuthenticationMethod": true, "RevokeSignInSessions": true,
		"CreateGroup": true, "AddGroupMembers": true, "FindGroupsByMailNickname": true}
	for _, r := range counters() {
		known[r.name] = true
	}
	for _, g := range getters() {
		known[g.name] = true
	}
	for _, name := range []string{"GetUser", "GetStoredUser", "IsDeletedUser", "FindUsersByEmployeeID", "ListVerifiedDomains", "CreateUser",
		"UpdateUser", "SetPassword", "DeleteUser", "RestoreUser", "SetManager", "RemoveManager"} {
		known[name] = true
	}
	for _, name := range []string{"GetByIDs", "GetServicePrincipalsByAppID", "HeldRoles"} { // directory_objects_test.go, role_lookup_test.go
		known[name] = true
	}
	for name := range rightWrites() {
		known[name] = true
	}
	for _, name := range []string{"GetApplication", "ListRoleAssignmentsOf", "ListRoleInstances", "GetUserLicenses",
		"ListSyncJobs", "GetSyncRules"} {
		known[name] = true
	}
	for _, r := range append(readers(parents{}), logReaders()...) { // those of log_readers_test.go take a tenant of their own
		known[r.name] = true
	}
	client := reflect.TypeFor[*Client]()
	for i := range client.NumMethod() {
		if name := client.Method(i).Name; !known[name] {
			t.Errorf("%s is not in the table of readers", name)
		}
	}
}

// parentsIn picks a group with many members of several kinds and owners, a group that is in several, an
// application with many assignments and owners, and a service principal that is in groups and has no role.
func parentsIn(t testing.TB, census *graphsim.Census) parents {
	t.Helper()
	var p parents
	var most int
	for _, g := range census.Groups {
		apps := slices.ContainsFunc(g.Members, func(r graphsim.Ref) bool { return r.Type == TypeServicePrincipal })
		if len(g.Owners) > 1 && apps && len(g.Members) > most {
			p.group, most = g.ID(), len(g.Members)
		}
	}
	most = 0
	in := map[string]int{}
	for _, g := range census.Groups {
		for _, m := range g.Members {
			if in[m.ID]++; m.Type == TypeGroup && in[m.ID] > most {
				p.nested, most = m.ID, in[m.ID]
			}
		}
	}
	for _, a := range census.RoleAssignments {
		in[a.Text("principalId")] = 0 // a role shows among what somebody is in
	}
	most = 0
	for _, a := range census.ServicePrincipals {
		if n := in[a.ID()]; n > most {
			p.member, most = a.ID(), n
		}
	}
	most = 0
	for _, a := range census.ServicePrincipals {
		if len(a.Owners) > 1 && len(a.AppRoleAssignedTo) > most {
			p.app, most = a.ID(), len(a.AppRoleAssignedTo)
		}
	}
	if p.group == "" || p.nested == "" || p.app == "" || p.member == "" {
		t.Fatalf("the tenant lacks a group, an application or a service principal that has everything: %+v", p)
	}
	return p
}
