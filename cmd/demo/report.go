package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// greet says what the tenant is.
func greet(w io.Writer, sim *graphsim.Server, c *graphsim.Census) {
	memberships, assignments := 0, 0
	for _, g := range c.Groups {
		memberships += len(g.Members)
	}
	for _, sp := range c.ServicePrincipals {
		assignments += len(sp.AppRoleAssignedTo)
	}
	fmt.Fprintf(w, "A simulated Entra tenant answers at %s: %s users, %s groups with %s memberships,\n"+
		"%s service principals with %s app role assignments, %s role definitions (seed %d).\n", sim.URL(),
		number(len(c.Users)), number(len(c.Groups)), number(memberships),
		number(len(c.ServicePrincipals)), number(assignments), number(len(c.RoleDefinitions)), sim.Options().Seed)
}

const row = "%-28s %12s %14s %15s %23s\n"

// printTable says what the file holds.
func printTable(w io.Writer, f found) {
	fmt.Fprintf(w, row, "resource type", "resources", "entitlements", "grants direct", "grants through groups")
	var total count
	for _, kind := range slices.Sorted(maps.Keys(f)) {
		printRow(w, kind, f[kind])
		total.add(f[kind])
	}
	printRow(w, "total", &total)
}

func printRow(w io.Writer, name string, c *count) {
	fmt.Fprintf(w, row, name, number(c.resources), number(c.entitlements), number(c.direct), number(c.derived))
}

func (c *count) add(d *count) {
	c.resources += d.resources
	c.entitlements += d.entitlements
	c.direct += d.direct
	c.derived += d.derived
}

// compare holds the counts of a file against those of the tenant and tells each that differs.
func compare(w io.Writer, got, want found) error {
	fmt.Fprintln(w)
	var errs []error
	check := func(kind, what string, got, want int) {
		if got != want {
			errs = append(errs, fmt.Errorf("%s: the file has %s %s, the tenant %s", kind, number(got), what, number(want)))
		}
	}
	kinds := map[string]bool{}
	for _, f := range []found{got, want} {
		for kind := range f {
			kinds[kind] = true
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		check(kind, "resources", got.of(kind).resources, want.of(kind).resources)
		check(kind, "direct grants", got.of(kind).direct, want.of(kind).direct)
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	fmt.Fprintln(w, "Resources and direct grants are as many as the tenant has, of every type. These are counts; that each\n"+
		"single one is the right one, and every entitlement and derived grant too, is what make test shows.")
	return nil
}

// number writes a count with thousands apart.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
