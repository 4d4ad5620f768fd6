package requestplan

import "github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"

// Floor is what the best way takes that is known, as far as Graph's documentation tells: what Of is to be judged by. Its
// pages of deltas are reckoned by the whole, so that for each fifty large groups half a page is too much. Each list is read once, the members of large groups by delta, and those of applications with expandCap
// assignments or more one application at a time; the SDK reads resources before it reads grants, so that groups,
// applications and registrations are listed once more; and owners come with a list of their own.
//
//	⌈U/999⌉ + ⌈G/999⌉ + M/500 + ⌈L/50⌉ + ⌈A/999⌉ + Σ ⌈r/999⌉ + 8
//	and for the second reading   ⌈G/999⌉ + 2·⌈A/999⌉ + ⌈R/999⌉ + counts + probes
//	and for owners               ⌈G/999⌉ + ⌈A/999⌉ + Σ ⌈o/999⌉
//
// U users, G groups, L of them large with M members in all, A service principals, R registrations, r the assignments
// of an application that has many, o the owners of a group or an application that has many.
func Floor(c *graphsim.Census) Cost {
	const others = 8 // roles, their assignments, products, and what else comes on one page
	users, groups, principals, registrations := pages(len(c.Users)), pages(len(c.Groups)), pages(len(c.ServicePrincipals)), pages(len(c.Applications))
	large, links, inFulls := 0, 0, 0
	for _, g := range c.Groups {
		inFulls += inFull(len(g.Owners))
		if len(g.Members) >= expandCap {
			large, links = large+1, links+len(g.Members)
		}
	}
	for _, sp := range c.ServicePrincipals {
		inFulls += inFull(len(sp.AppRoleAssignedTo)) + inFull(len(sp.Owners))
	}
	return sum(each(users, 2), // with $expand=manager
		ofLargeGroups(large, links), each(3*groups+4*principals+registrations+inFulls+others+counts+probes, 1))
}
