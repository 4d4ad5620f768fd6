package oneloginsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// door speaks to a simulated account in plain HTTP.
type door struct {
	t     *testing.T
	sim   *oneloginsim.Server
	http  *http.Client
	clock *clock
	token string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func open(t *testing.T, o oneloginsim.Options) *door {
	t.Helper()
	clock := newClock()
	o.Now = clock.Now
	sim := oneloginsim.Start(t, o)
	d := &door{t: t, sim: sim, http: sim.Client(), clock: clock}
	d.signIn()
	return d
}

func (d *door) signIn() answer {
	d.t.Helper()
	o := d.sim.Options()
	req := d.request("POST", "/auth/oauth2/v2/token", `{"grant_type":"client_credentials"}`)
	req.SetBasicAuth(o.ClientID, o.ClientSecret)
	got := d.send(req)
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(got.body), &token); err != nil || token.AccessToken == "" {
		d.t.Fatalf("no token: %+v", got)
	}
	d.token = token.AccessToken
	return got
}

func (d *door) request(method, path, body string) *http.Request {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.sim.URL()+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

func (d *door) send(req *http.Request) answer {
	d.t.Helper()
	resp, err := d.http.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// do sends a signed request.
func (d *door) do(method, path, body string) answer {
	d.t.Helper()
	req := d.request(method, path, body)
	req.Header.Set("Authorization", "Bearer "+d.token)
	return d.send(req)
}

// want sends a signed request and wants a status, and words in the body.
func (d *door) want(status int, words, method, path, body string) answer {
	d.t.Helper()
	got := d.do(method, path, body)
	if got.status != status || !strings.Contains(got.body, words) {
		d.t.Errorf("%s %s %s: %d %s, not %d with %s", method, path, body, got.status, got.body, status, words)
	}
	return got
}

// rows reads a bare array.
func rows(t *testing.T, body string) []map[string]any {
	t.Helper()
	var out []map[string]any
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return out
}
