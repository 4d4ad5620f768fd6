package process

import (
	"context"
	"os"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

const awayMessage = "ConductorOne cannot be reached; it is tried again"

func TestService_WaitsForConductorOneAtItsStart(t *testing.T) {
	t.Parallel()
	there := func(*conductoronesim.Server) error { return nil }
	ways := map[string]struct {
		leave    func(*conductoronesim.Server)
		comeBack func(*conductoronesim.Server) error
	}{
		"nothing listens": {(*conductoronesim.Server).Away, (*conductoronesim.Server).Back},
		"no tokens":       {func(c1 *conductoronesim.Server) { c1.FailNext("token", codes.Unavailable, 2) }, there},
		"a full service":  {func(c1 *conductoronesim.Server) { c1.FailNext("token", codes.ResourceExhausted, 2) }, there},
		"gone between":    {func(c1 *conductoronesim.Server) { answersFirst(c1, 1, 2) }, there},
		"no hello":        {func(c1 *conductoronesim.Server) { c1.FailNext("Hello", codes.Unavailable, 1) }, nil},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServiceStage(t, conductoronesim.Options{})
			way.leave(s.c1)
			r := s.serve(nil)
			if way.comeBack != nil {
				s.until("it has tried twice", func() bool { return r.said(awayMessage) >= 2 })
				if err := way.comeBack(s.c1); err != nil {
					t.Fatal(err)
				}
			}
			s.serving()
			if err := r.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			r.wantExit(0)
			s.wantSpoolEmpty()
			s.wantCalm()
			if r.said("service starts") != 1 {
				t.Errorf("want one line on the start:\n%s", r.output.String())
			}
		})
	}
}

// answersFirst gives a number of tokens, and then fails some times: the first is for the check, the second for the SDK.
func answersFirst(c1 *conductoronesim.Server, tokens, failures int) {
	c1.FailNext("token", codes.OK, tokens)
	c1.FailNext("token", codes.Unavailable, failures)
}

func TestService_StopsWhileConductorOneIsAway(t *testing.T) {
	t.Parallel()
	s := newServiceStage(t, conductoronesim.Options{})
	s.c1.Away()
	r := s.serve(nil)
	s.until("it has tried", func() bool { return r.said(awayMessage) > 0 })
	if err := r.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	r.wantExit(0)
	s.wantSpoolEmpty()
}

func TestService_SaysWhatIsWrongWithItsCredentials(t *testing.T) {
	t.Parallel()
	s := newServiceStage(t, conductoronesim.Options{})
	other := conductoronesim.Start(t, conductoronesim.Options{})
	cut := s.c1.ClientSecret()[:len(s.c1.ClientSecret())-20]
	cases := []struct {
		name, id, secret string
		prepare          func()
		code             int
		sentence         string
	}{
		{"id without a host", "connector", s.c1.ClientSecret(), nil, 3, "--client-id (BATON_CLIENT_ID) is not a client id of ConductorOne's"},
		{"secret cut off", s.c1.ClientID(), cut, nil, 3, "--client-secret (BATON_CLIENT_SECRET) is not a client secret of ConductorOne's"},
		{"another's secret", s.c1.ClientID(), other.ClientSecret(), nil, 16, "refuses this client (401 Unauthorized)"},
		{"no hello for it", s.c1.ClientID(), s.c1.ClientSecret(), func() { s.c1.FailNext("Hello", codes.PermissionDenied, 1) }, 16, "refuses this client (PermissionDenied)"},
		{"gone", s.c1.ClientID(), s.c1.ClientSecret(), func() { s.c1.FailNext("Hello", codes.NotFound, 1) }, 16, "refuses this client (NotFound)"},
		{"revoked", s.c1.ClientID(), s.c1.ClientSecret(), func() { s.c1.RefuseClient(true) }, 16, "refuses this client (401 Unauthorized)"},
	}
	for _, c := range cases { // one after the other: they share the faults of one ConductorOne
		if c.prepare != nil {
			c.prepare()
		}
		r := s.serve([]string{"BATON_CLIENT_ID=" + c.id, "BATON_CLIENT_SECRET=" + c.secret})
		r.wantExit(c.code)
		r.wantLast(c.sentence)
		r.wantNoSecret(s.c1.ClientSecret())
		r.wantNoSecret(other.ClientSecret())
		if r.said(awayMessage) > 0 {
			t.Errorf("%s: it tried again:\n%s", c.name, r.output.String())
		}
		s.wantSpoolEmpty()
	}
}

func TestService_SaysWhatTheSettingsLackBeforeItAsksForAToken(t *testing.T) {
	t.Parallel()
	s := newServiceStage(t, conductoronesim.Options{})
	r := s.serve([]string{toyVariable + "=no-settings"})
	r.wantExit(2)
	r.wantLast("a tenant is needed: set --tenant")
	s.wantSpoolEmpty()
	if n := len(s.c1.History()); n > 0 {
		t.Errorf("ConductorOne was asked %d times", n)
	}
}

// The working data of a task is in the service's own directory, and a task of each kind leaves none.
func TestService_DoesItsWorkInADirectoryOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newServiceStage(t, conductoronesim.Options{})
	r := s.serve([]string{"BATON_HOST_ID=replica-7"})
	sync := s.c1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	asked := s.at(1)
	if spool := s.spool(); len(spool) != 1 || !has(spool, servicePrefix) {
		t.Errorf("the temporary directory holds %v", spool)
	}
	asked.answer(t, "go")
	for _, id := range []string{sync, s.c1.Hand(grantTask(t))} {
		if got := s.await(id); got.Status != codes.OK {
			t.Errorf("%s ended with %v: %s", got.Type, got.Status, got.Message)
		}
	}
	if err := r.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	r.wantExit(0)
	s.wantSpoolEmpty()
	for _, text := range []string{`"name":"baton-toy","version":"v1.2.3","host_id":"replica-7"`, `"conductorone":"` + s.c1.Address() + `"`,
		`"task-concurrency":3,"workers":32,"provisioning":true`} {
		r.wantSaid(text)
	}
}

func TestDefaults_AreOverriddenByVariableAndFlag(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		env  string
		args []string
	}{
		`"workers":32`: {"", nil},
		`"workers":2`:  {"BATON_WORKERS=2", nil},
		`"workers":0`:  {"BATON_WORKERS=2", []string{"--workers", "0"}},
	} {
		s := newServiceStage(t, conductoronesim.Options{})
		s.c1.RefuseClient(true)
		r := s.serve([]string{c.env}, c.args...)
		r.wantExit(16)
		r.wantSaid(want)
	}
}

func TestTokenCheck_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	c1 := conductoronesim.Start(t, conductoronesim.Options{})
	check, err := newTokenCheck(t.Context(), c1.ClientID(), c1.ClientSecret())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := check.ask(ctx); err == nil {
		t.Error("no error") // either its end or the unknown certificate
	}
	err = check.ask(t.Context())
	if err == nil || !isAway(err) || !strings.Contains(sentence(toyName, err), "certificate") {
		t.Errorf("a certificate that nobody trusts: %v", err)
	}
}
