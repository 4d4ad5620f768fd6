package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// Rows that OneLogin puts on a page at most.
const (
	usersPage      = 100
	groupsPage     = 50
	rolesPage      = 650
	roleUsersPage  = 100 // the members of a role, and its admins
	appsPage       = 1000
	appUsersPage   = 1000
	privilegesPage = 50 // privileges, and the users and roles of one
)

// probes are the cheap reads before a sync: of users, of what apps are made from, and of privileges.
const probes = 3

// callBudget is how many calls a sync of an account takes where no list is read twice: the lists of users, groups, roles
// and apps, the members and the admins of each role, and the users of each app. Privileges, where they are synced, are a
// list, and the users and roles of each.
func callBudget(c *oneloginsim.Census) int {
	n := calls(len(c.Users), usersPage) + calls(len(c.Groups), groupsPage) + calls(len(c.Roles), rolesPage) + calls(len(c.Apps), appsPage)
	for _, r := range c.Roles {
		n += calls(len(r.Members), roleUsersPage) + calls(len(r.Admins), roleUsersPage)
	}
	for _, a := range c.Apps {
		n += calls(len(a.Users), appUsersPage)
	}
	n += calls(len(c.Privileges), privilegesPage)
	for _, p := range c.Privileges {
		n += calls(len(p.Users), privilegesPage) + calls(len(p.Roles), privilegesPage)
	}
	return n
}

// calls is how many calls list that many rows; an empty list takes one too.
func calls(rows, page int) int { return max(1, (rows+page-1)/page) }

// requests holds the calls against the budget.
func (a *account) requests(out io.Writer) error {
	return printCalls(out, a.sim.History(), callBudget(a.census))
}

// mostCalls is a tenth above a call budget: for the probes, which are more than that of a small account, and for the lists
// that end where a page does.
func mostCalls(budget int) int { return max(11*budget/10, budget+probes) }

func printCalls(out io.Writer, history []oneloginsim.Request, budget int) error {
	routes, total, signIn := map[string]int{}, 0, 0
	for _, r := range history {
		if strings.HasPrefix(r.Path, "/auth/") {
			signIn++
			continue
		}
		route := r.Route
		if route == "" {
			route = r.Path
		}
		routes[r.Method+" "+route]++
		total++
	}
	printRoutes(out, "OneLogin", routes)
	most := mostCalls(budget)
	fmt.Fprintf(out, "%8s  in all, where the call budget is %s and %s are allowed. Sign-in took %d more.\n", number(total), number(budget), number(most), signIn)
	if total > most {
		return fmt.Errorf("the sync took %s calls to OneLogin, where the call budget is %s and %s are allowed", number(total), number(budget), number(most))
	}
	return nil
}
