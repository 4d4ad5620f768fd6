package main

import "github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"

const (
	// largestPage is how many objects Graph puts on a page at most.
	largestPage = 999
	// expandCap is how many related objects $expand returns at most. That many may be all or not, so such a
	// parent is read in full.
	expandCap = 20
	// probes are the cheap reads before a sync, one for each family of objects, and of the connector's own
	// registration, which says when its secret ends.
	probes = 5 + 1
	// counts are the service's own, of users, groups, applications, managed identities, and for their
	// credentials of all service principals and of all app registrations.
	counts = 6
)

// plan is how many requests to Graph a sync of the tenant needs: no list is read twice but for a relation
// that $expand gives with it, one relation a request, and only parents with expandCap or more related objects
// are read one by one. Sign-in is not Graph.
//
//	users               the list
//	groups              the list, with members, with owners; then the large ones, those that contain each other,
//	                    and the nesting of those that are in many
//	applications        the list, with assignments for the roles, with assignments again for the grants, with
//	                    owners; then the large ones
//	managed identities  the list
//	roles               definitions, which come on one page, and assignments
//	licences            the products, which come on one page; who has one comes with users and groups
//	credentials         the list of service principals, and that of app registrations
func plan(c *graphsim.Census) int {
	const definitions, products = 1, 1
	return probes + counts + pages(len(c.Users)) + planGroups(c.Groups) + planServicePrincipals(c.ServicePrincipals) +
		definitions + pages(len(c.RoleAssignments)) + products + pages(len(c.ServicePrincipals)) + pages(len(c.Applications))
}

func planGroups(groups []graphsim.Record) int {
	n := 3 * pages(len(groups))
	nested := nestingOf(groups)
	parents := nested.parents()
	for _, g := range groups {
		members := inFull(len(g.Members))
		if members == 0 && nested.cyclic(g.ID()) {
			members = 1
		}
		n += members + inFull(len(g.Owners)) + inFull(parents[g.ID()])
	}
	return n
}

func planServicePrincipals(principals []graphsim.Record) int {
	applications, identities, n := 0, 0, 0
	for _, sp := range principals {
		switch kindOf(sp) {
		case application:
			applications++
			n += inFull(len(sp.AppRoleAssignedTo)) + inFull(len(sp.Owners))
		case managedIdentity:
			identities++
		}
	}
	return n + 4*pages(applications) + pages(identities)
}

// pages is how many requests list that many objects; an empty list takes one too.
func pages(objects int) int { return max(1, (objects+largestPage-1)/largestPage) }

// inFull is how many requests a relation takes beyond $expand.
func inFull(related int) int {
	if related < expandCap {
		return 0
	}
	return pages(related)
}
