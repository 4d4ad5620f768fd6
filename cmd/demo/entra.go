package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/requestplan"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// tenant is a simulated Entra tenant.
type tenant struct {
	*stage
	sim    *graphsim.Server
	census *graphsim.Census // as it was at the start
}

func startTenant(set *settings) (*tenant, error) {
	t := &tenant{}
	var err error
	t.stage, err = startStage(set, func(traffic io.Writer) (simulation, error) {
		options := set.tenant
		options.Traffic = traffic
		t.sim, err = graphsim.New(options)
		return t.sim, err
	})
	if err != nil {
		return nil, err
	}
	t.census = t.sim.Census()
	return t, nil
}

func (t *tenant) arguments() []string { return nil }

func (t *tenant) greet(out io.Writer) {
	c, memberships, assignments := t.census, 0, 0
	for _, g := range c.Groups {
		memberships += len(g.Members)
	}
	for _, sp := range c.ServicePrincipals {
		assignments += len(sp.AppRoleAssignedTo)
	}
	fmt.Fprintf(out, "A simulated Entra tenant answers at %s: %s users, %s groups with %s memberships,\n"+
		"%s service principals with %s app role assignments, %s role definitions (seed %d).\n", t.sim.URL(),
		number(len(c.Users)), number(len(c.Groups)), number(memberships),
		number(len(c.ServicePrincipals)), number(assignments), number(len(c.RoleDefinitions)), t.sim.Options().Seed)
}

// holds compares how many there are.
func (t *tenant) holds(ctx context.Context, file string, out io.Writer) error {
	got, err := read(ctx, file)
	if err != nil {
		return err
	}
	want, err := expect(t.census)
	if err != nil {
		return err
	}
	printTable(out, got, "grants through groups")
	return compare(out, got, want)
}

func (t *tenant) requests(out io.Writer) error {
	return printRequests(out, t.sim.History(), requestplan.Of(t.census).Requests)
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
	for _, kind := range kindsOf(got, want) {
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
