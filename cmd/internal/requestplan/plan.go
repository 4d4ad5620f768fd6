// Package requestplan says how many requests to Microsoft Graph a sync of a simulated tenant needs, and how many resource
// units they cost. It is worked out from what the tenant holds, without any code of the connector.
package requestplan

import "github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"

// What Microsoft documents of Graph's pages.
const (
	// largestPage is how many objects Graph puts on a page at most.
	largestPage = 999
	// expandCap is how many related objects $expand returns at most. That many may be all or not, so such a
	// parent has to be read in full.
	expandCap = 20
	// deltaGroups is how many groups the filter of one delta names at most.
	deltaGroups = 50
	// deltaLinks is how many members a page of a delta gives at most, of all its groups together.
	deltaLinks = 500
)

// How many users are listed in parts, and in how many.
const (
	inPartsFrom = 10 * largestPage
	userParts   = 4
)

// What does not depend on the size of the tenant.
const (
	// probes are the cheap reads before a sync, one for each family of objects, and of the connector's own
	// registration, which says when its secret ends.
	probes = 5 + 1
	// counts are the service's own, of users, groups, applications, managed identities, and for their
	// credentials of all service principals and of all app registrations.
	counts = 6
	// definitions and products each come on one page.
	definitions, products = 1, 1
)

// Cost is what something asks of Graph.
type Cost struct{ Requests, ResourceUnits int }

// each is that many requests at so many resource units each.
func each(requests, units int) Cost { return Cost{requests, requests * units} }

func sum(costs ...Cost) Cost {
	var total Cost
	for _, c := range costs {
		total.Requests += c.Requests
		total.ResourceUnits += c.ResourceUnits
	}
	return total
}

// Of is what a sync of the tenant asks at most, as long as the service gives what it can and nothing fails: no list is
// read twice but for a relation that $expand gives with it, one relation a request, and only parents with expandCap or
// more related objects are read beyond that. Sign-in is not Graph. What a group of 12,000 members and more takes beside,
// which leaves its delta midway, is not in it.
//
//	users               the list
//	groups              the list, with members, with owners; then the large ones, many in one delta, those with many
//	                    owners and those that contain each other one by one, and the nesting of those that are in many
//	service principals  the list, with the groups that they are in; then those that are in many
//	applications        the list, with assignments for the roles, with assignments again for the grants, with
//	                    owners; then the large ones
//	managed identities  the list
//	roles               definitions, which come on one page, and assignments
//	licences            the products, which come on one page; who has one comes with users and groups
//	credentials         the list of service principals, and that of app registrations
func Of(c *graphsim.Census) Cost {
	return sum(each(probes+counts, 1),
		ofUsers(len(c.Users)), ofGroups(c.Groups), ofMembership(c), ofServicePrincipals(c.ServicePrincipals),
		each(definitions+pages(len(c.RoleAssignments)), 1), each(products, 2),
		each(pages(len(c.ServicePrincipals))+pages(len(c.Applications)), 1))
}

// ofUsers is what the users take, with $expand=manager. Many are listed in parts, each of which may have a page that is not
// full.
func ofUsers(users int) Cost {
	if users < inPartsFrom {
		return each(pages(users), 2)
	}
	return each(pages(users)+userParts-1, 2)
}

func ofGroups(groups []graphsim.Record) Cost {
	cost := each(3*pages(len(groups)), 1)
	nested := nestingOf(groups)
	parents := nested.parents()
	var large, links int
	for _, g := range groups {
		cost = sum(cost, each(inFull(len(g.Owners))+inFull(parents[g.ID()]), 1))
		switch members := len(g.Members); {
		case nested.cyclic(g.ID()):
			cost = sum(cost, each(pages(members), 2))
		case members >= expandCap:
			large, links = large+1, links+members
		}
	}
	return sum(cost, ofLargeGroups(large, links))
}

// ofLargeGroups is what the members of large groups take: each delta fills its pages but the last.
func ofLargeGroups(groups, links int) Cost {
	return each(links/deltaLinks+(groups+deltaGroups-1)/deltaGroups, 1)
}

// ofMembership is what it takes to learn which groups and roles service principals are in.
func ofMembership(c *graphsim.Census) Cost {
	in := map[string]int{}
	for _, g := range c.Groups {
		for _, m := range g.Members {
			in[m.ID]++
		}
	}
	for _, a := range c.RoleAssignments {
		in[a.Text("principalId")]++
	}
	n := pages(len(c.ServicePrincipals))
	for _, sp := range c.ServicePrincipals {
		n += inFull(in[sp.ID()])
	}
	return each(n, 1)
}

func ofServicePrincipals(principals []graphsim.Record) Cost {
	applications, identities, n := 0, 0, 0
	for _, sp := range principals {
		switch sp.Text("servicePrincipalType") {
		case "Application", "Legacy":
			applications++
			n += inFull(len(sp.AppRoleAssignedTo)) + inFull(len(sp.Owners))
		case "ManagedIdentity":
			identities++
		}
	}
	return each(n+4*pages(applications)+pages(identities), 1)
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
