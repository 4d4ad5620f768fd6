package graph

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

const (
	userAgent   = "baton-test/1"
	publicScope = "https://graph.microsoft.com/.default"
)

// startSim starts a simulated tenant that ends with the test.
func startSim(t testing.TB, o graphsim.Options) *graphsim.Server {
	t.Helper()
	sim, err := graphsim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	return sim
}

// simTokens signs in at the simulated tenant as its own application.
func simTokens(sim *graphsim.Server) *TokenSource {
	o := sim.Options()
	return NewClientSecretTokens(SignIn{Authority: sim.URL(), Scope: publicScope,
		TenantID: o.TenantID, ClientID: o.ClientID, HTTP: sim.Client()}, o.ClientSecret)
}

// simClient reads a simulated tenant through the real pipeline, with a clock that never makes it wait.
func simClient(t testing.TB, sim *graphsim.Server) *Client {
	t.Helper()
	return newClient(t, sim.URL(), sim.Client().Transport, simTokens(sim))
}

func newClient(t testing.TB, base string, rt http.RoundTripper, tokens transport.TokenSource) *Client {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(u, transport.New(transport.Config{Base: rt, Host: u.Host, Tokens: tokens, UserAgent: userAgent, Clock: &fakeClock{now: time.Now()}, Lanes: Lanes()}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// cannedServer answers every request with a function, and counts them.
type cannedServer struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func startCanned(t testing.TB, answer http.HandlerFunc) *cannedServer {
	t.Helper()
	s := &cannedServer{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r)
		s.mu.Unlock()
		answer(w, r)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *cannedServer) client(t testing.TB) *Client {
	t.Helper()
	return newClient(t, s.URL, s.Client().Transport, fixedToken{})
}

// seen returns the requests that arrived since it was last asked.
func (s *cannedServer) seen() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.requests
	s.requests = nil
	return out
}

// fixedToken is a token source for servers that do not look at the token.
type fixedToken struct{}

func (fixedToken) Token(context.Context) (string, error) { return "fixed", nil }

func (fixedToken) Renew(_ context.Context, refused, _ string) (string, error) { return refused, nil }

// fakeClock moves when somebody sleeps, and at once.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// graphRequests are the requests of the history that went to Graph, not to sign-in.
func graphRequests(sim *graphsim.Server) []graphsim.Request {
	var out []graphsim.Request
	for _, r := range sim.History() {
		if strings.HasPrefix(r.Path, "/v1.0/") {
			out = append(out, r)
		}
	}
	return out
}
