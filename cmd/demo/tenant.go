package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// tenant is the simulated tenant, with a folder of its own for as long as it runs.
type tenant struct {
	sim     *graphsim.Server
	folder  string // holds the certificate; the connector is run in it, so that it meets no stray settings file
	traffic *os.File
}

// startTenant builds the tenant and opens its door on loopback.
func startTenant(set *settings) (*tenant, error) {
	t := &tenant{}
	if err := t.start(set); err != nil {
		return nil, errors.Join(fmt.Errorf("start the simulated tenant: %w", err), t.close())
	}
	return t, nil
}

func (t *tenant) start(set *settings) (err error) {
	options := set.tenant
	if set.traffic != "" {
		if t.traffic, err = os.OpenFile(set.traffic, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err != nil {
			return err
		}
		options.Traffic = t.traffic
	}
	if t.folder, err = os.MkdirTemp("", "baton-demo-"); err != nil {
		return err
	}
	if t.sim, err = graphsim.New(options); err != nil {
		return err
	}
	if err := t.sim.Start(""); err != nil {
		return err
	}
	return os.WriteFile(t.certificate(), t.sim.CertificatePEM(), 0o600)
}

func (t *tenant) certificate() string { return filepath.Join(t.folder, "ca.pem") }

// environment is what tells the connector about the tenant, and all that the connector is given.
func (t *tenant) environment() []string {
	var env []string
	for name, value := range t.sim.Env(t.certificate()) {
		env = append(env, name+"="+value)
	}
	return env
}

// close ends the tenant and removes its folder. It copes with a tenant that never started.
func (t *tenant) close() error {
	var errs []error
	if t.sim != nil {
		errs = append(errs, t.sim.Close())
	}
	if t.traffic != nil {
		errs = append(errs, t.traffic.Close())
	}
	if t.folder != "" {
		errs = append(errs, os.RemoveAll(t.folder))
	}
	return errors.Join(errs...)
}
