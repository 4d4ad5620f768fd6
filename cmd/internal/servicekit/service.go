//go:build unix

package servicekit

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// Service is the connector as a service: a process of its own between a simulated directory and a simulated ConductorOne.
type Service struct {
	*Stage
	C1        *conductoronesim.Server
	Process   *Running // nil where it does not run
	Secrets   []string // what it may nowhere write
	directory Directory
}

// longestService is how long a service may run, with all that is asked of it, unless its stage says otherwise. Each wait
// for it has a bound of its own.
const longestService = 5 * time.Minute

// NewService is one that does not run yet. What runs at the end of the test is ended.
func NewService(t *testing.T, d Directory, o conductoronesim.Options) *Service {
	t.Helper()
	o.Address = cmp.Or(o.Address, conductoronesim.QuietAddress(t))
	c1 := conductoronesim.Start(t, o)
	s := &Service{Stage: StageOf(t, d), C1: c1, directory: d}
	s.Patience = longestService
	s.Trust(c1.CertificatePEM())
	for _, variable := range c1.Environment() {
		name, value, _ := strings.Cut(variable, "=")
		s.Env[name] = value
	}
	s.Secrets = append(d.Secrets(), c1.ClientSecret(), Key(c1.ClientSecret()))
	t.Cleanup(func() {
		if s.Process != nil {
			s.End()
		}
	})
	return s
}

// Key is the last part of a client secret of ConductorOne's, which is all that is secret in it.
func Key(secret string) string { return secret[strings.LastIndex(secret, ":")+1:] }

// Begin starts the process.
func (s *Service) Begin(args ...string) *Service {
	s.T.Helper()
	s.Process = s.Start(args...)
	return s
}

// End stops the process as its platform does, and holds what is left to what a service promises: it ends well and in
// time, no process and no file outlives it, its log can be read and holds nothing that is secret, and ConductorOne has
// nothing to object to.
func (s *Service) End() *Ended {
	s.T.Helper()
	r := s.Process
	s.Process = nil
	_ = syscall.Kill(r.Cmd.Process.Pid, syscall.SIGTERM) // it may have ended, which its exit code tells
	e := r.Wait(s.T)
	if s.T.Failed() {
		s.T.Logf("the log ends with\n%s", e.End())
	}
	e.WantExit(0)
	s.WantOnly()
	s.WantLog(e)
	for _, objection := range s.C1.Violations() {
		s.T.Errorf("ConductorOne objects: %s", objection)
	}
	return e
}

// Stop sends a signal and waits for the end, without a judgement.
func (s *Service) Stop(signal syscall.Signal) *Ended {
	s.T.Helper()
	r := s.Process
	s.Process = nil
	Send(s.T, r, signal, false)
	return r.Wait(s.T)
}

// WantLog checks that every line of the log is a JSON object with its level, time and message, and that it holds no
// secrets and no people.
func (s *Service) WantLog(e *Ended) {
	s.T.Helper()
	for line := range strings.Lines(e.Stdout + e.Stderr) {
		var entry struct {
			Level, Msg string
			TS         any
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level == "" || entry.Msg == "" || entry.TS == nil {
			s.T.Errorf("not a line of a log: %q", line)
		}
	}
	for _, secret := range s.Secrets {
		e.WantNot(secret)
	}
	WantNoSecrets(s.T, e.Stdout+e.Stderr, s.directory)
}

// In returns the service for a subtest, which leaves the end to its parent.
func (s *Service) In(t *testing.T) *Service {
	changed := *s
	changed.Stage = s.Stage.In(t)
	return &changed
}

// Keeps notes a secret that the service may nowhere write.
func (s *Service) Keeps(secret string) { s.Secrets = append(s.Secrets, secret) }

// Spooled counts the files that the process has in the temporary directory.
func (s *Service) Spooled() (n int) {
	_ = filepath.WalkDir(s.Tmp, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			n++
		}
		return nil
	})
	return n
}

// Until waits for something to come about.
func (s *Service) Until(what string, is func() bool) {
	s.T.Helper()
	for deadline := time.Now().Add(Patience / 2); !is(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.T.Fatalf("waited in vain until %s", what)
		}
	}
}

// Answered counts the calls of a method that ConductorOne answered with a code.
func (s *Service) Answered(method string, code codes.Code) (n int) {
	for _, call := range s.C1.History() {
		if call.Method == method && call.Code == code {
			n++
		}
	}
	return n
}

// Polls waits until the process asks for tasks, and is answered.
func (s *Service) Polls() {
	s.T.Helper()
	asked := func() int { return s.Answered("GetTask", codes.OK) + s.Answered("GetTasks", codes.OK) }
	before := asked()
	s.Until("it asks for tasks", func() bool { return asked() > before })
}
