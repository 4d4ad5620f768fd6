package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// service is the connector as people have it with ConductorOne: a process that is given one task after the other.
type service struct {
	tenant    *tenant
	c1        *conductoronesim.Server
	connector *served
	out       io.Writer
	begun     time.Time
	story
}

// story is what one task leaves for the next.
type story struct {
	upload      string // the last sync that was uploaded
	group       graphsim.Record
	user        graphsim.Record
	entitlement *v2.Entitlement
	principal   *v2.Resource
	account     string // the object id of the account that was made
}

// showService hands out tasks, holds each result against the tenant, and stops the connector.
func showService(ctx context.Context, set *settings, out io.Writer) (err error) {
	set.tenant.Permissions = slices.Concat(graphsim.EveryReadPermission(), graphsim.WritePermissions())
	tenant, err := startTenant(set)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tenant.close()) }()
	s := &service{tenant: tenant, out: out, begun: time.Now()}
	if s.c1, err = conductoronesim.New(conductoronesim.Options{}); err != nil {
		return fmt.Errorf("start the simulated ConductorOne: %w", err)
	}
	defer func() { err = errors.Join(err, s.c1.Close()) }()
	certificates := append(tenant.sim.CertificatePEM(), s.c1.CertificatePEM()...)
	if err := os.WriteFile(tenant.certificate(), certificates, 0o600); err != nil {
		return fmt.Errorf("write the certificates: %w", err)
	}
	tenant.greet(out)
	fmt.Fprintf(out, "A simulated ConductorOne answers at https://%s.\n", s.c1.Address())
	return s.run(ctx, set)
}

// run starts the connector, goes through the tasks and ends it.
func (s *service) run(ctx context.Context, set *settings) (err error) {
	if s.connector, err = startServed(ctx, set, s); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.connector.close()) }()
	s.printHead()
	var errs []error
	for _, step := range s.steps() {
		begun := time.Now()
		said, err := step.do(s.connector.context)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			s.printRow(step.name, time.Since(begun), said)
			continue
		}
		s.printRow(step.name, time.Since(begun), "DOES NOT HOLD, see below")
		errs = append(errs, fmt.Errorf("%s: %w", step.name, err))
		if s.connector.context.Err() != nil {
			break // there is nobody left to ask
		}
	}
	for _, violation := range s.c1.Violations() {
		errs = append(errs, errors.New("ConductorOne objects: "+violation))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	s.printEnd()
	if err := copyFile(s.upload, set.file); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The last of them is %s. Look at it yourself: make explore%s opens it in your browser.\n", set.file, set.choice())
	return nil
}

func copyFile(from, to string) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("read the last upload: %w", err)
	}
	target, err := os.Create(to)
	if err == nil {
		_, err = io.Copy(target, source)
		err = errors.Join(err, target.Close())
	}
	if err = errors.Join(err, source.Close()); err != nil {
		return fmt.Errorf("keep the last upload as %s: %w", to, err)
	}
	return nil
}

// step is one line of the table: something to do, and what has come of it.
type step struct {
	name string
	do   func(context.Context) (said string, err error)
}

func (s *service) steps() []step {
	return []step{
		{"hello", s.hello},
		{"action schemas", s.actionSchemas},
		{"event feeds", s.eventFeeds},
		{"full sync", s.fullSync},
		{"check_upn", s.checkUPN(true)},
		{"create an account", s.createAccount},
		{"check_upn, again", s.checkUPN(false)},
		{"grant a membership", s.grant},
		{"events", s.events},
		{"the next full sync", s.nextSync},
		{"SIGTERM", s.stop},
	}
}
