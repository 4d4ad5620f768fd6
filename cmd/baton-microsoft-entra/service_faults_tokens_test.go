//go:build unix

package main_test

import (
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// ConductorOne's token expires under a sync and between two tasks, of its own accord and before its time. What was
// under way is done all the same, at the latest when it is handed out again.
func TestServiceFaults_TokensOfConductorOneExpire(t *testing.T) {
	t.Parallel()
	g := servicekit.NewHurdle(t, "/roleAssignments")
	o := smallTenant()
	o.Traffic = g
	// The SDK takes a new token ten seconds before the end of the old one: here each second.
	s := newService(t, startTenant(t, o), conductoronesim.Options{TokenLife: 11 * time.Second, Lease: shortLease}).begin()
	sync := s.C1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	g.Wait(t)
	tokens := s.Answered("token", codes.OK)
	s.Until("two tokens have expired", func() bool { return s.Answered("token", codes.OK) >= tokens+2 })
	s.C1.ExpireTokens()
	g.Release()
	first := s.Await(sync)
	servicekit.WantResources(t, s.UploadedAtLast(first), resourcesOf(s.sim.Census()))
	s.C1.ExpireTokens()
	if again := s.Do(conductoronesim.Hello()); again.Status != codes.OK {
		t.Errorf("the next task: %v, %s", again.Status, again.Message)
	}
	if n := s.Answered("GetTask", codes.Unauthenticated); n > 10 {
		t.Errorf("it asked for tasks %d times with a token that was refused", n)
	}
}

// The client secret runs out under a running connector. Tasks fail with the sentence that says what to do, the process
// lives on, and after a start with the new secret all is well.
func TestServiceFaults_TheSecretOfTheTenantIsRotated(t *testing.T) {
	t.Parallel()
	clock := servicekit.NewMovable(0)
	o := accountsTenant()
	o.Now, o.ClientSecret = clock.Now, "" // the first of those that follow
	o.ClientSecrets = []graphsim.ClientSecret{{Name: "old", Value: servicekit.Canary + "-old", End: time.Now().Add(time.Hour)}, {Name: "new", Value: servicekit.Canary + "-new"}}
	s := serve(t, o)
	group, user := newGroup(t, s.sim), ordinary(t, s.sim, 1)[0].ID()
	s.Synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
	clock.Set(90 * time.Minute) // past the secret's end and that of the token
	s.sim.ResetHistory()
	failing := []conductoronesim.Task{conductoronesim.FullSync(conductoronesim.SyncOptions{}), membershipOf(group, user)}
	for _, task := range failing {
		got := s.Do(task)
		if got.Status != codes.Unauthenticated || !strings.Contains(got.Message, "the client secret has expired (AADSTS7000222): make a new one") {
			t.Errorf("%s: %v, %s", got.Type, got.Status, got.Message)
		}
	}
	if n := signIns(s.sim); n > 3*len(failing) {
		t.Errorf("it tried to sign in %d times", n)
	}
	s.Polls()
	s.End()
	s.Env["BATON_ENTRA_CLIENT_SECRET"] = servicekit.Canary + "-new"
	s.Begin("--provisioning")
	for _, task := range failing {
		if got := s.Do(task); got.Status != codes.OK {
			t.Errorf("%s, with the new secret: %v, %s", got.Type, got.Status, got.Message)
		}
	}
}

// What a tenant asks for by date is waited out by the tenant's own clock, however far that is off.
func TestServiceFaults_TheClockOfTheTenantIsOff(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
		clock := servicekit.NewMovable(off)
		o := smallTenant()
		o.Now = clock.Now
		s := newService(t, startTenant(t, o), conductoronesim.Options{}).begin()
		s.sim.Fail(graphsim.Fault{PathContains: "/v1.0/groups", Status: http.StatusTooManyRequests, Skip: 1,
			RetryAfter: clock.Now().Add(time.Second).UTC().Format(http.TimeFormat)})
		began := time.Now()
		servicekit.WantResources(t, s.Synced(conductoronesim.SyncOptions{}), resourcesOf(s.sim.Census()))
		if took := time.Since(began); took > 40*time.Second {
			t.Errorf("a clock that is %v ahead: the sync took %v", off, took)
		}
	}
}

// Of assertions that a certificate signs, Microsoft's sign-in forgives five minutes on either side. Beyond that the task
// fails with the sentence that names the clock, and the process lives on.
func TestServiceFaults_TheClockOfAssertionsIsOff(t *testing.T) {
	t.Parallel()
	pair := newCertificate(t, time.Now().Add(time.Hour))
	for ahead, tolerated := range map[time.Duration]bool{14 * time.Minute: true, -4 * time.Minute: true, 20 * time.Minute: false, -10 * time.Minute: false} {
		o := smallTenant()
		o.Certificates, o.AssertionsAhead = []*x509.Certificate{pair.certificate}, ahead
		s := newService(t, startTenant(t, o), conductoronesim.Options{})
		delete(s.Env, "BATON_ENTRA_CLIENT_SECRET")
		keys := t.TempDir()
		s.Env["BATON_ENTRA_CLIENT_CERTIFICATE"] = put(t, keys, certificateFile, pair.pem)
		s.Env["BATON_ENTRA_CLIENT_CERTIFICATE_PRIVATE_KEY"] = put(t, keys, keyFile, pair.keyPEM)
		s.Begin()
		got := s.Do(conductoronesim.FullSync(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}}))
		switch {
		case tolerated && got.Status != codes.OK:
			t.Errorf("%v ahead: %v, %s", ahead, got.Status, got.Message)
		case !tolerated && (got.Status != codes.Unauthenticated || !strings.Contains(got.Message, "AADSTS700024): check the clock of this machine")):
			t.Errorf("%v ahead: %v, %s", ahead, got.Status, got.Message)
		}
		s.Polls()
		s.End()
	}
}

// put writes a file and returns its path.
func put(t *testing.T, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	must(t, os.WriteFile(path, content, 0o600))
	return path
}

// Of the process' own clock ConductorOne forgives a minute beyond what an assertion says of its life, which is two.
// At its start a clock that is further off is told in one sentence; while the process runs it is waited out.
func TestServiceFaults_TheClockOfConductorOneIsOff(t *testing.T) {
	t.Parallel()
	for ahead, tolerated := range map[time.Duration]bool{150 * time.Second: true, -45 * time.Second: true, 10 * time.Minute: false, -10 * time.Minute: false} {
		clock := servicekit.NewMovable(ahead)
		s := newService(t, startTenant(t, smallTenant()), conductoronesim.Options{Now: clock.Now, TokenLife: 11 * time.Second})
		if !tolerated {
			s.Run().WantExit(int(codes.Unauthenticated)).WantSentence("refuses this client", "that this machine's clock is right")
			s.WantOnly()
			continue
		}
		s.Begin()
		s.Synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
		if ahead < 0 {
			continue
		}
		clock.Set(time.Hour)
		s.Until("it is refused", func() bool { return s.Answered("token", codes.Unauthenticated) > 0 })
		clock.Set(0)
		s.Synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
		if n := s.Answered("token", codes.Unauthenticated); n > 10 {
			t.Errorf("it was refused %d times", n)
		}
		s.Stop(syscall.SIGTERM).WantExit(0) // ConductorOne objects to what it refused
		s.WantOnly()
	}
}
