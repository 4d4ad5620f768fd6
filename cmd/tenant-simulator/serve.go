package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// serve builds the tenant, opens the doors, writes the files and waits for the end.
func serve(ctx context.Context, set *settings, stdout io.Writer) (err error) {
	if set.traffic != "" {
		file, openErr := os.OpenFile(set.traffic, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if openErr != nil {
			return fmt.Errorf("open traffic file: %w", openErr)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		set.options.Traffic = file
	}
	sim, err := graphsim.New(set.options)
	if err != nil {
		return err
	}
	if err := sim.Start(set.listen); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sim.Close()) }()
	c1, err := set.conductorOne.start()
	if err != nil {
		return err
	}
	if c1 != nil {
		defer func() { err = errors.Join(err, c1.Close()) }()
	}
	ctx, shutdown := context.WithCancel(ctx)
	defer shutdown()
	door, err := openDoor(ctx, sim, c1, set.manage, shutdown)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, door.Close()) }()
	if err := writeFiles(sim, c1, set); err != nil {
		return err
	}
	greet(stdout, sim, c1, door.url, set)
	<-ctx.Done()
	return nil
}

// greet says what is running and how to use it.
func greet(w io.Writer, sim *graphsim.Server, c1 *conductoronesim.Server, door string, set *settings) {
	c, o := sim.Census(), sim.Options()
	fmt.Fprintf(w, "Simulated Entra tenant of seed %d: %d users, %d groups, %d service principals, %d role definitions.\n",
		o.Seed, len(c.Users), len(c.Groups), len(c.ServicePrincipals), len(c.RoleDefinitions))
	fmt.Fprintf(w, "Graph     %s/v1.0\nSign-in   %s/%s\nManage    %s  (GET /state /census /history, POST /faults /shutdown, DELETE /tokens)\n",
		sim.URL(), sim.URL(), o.TenantID, door)
	if proxy := sim.ProxyURL(); proxy != "" {
		fmt.Fprintf(w, "Proxy     %s  (HTTPS_PROXY, for the host names of the clouds; the tenant is in %s)\n", proxy, o.Cloud)
	}
	if endpoint := sim.IdentityEndpoint(); endpoint != "" {
		fmt.Fprintf(w, "Identity  %s  (IDENTITY_ENDPOINT)\n", endpoint)
	}
	flags := ""
	if c1 != nil {
		fmt.Fprintf(w, "C1        https://%s  (the connector serves it: POST /conductorone/tasks gives it something to do)\n", c1.Address())
		flags = " --provisioning"
	}
	if set.env != "" {
		fmt.Fprintf(w, "Use it:   . %s && baton-microsoft-entra%s\n", quoted(set.env), flags)
	} else {
		fmt.Fprintln(w, "Start it with --write-env FILE to get the connector's variables.")
	}
	fmt.Fprintln(w, "Ctrl-C ends it, and all it holds.")
}
