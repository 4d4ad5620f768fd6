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

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// The tenant's tokens expire again and again under a sync, and it brings what an undisturbed one does.
func TestServiceFaults_TokensOfTheTenantExpireInASync(t *testing.T) {
	t.Parallel()
	s := serve(t, pagedTenant())
	want := s.synced(conductoronesim.SyncOptions{})
	s.sim.ResetHistory()
	for _, skip := range []int{1, 9, 17, 25} {
		s.sim.Fail(graphsim.Fault{Kind: graphsim.ExpireTokens, PathContains: "/v1.0/", Skip: skip})
	}
	wantSame(t, s.synced(conductoronesim.SyncOptions{}), want)
	if n := signIns(s.sim); n != 4 {
		t.Errorf("it signed in %d times for 4 tokens that were refused", n)
	}
}

// ConductorOne's token expires under a sync and between two tasks, of its own accord and before its time. What was
// under way is done all the same, at the latest when it is handed out again.
func TestServiceFaults_TokensOfConductorOneExpire(t *testing.T) {
	t.Parallel()
	g := newHurdle(t, "/roleAssignments")
	o := smallTenant()
	o.Traffic = g
	// The SDK takes a new token ten seconds before the end of the old one: here each second.
	s := newService(t, startTenant(t, o), conductoronesim.Options{TokenLife: 11 * time.Second, Lease: shortLease}).begin()
	sync := s.c1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	g.wait(t)
	tokens := s.answered("token", codes.OK)
	s.until("two tokens have expired", func() bool { return s.answered("token", codes.OK) >= tokens+2 })
	s.c1.ExpireTokens()
	g.release()
	first := s.await(sync)
	wantResources(t, s.uploadedAtLast(first), resourcesOf(s.sim.Census()))
	s.c1.ExpireTokens()
	if again := s.do(conductoronesim.Hello()); again.Status != codes.OK {
		t.Errorf("the next task: %v, %s", again.Status, again.Message)
	}
	if n := s.answered("GetTask", codes.Unauthenticated); n > 10 {
		t.Errorf("it asked for tasks %d times with a token that was refused", n)
	}
}

// uploadedAtLast reads the last file of a sync that may have been uploaded more than once.
func (s *service) uploadedAtLast(result conductoronesim.Result) contents {
	s.t.Helper()
	if result.Status != codes.OK || len(result.Uploads) == 0 {
		s.t.Fatalf("%s: %v, %s, with %d uploads", result.Type, result.Status, result.Message, len(result.Uploads))
	}
	return readContents(s.t, result.Uploads[len(result.Uploads)-1].Path)
}

// The client secret runs out under a running connector. Tasks fail with the sentence that says what to do, the process
// lives on, and after a start with the new secret all is well.
func TestServiceFaults_TheSecretOfTheTenantIsRotated(t *testing.T) {
	t.Parallel()
	clock := &movable{}
	o := accountsTenant()
	o.Now, o.ClientSecret = clock.Now, "" // the first of those that follow
	o.ClientSecrets = []graphsim.ClientSecret{{Name: "old", Value: canary + "-old", End: time.Now().Add(time.Hour)}, {Name: "new", Value: canary + "-new"}}
	s := serve(t, o)
	group, user := newGroup(t, s.sim), ordinary(t, s.sim, 1)[0].ID()
	s.synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
	clock.set(90 * time.Minute) // past the secret's end and that of the token
	s.sim.ResetHistory()
	failing := []conductoronesim.Task{conductoronesim.FullSync(conductoronesim.SyncOptions{}), membershipOf(group, user)}
	for _, task := range failing {
		got := s.do(task)
		if got.Status != codes.Unauthenticated || !strings.Contains(got.Message, "the client secret has expired (AADSTS7000222): make a new one") {
			t.Errorf("%s: %v, %s", got.Type, got.Status, got.Message)
		}
	}
	if n := signIns(s.sim); n > 3*len(failing) {
		t.Errorf("it tried to sign in %d times", n)
	}
	s.polls()
	s.end()
	s.env["BATON_ENTRA_CLIENT_SECRET"] = canary + "-new"
	s.begin("--provisioning")
	for _, task := range failing {
		if got := s.do(task); got.Status != codes.OK {
			t.Errorf("%s, with the new secret: %v, %s", got.Type, got.Status, got.Message)
		}
	}
}

// What a tenant asks for by date is waited out by the tenant's own clock, however far that is off.
func TestServiceFaults_TheClockOfTheTenantIsOff(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{10 * time.Minute, -10 * time.Minute} {
		clock := &movable{ahead: off}
		o := smallTenant()
		o.Now = clock.Now
		s := newService(t, startTenant(t, o), conductoronesim.Options{}).begin()
		s.sim.Fail(graphsim.Fault{PathContains: "/v1.0/groups", Status: http.StatusTooManyRequests, Skip: 1,
			RetryAfter: clock.Now().Add(time.Second).UTC().Format(http.TimeFormat)})
		began := time.Now()
		wantResources(t, s.synced(conductoronesim.SyncOptions{}), resourcesOf(s.sim.Census()))
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
		delete(s.env, "BATON_ENTRA_CLIENT_SECRET")
		keys := t.TempDir()
		s.env["BATON_ENTRA_CLIENT_CERTIFICATE"] = put(t, keys, certificateFile, pair.pem)
		s.env["BATON_ENTRA_CLIENT_CERTIFICATE_PRIVATE_KEY"] = put(t, keys, keyFile, pair.keyPEM)
		s.begin()
		got := s.do(conductoronesim.FullSync(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}}))
		switch {
		case tolerated && got.Status != codes.OK:
			t.Errorf("%v ahead: %v, %s", ahead, got.Status, got.Message)
		case !tolerated && (got.Status != codes.Unauthenticated || !strings.Contains(got.Message, "AADSTS700024): check the clock of this machine")):
			t.Errorf("%v ahead: %v, %s", ahead, got.Status, got.Message)
		}
		s.polls()
		s.end()
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
		clock := &movable{ahead: ahead}
		s := newService(t, startTenant(t, smallTenant()), conductoronesim.Options{Now: clock.Now, TokenLife: 11 * time.Second})
		if !tolerated {
			s.run().wantExit(int(codes.Unauthenticated)).wantSentence("refuses this client", "that this machine's clock is right")
			s.wantOnly()
			continue
		}
		s.begin()
		s.synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
		if ahead < 0 {
			continue
		}
		clock.set(time.Hour)
		s.until("it is refused", func() bool { return s.answered("token", codes.Unauthenticated) > 0 })
		clock.set(0)
		s.synced(conductoronesim.SyncOptions{ResourceTypes: []string{"role"}})
		if n := s.answered("token", codes.Unauthenticated); n > 10 {
			t.Errorf("it was refused %d times", n)
		}
		s.stop(syscall.SIGTERM).wantExit(0) // ConductorOne objects to what it refused
		s.wantOnly()
	}
}
