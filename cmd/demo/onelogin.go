package main

import (
	"context"
	"fmt"
	"io"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// account is a simulated OneLogin account.
type account struct {
	*stage
	sim    *oneloginsim.Server
	census *oneloginsim.Census // as it was at the start
}

func startAccount(set *settings) (*account, error) {
	a := &account{}
	var err error
	a.stage, err = startStage(set, func(traffic io.Writer) (simulation, error) {
		options := set.account
		options.Traffic = traffic
		a.sim, err = oneloginsim.New(options)
		return a.sim, err
	})
	if err != nil {
		return nil, err
	}
	a.census = a.sim.Census()
	return a, nil
}

// arguments switch on what is off by default, so that everything is shown.
func (a *account) arguments() []string { return []string{"--privileges-enabled"} }

func (a *account) greet(out io.Writer) {
	c, members, admins, assigned := a.census, 0, 0, 0
	for _, r := range c.Roles {
		members, admins = members+len(r.Members), admins+len(r.Admins)
	}
	for _, app := range c.Apps {
		assigned += len(app.Users)
	}
	fmt.Fprintf(out, "A simulated OneLogin account answers at %s: %s users, %s roles with %s members and %s admins,\n"+
		"%s apps with %s assignments to users, %s groups, %s privileges (seed %d).\n", a.sim.URL(),
		number(len(c.Users)), number(len(c.Roles)), number(members), number(admins),
		number(len(c.Apps)), number(assigned), number(len(c.Groups)), number(len(c.Privileges)), a.sim.Options().Seed)
}

// holds compares row by row.
func (a *account) holds(ctx context.Context, file string, out io.Writer) error {
	got := newRows()
	if err := readRows(ctx, file, got); err != nil {
		return err
	}
	printTable(out, got.found, "grants through roles")
	if err := differences(got, expectAccount(a.census)); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nEvery single resource, entitlement and grant, direct or through roles, is what the account has, and none is missing.")
	return nil
}
