package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// subject is what the demo shows: a directory of one kind, and what is known of it.
type subject interface {
	// greet says what there is.
	greet(out io.Writer)
	// arguments are what the connector is told beside the settings of every demo.
	arguments() []string
	// holds shows what the file holds, and complains where that is not what the directory has.
	holds(ctx context.Context, file string, out io.Writer) error
	// requests shows what the sync asked for, and complains if it was more than planned.
	requests(out io.Writer) error
}

// simulation is what the demo needs of a simulated service to run it.
type simulation interface {
	Start(listen string) error
	Close() error
	CertificatePEM() []byte
	Env(caFile string) map[string]string
}

// stage is a simulated service that runs, with a folder of its own for as long.
type stage struct {
	server  simulation
	folder  string // holds the certificate; the connector is run in it, so that it meets no stray settings file
	traffic *os.File
}

// startStage builds a service, which may record its requests, and opens its door on loopback.
func startStage(set *settings, build func(traffic io.Writer) (simulation, error)) (*stage, error) {
	s := &stage{}
	if err := s.start(set, build); err != nil {
		return nil, errors.Join(fmt.Errorf("start the simulation: %w", err), s.close())
	}
	return s, nil
}

func (s *stage) start(set *settings, build func(traffic io.Writer) (simulation, error)) (err error) {
	var traffic io.Writer
	if set.traffic != "" {
		if s.traffic, err = os.OpenFile(set.traffic, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err != nil {
			return err
		}
		traffic = s.traffic
	}
	if s.folder, err = os.MkdirTemp("", "baton-demo-"); err != nil {
		return err
	}
	server, err := build(traffic)
	if err != nil {
		return err
	}
	s.server = server
	if err := server.Start(""); err != nil {
		return err
	}
	return os.WriteFile(s.certificate(), server.CertificatePEM(), 0o600)
}

func (s *stage) certificate() string { return filepath.Join(s.folder, "ca.pem") }

// environment is what tells the connector about the service, and all that the connector is given.
func (s *stage) environment() []string {
	var env []string
	for name, value := range s.server.Env(s.certificate()) {
		env = append(env, name+"="+value)
	}
	return env
}

// close ends the service and removes its folder. It copes with a service that never started.
func (s *stage) close() error {
	var errs []error
	if s.server != nil {
		errs = append(errs, s.server.Close())
	}
	if s.traffic != nil {
		errs = append(errs, s.traffic.Close())
	}
	if s.folder != "" {
		errs = append(errs, os.RemoveAll(s.folder))
	}
	return errors.Join(errs...)
}
