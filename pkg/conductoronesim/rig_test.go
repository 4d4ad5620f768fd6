package conductoronesim

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// patience is how long anything may take before a test gives up on it.
const patience = 60 * time.Second

// connector is a toy that runs as a process of its own.
type connector struct {
	cmd *exec.Cmd
	log *buffer
}

// run starts a toy of a kind against the service. It is ended with the test, at the latest.
func run(t *testing.T, s *Server, kind string, env ...string) *connector {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, s.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &connector{log: &buffer{}}
	c.cmd = exec.Command(self, "--provisioning", "--c1z-temp-dir", dir)
	c.cmd.Dir = dir
	c.cmd.Env = append(append(os.Environ(), toyVariable+"="+kind, "SSL_CERT_FILE="+ca, "BATON_HOST_ID="+kind), s.Environment()...)
	c.cmd.Env = append(c.cmd.Env, env...)
	c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.stop(t) })
	return c
}

// stop interrupts the toy, waits for it, and shows its log if the test failed.
func (c *connector) stop(t *testing.T) {
	if c.cmd.ProcessState != nil {
		return
	}
	_ = c.cmd.Process.Signal(os.Interrupt)
	ended := make(chan error, 1)
	go func() { ended <- c.cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the toy ended with %v", err)
		}
	case <-time.After(patience):
		_ = c.cmd.Process.Kill()
		t.Errorf("the toy did not end: %v", <-ended)
	}
	if t.Failed() {
		t.Logf("the toy's log:\n%s", c.log.String())
	}
}

// buffer is a log that can be read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// result hands a task out and waits for its end.
func result(t *testing.T, s *Server, task Task) Result {
	t.Helper()
	return await(t, s, s.Hand(task))
}

func await(t *testing.T, s *Server, id string) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := s.Await(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// until waits for something to become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// calls counts the calls of a method that were answered with OK, and the others.
func calls(s *Server, method string) (good, bad int) {
	for _, c := range s.History() {
		switch {
		case c.Method != method:
		case c.Code == 0:
			good++
		default:
			bad++
		}
	}
	return good, bad
}

func noViolations(t *testing.T, s *Server) {
	t.Helper()
	for _, v := range s.Violations() {
		t.Errorf("violation: %s", v)
	}
}
