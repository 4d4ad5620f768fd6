//go:build unix

package main_test

import (
	"crypto/x509"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// canaryCase is a run that is stopped at a request and looked through, and then goes on or is killed.
type canaryCase struct {
	name        string
	certificate bool // in the place of the secret
	request     int
	fault       *graphsim.Fault
	env         map[string]string
	killed      bool
	code        int
}

func canaryCases() []canaryCase {
	refused := &graphsim.Fault{PathContains: "/roleAssignments", Status: 400, Times: -1}
	return []canaryCase{
		{name: "a sync", request: 22},
		{name: "a sync with a certificate", certificate: true, request: 22},
		{name: "failed", request: 22, fault: refused, code: 3},
		{name: "failed with a certificate", certificate: true, request: 22, fault: refused, code: 3},
		{name: "not let in", request: 1, env: map[string]string{"BATON_ENTRA_CLIENT_SECRET": servicekit.Canary + "-another"}, code: 16},
		{name: "killed", request: 22, killed: true, code: -1},
		{name: "killed with a certificate", certificate: true, request: 30, killed: true, code: -1},
	}
}

func TestCanaries_AreFoundNowhere(t *testing.T) {
	t.Parallel()
	for _, c := range canaryCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := servicekit.NewGate(t, c.request)
			sim, s, own := c.stage(t, g)
			m := startMirror(t, sim)
			s = m.lead(s).With(c.env)
			r := s.Stand(g, c.args()...)
			m.wantUnseen(t, s, own) // while it runs
			if user := sim.Census().Users[0].ID(); c.code != 16 && len(s.Search([]string{user})) == 0 {
				t.Error("no file holds the first user: the test shows nothing")
			}
			if c.killed {
				servicekit.Send(t, r, syscall.SIGKILL, true)
			} else {
				g.Release()
			}
			e := r.Wait(t).WantExit(c.code)
			m.wantUnseen(t, s, own) // in what is left
			m.wantUnsaid(t, e.Stdout+e.Stderr, own)
			servicekit.WantNoSecrets(t, e.Stdout+e.Stderr, account{sim})
			if c.code == 0 {
				m.wantNotSynced(t, s, own)
			}
			if n := m.planted(); n < 5 && c.code != 16 {
				t.Errorf("%d secrets were planted: the test shows nothing", n)
			}
		})
	}
}

// stage is a tenant whose traffic passes the gate, a stage that leads to it, and what the program is given
// that nobody else may see.
func (c canaryCase) stage(t *testing.T, g *servicekit.Gate) (*graphsim.Server, *servicekit.Stage, []string) {
	t.Helper()
	options := smallTenant()
	options.ClientSecret, options.Traffic = servicekit.Canary, g
	pair := newCertificate(t, time.Now().Add(time.Hour))
	options.Certificates = []*x509.Certificate{pair.certificate}
	sim := startTenant(t, options)
	if c.fault != nil {
		sim.Fail(*c.fault)
	}
	s := stageOf(t, sim)
	own := []string{servicekit.Canary}
	if c.certificate {
		s = s.With(noSecret())
		s.Write(keyFile, pair.keyPEM)
		s.Write(certificateFile, pair.pem)
		for line := range strings.Lines(string(pair.keyPEM)) {
			if !strings.HasPrefix(line, "-") {
				own = append(own, strings.TrimSpace(line))
			}
		}
	}
	return sim, s, own
}

const (
	keyFile         = "key.pem"
	certificateFile = "cert.pem"
)

func (c canaryCase) args() []string {
	args := []string{"--log-level", "debug", "--workers", "1"} // one after the other: users and credentials come first
	if c.certificate {
		args = append(args, "--entra-client-certificate", certificateFile, "--entra-client-certificate-private-key", keyFile)
	}
	return args
}

// wantUnseen looks for secrets in all files that the program has made: the c1z, what lies beside it, and
// its temporary files.
func (m *mirror) wantUnseen(t *testing.T, s *servicekit.Stage, own []string) {
	t.Helper()
	for secret, path := range s.Search(slices.Concat(own, m.secrets()), keyFile, certificateFile) {
		t.Errorf("%s holds %.30s…", path, secret)
	}
}

// wantUnsaid looks for secrets in what the program says.
func (m *mirror) wantUnsaid(t *testing.T, said string, own []string) {
	t.Helper()
	for _, secret := range slices.Concat(own, m.secrets()) {
		if i := strings.Index(said, secret); i >= 0 {
			t.Errorf("it says %.30s…: …%s", secret, said[max(0, i-200):i])
		}
	}
}

// wantNotSynced looks for secrets in the rows of the file, which are packed in it.
func (m *mirror) wantNotSynced(t *testing.T, s *servicekit.Stage, own []string) {
	t.Helper()
	c := s.Contents("sync.c1z")
	for _, all := range []servicekit.Rows{c.Resources, c.Entitlements, c.Grants} {
		if len(all) == 0 {
			t.Error("there are no rows: the test shows nothing")
		}
		for id, row := range all {
			for _, secret := range slices.Concat(own, m.secrets()) {
				if strings.Contains(row, secret) {
					t.Errorf("%s holds %.30s…", id, secret)
				}
			}
		}
	}
}
