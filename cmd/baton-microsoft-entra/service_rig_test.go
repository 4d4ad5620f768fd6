//go:build unix

package main_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// service is the connector as a service: a process of its own between a simulated tenant and a simulated ConductorOne.
type service struct {
	*stage
	sim     *graphsim.Server
	c1      *conductoronesim.Server
	process *running // nil where it does not run
	secrets []string // what it may nowhere write
}

// serve starts one that may provision, for the length of the test.
func serve(t *testing.T, tenant graphsim.Options, args ...string) *service {
	t.Helper()
	return newService(t, startTenant(t, tenant), conductoronesim.Options{}).begin(append(args, "--provisioning")...)
}

// newService is one that does not run yet.
func newService(t *testing.T, sim *graphsim.Server, o conductoronesim.Options) *service {
	t.Helper()
	c1 := conductoronesim.Start(t, o)
	s := &service{stage: stageOf(t, sim), sim: sim, c1: c1}
	s.trust(c1.CertificatePEM())
	for _, variable := range c1.Environment() {
		name, value, _ := strings.Cut(variable, "=")
		s.env[name] = value
	}
	s.secrets = []string{sim.Options().ClientSecret, c1.ClientSecret(), key(c1.ClientSecret())}
	t.Cleanup(func() {
		if s.process != nil {
			s.end()
		}
	})
	return s
}

// key is the last part of a client secret of ConductorOne's, which is all that is secret in it.
func key(secret string) string { return secret[strings.LastIndex(secret, ":")+1:] }

// trust adds a certificate to those that the process trusts.
func (s *service) trust(pem []byte) {
	s.t.Helper()
	file, err := os.OpenFile(s.env["SSL_CERT_FILE"], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = file.Write(pem)
	if err := errors.Join(err, file.Close()); err != nil {
		s.t.Fatal(err)
	}
}

// begin starts the process.
func (s *service) begin(args ...string) *service {
	s.t.Helper()
	s.process = s.start(args...)
	return s
}

// end stops the process as its platform does, and holds what is left to what a service promises: it ends well and in
// time, no process and no file outlives it, its log can be read and holds nothing that is secret, and ConductorOne has
// nothing to object to.
func (s *service) end() *ended {
	s.t.Helper()
	r := s.process
	s.process = nil
	_ = syscall.Kill(r.cmd.Process.Pid, syscall.SIGTERM) // it may have ended, which its exit code tells
	e := r.wait(s.t)
	if s.t.Failed() {
		s.t.Logf("the log ends with\n%s", e.end())
	}
	e.wantExit(0)
	s.wantOnly()
	s.wantLog(e)
	for _, objection := range s.c1.Violations() {
		s.t.Errorf("ConductorOne objects: %s", objection)
	}
	return e
}

// wantLog checks that every line of the log is a JSON object with its level, time and message, and that it holds no
// secrets and no people.
func (s *service) wantLog(e *ended) {
	s.t.Helper()
	for line := range strings.Lines(e.stdout + e.stderr) {
		var entry struct {
			Level, Msg string
			TS         any
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level == "" || entry.Msg == "" || entry.TS == nil {
			s.t.Errorf("not a line of a log: %q", line)
		}
	}
	for _, secret := range s.secrets {
		e.wantNot(secret)
	}
	wantNoSecrets(s.t, e.stdout+e.stderr, s.sim)
}

// in returns the service for a subtest, which leaves the end to its parent.
func (s *service) in(t *testing.T) *service {
	changed := *s
	changed.stage = s.stage.in(t)
	return &changed
}
