package graph

import (
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// expectedRows is what each reader has to find, from the census.
func expectedRows(census *graphsim.Census, p parents) map[string][]string {
	var users, groups, apps, identities, members, memberOf, belongings, groupOwners, assignments, appOwners, definitions, roleAssignments []string
	for _, u := range census.Users {
		users = append(users, u.ID())
	}
	for _, g := range census.Groups {
		groups = append(groups, g.ID())
		if g.ID() == p.group {
			members, groupOwners = refIDs(g.Members), refIDs(g.Owners)
		}
		if slices.Contains(refIDs(g.Members), p.nested) {
			memberOf = append(memberOf, g.ID())
		}
		if slices.Contains(refIDs(g.Members), p.member) {
			belongings = append(belongings, g.ID())
		}
	}
	for _, s := range census.ServicePrincipals {
		switch s.Text("servicePrincipalType") {
		case KindApplication, KindLegacy:
			apps = append(apps, s.ID())
		case KindManagedIdentity:
			identities = append(identities, s.ID())
		}
		if s.ID() == p.app {
			appOwners = refIDs(s.Owners)
			for _, a := range s.AppRoleAssignedTo {
				assignments = append(assignments, a.ID)
			}
		}
	}
	principals, registrations := recordIDs(census.ServicePrincipals), recordIDs(census.Applications)
	for _, d := range census.RoleDefinitions {
		definitions = append(definitions, d.ID())
	}
	for _, a := range census.RoleAssignments {
		roleAssignments = append(roleAssignments, a.ID())
	}
	return map[string][]string{
		"ListSubscribedSkus": recordIDs(census.SubscribedSkus),
		"ListUsers":          users, "ListGroups": groups, "ListGroupsWithMembers": groups, "ListGroupsWithOwners": groups,
		"ListGroupMembers": members, "ListGroupOwners": groupOwners, "ListGroupMemberOf": memberOf, "ListApplications": apps, "ListManagedIdentities": identities,
		"ListApplicationsWithRoles": apps, "ListApplicationsWithAssignments": apps, "ListApplicationsWithOwners": apps,
		"ListAppRoleAssignments": assignments, "ListApplicationOwners": appOwners,
		"ListServicePrincipalsWithGroups": principals, "ListServicePrincipalMemberOf": belongings,
		"ListServicePrincipalCredentials": principals, "ListAppRegistrationCredentials": registrations,
		"ListRoleDefinitions": definitions, "ListRoleAssignments": roleAssignments,
	}
}

func recordIDs(records []graphsim.Record) []string {
	var ids []string
	for _, r := range records {
		ids = append(ids, r.ID())
	}
	return ids
}

func refIDs(refs []graphsim.Ref) []string {
	var ids []string
	for _, r := range refs {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestReaders_WalkedToTheEndGiveTheCensus(t *testing.T) {
	for name, o := range map[string]graphsim.Options{
		"page size 2":      {Seed: 7, PageSize: 2, EmptyPages: true},
		"Graph's own":      {Seed: 8},
		"some answers bad": {Seed: 9, PageSize: 5, Faults: "429=0.02,500=0.02,503=0.02,cut=0.02,drop=0.02", FaultSeed: 3},
	} {
		t.Run(name, func(t *testing.T) {
			sim := startSim(t, o)
			census := sim.Census()
			p := parentsIn(t, census)
			c, want := simClient(t, sim), expectedRows(census, p)
			for _, r := range listers(p) {
				got, pages, err := r.walk(t.Context(), c)
				if err != nil {
					t.Errorf("%s: %v", r.name, err)
					continue
				}
				if len(want[r.name]) == 0 || !sameIDs(got, want[r.name]) {
					t.Errorf("%s: %d rows in %d pages, want %d", r.name, len(got), pages, len(want[r.name]))
				}
			}
		})
	}
}

func sameIDs(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
