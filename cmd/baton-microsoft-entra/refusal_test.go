package main_test

import (
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const (
	strangerID = "11111111-2222-4333-8444-555555555555"
	// nobody is an address of this machine at which nothing listens.
	nobody = "https://127.0.0.1:1"
)

// trouble is a run that cannot work.
type trouble struct {
	name   string
	tenant func(*graphsim.Server) // what is wrong in the tenant
	env    map[string]string      // what is wrong in the settings
	code   int
	says   []string // the cause and the remedy
}

func troubles(untrusted *graphsim.Server) []trouble {
	all := []trouble{
		{name: "wrong secret", env: map[string]string{"BATON_ENTRA_CLIENT_SECRET": "canary-secret"},
			code: 16, says: []string{"the client secret is wrong", "AADSTS7000215", "Certificates & secrets"}},
		{name: "wrong tenant", env: map[string]string{"BATON_ENTRA_TENANT_ID": strangerID},
			code: 16, says: []string{"there is no tenant " + strangerID, "AADSTS90002", "check the tenant id"}},
		{name: "unknown application", env: map[string]string{"BATON_ENTRA_CLIENT_ID": strangerID},
			code: 16, says: []string{"no application with this client id", "AADSTS700016", "check the client id"}},
		{name: "no consent", tenant: func(sim *graphsim.Server) { sim.SetPermissions() },
			code: 7, says: []string{"may not read users", "User.Read.All", "admin consent"}},
		{name: "nobody at Graph", env: map[string]string{"BATON_BASE_URL": nobody},
			code: 9, says: []string{"cannot connect", "connection refused", "--base-url"}},
		{name: "nobody at sign-in", env: map[string]string{"BATON_AUTHORITY_HOST": nobody},
			code: 9, says: []string{nobody + " cannot be reached", "connection refused", "--authority-host"}},
		{name: "Graph is not trusted", env: map[string]string{"BATON_BASE_URL": untrusted.URL()},
			code: 9, says: []string{"certificate", "SSL_CERT_FILE"}},
		{name: "sign-in is not trusted", env: map[string]string{"BATON_AUTHORITY_HOST": untrusted.URL()},
			code: 9, says: []string{"certificate", "SSL_CERT_FILE"}},
		{name: "sign-in is away", tenant: func(sim *graphsim.Server) {
			sim.Fail(graphsim.Fault{PathContains: "/oauth2/v2.0/token", Status: 500, Times: -1})
		}, code: 14, says: []string{"answered 500", "can be run again"}},
		{name: "a request is refused in the middle", tenant: func(sim *graphsim.Server) {
			sim.Fail(graphsim.Fault{PathContains: "/roleAssignments", Status: 400, Message: "no such thing", Times: -1})
		}, code: 3, says: []string{"graph: list role assignments: 400", "no such thing"}},
	}
	return append(all, missingPermissions()...)
}

// missingPermissions are the four families, each forbidden alone.
func missingPermissions() []trouble {
	var all []trouble
	for i, family := range []string{"users", "groups", "service principals", "directory roles"} {
		granted := graphsim.ReadPermissions()
		missing := granted[i]
		granted = append(granted[:i:i], granted[i+1:]...)
		all = append(all, trouble{name: "no " + missing, code: 7,
			tenant: func(sim *graphsim.Server) { sim.SetPermissions(granted...) },
			says:   []string{"may not read " + family, "application permission " + missing, "admin consent"}})
	}
	return all
}

func TestTrouble_IsNamedWithItsRemedyAndLeavesTheOldFile(t *testing.T) {
	t.Parallel()
	good := goodFile(t)
	var judge []func(*testing.T)
	cases := troubles(startTenant(t, graphsim.Options{Seed: 8, Users: 1}))
	for _, c := range cases { // all at once: some ask again and again before they give up
		s := c.stage(t)
		s.Write("sync.c1z", good)
		r := s.Start()
		judge = append(judge, func(t *testing.T) { c.judge(s.In(t), r.Wait(t), good) })
	}
	for i, c := range cases {
		t.Run(c.name, judge[i])
	}
}

// goodFile is the file of an earlier sync.
func goodFile(t *testing.T) []byte {
	t.Helper()
	s := stageOf(t, startTenant(t, smallTenant()))
	s.Run().WantExit(0)
	return s.Read("sync.c1z")
}

func (c trouble) stage(t *testing.T) *servicekit.Stage {
	t.Helper()
	sim := startTenant(t, smallTenant())
	if c.tenant != nil {
		c.tenant(sim)
	}
	return stageOf(t, sim).With(c.env)
}

func (c trouble) judge(s *servicekit.Stage, e *servicekit.Ended, good []byte) {
	s.T.Helper()
	s.T.Logf("exit code %d after %.1f s: %q", e.Code, e.Took.Seconds(), e.Sentences())
	s.WantOnly("sync.c1z")
	s.WantFile("sync.c1z", good)
	e.WantSentence(c.says...).WantNot("canary").WantExit(c.code)
}
