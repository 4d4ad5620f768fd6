package graph

import (
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestListApplications_DecodesEveryProperty(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	c := simClient(t, sim)
	apps, identities := byID(t, c, listApplications), byID(t, c, (*Client).ListManagedIdentities)
	published := 0
	for _, s := range sim.Census().ServicePrincipals {
		got, ok := apps[s.ID()]
		if !ok {
			got, ok = identities[s.ID()]
		}
		if !ok {
			continue // a kind that is read by neither
		}
		compareProperties(t, s, got, []string{"id", "appId", "displayName", "description", "servicePrincipalType", "accountEnabled",
			"appOwnerOrganizationId", "appRoleAssignmentRequired", "tags", "preferredSingleSignOnMode", "homepage", "alternativeNames"})
		if got.VerifiedPublisher.DisplayName != "" {
			published++
		}
	}
	if published == 0 {
		t.Error("no application has a verified publisher")
	}
}

func TestListApplicationsWithRoles_DecodesRolesAndAssignments(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	apps := byID(t, simClient(t, sim), (*Client).ListApplicationsWithRoles)
	roles := 0
	for _, s := range sim.Census().ServicePrincipals {
		got, ok := apps[s.ID()]
		if !ok {
			continue
		}
		if all := len(s.AppRoleAssignedTo) < ExpandLimit; got.AllAssignments() != all || len(got.Assignments) != min(len(s.AppRoleAssignedTo), ExpandLimit) {
			t.Errorf("%s has %d of %d assignments", s.ID(), len(got.Assignments), len(s.AppRoleAssignedTo))
		}
		for _, a := range got.Assignments {
			if !slices.Contains(s.AppRoleAssignedTo, graphsim.Assignment{ID: a.ID, AppRoleID: a.AppRoleID, PrincipalID: a.PrincipalID, PrincipalType: a.PrincipalType}) {
				t.Errorf("%s has the assignment %+v, which is not in the census", s.ID(), a)
			}
		}
		for _, r := range got.AppRoles {
			if roles++; r.ID == "" || r.DisplayName == "" || !r.ForUsers() && !r.ForApplications() {
				t.Errorf("%s has the role %+v", s.ID(), r)
			}
		}
	}
	if roles == 0 {
		t.Error("no application has roles")
	}
}
