package onelogin

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// sentBodies is a round tripper that keeps what was sent, passwords and all.
type sentBodies struct {
	next http.RoundTripper
	mu   sync.Mutex
	sent []string
}

func (s *sentBodies) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		s.sent = append(s.sent, string(body))
		s.mu.Unlock()
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	return s.next.RoundTrip(req)
}

// last is the last body that has a text in it.
func (s *sentBodies) last(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, body := range slices.Backward(s.sent) {
		if strings.Contains(body, text) {
			return body
		}
	}
	return ""
}

// writeDesk is an account that is changed through the connector.
type writeDesk struct {
	t     *testing.T
	sim   *oneloginsim.Server
	clock *testkit.QuickClock
	sent  *sentBodies
	c     *Connector
}

// openWriting starts a small account, with changes of the options and of the connector's settings.
func openWriting(t *testing.T, seed uint64, change func(*oneloginsim.Options), turn func(*switches)) *writeDesk {
	t.Helper()
	d := &writeDesk{t: t, clock: &testkit.QuickClock{}}
	o := oneloginsim.Options{Seed: seed, Users: 40, Roles: 6, Apps: 6, Groups: 3, Privileges: 3, Events: -1, Quota: -1, Now: d.clock.Now}
	if change != nil {
		change(&o)
	}
	d.sim = oneloginsim.Start(t, o)
	d.sent = &sentBodies{next: d.sim.Client().Transport}
	d.c = d.connector()
	if turn != nil {
		turn(&d.c.switches)
	}
	d.sim.ResetHistory()
	return d
}

// connector makes a connector of the account, as another process would.
func (d *writeDesk) connector() *Connector {
	d.t.Helper()
	o := d.sim.Options()
	cfg := &config.Onelogin{Subdomain: "acme", OneloginClientId: o.ClientID, OneloginClientSecret: o.ClientSecret, BaseUrl: d.sim.URL(), PrivilegesEnabled: true}
	c, err := newConnector(cfg, func(string) bool { return true }, d.sent, d.clock)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// seedOf says how to repeat a failure.
func (d *writeDesk) seedOf() uint64 { return d.sim.Options().Seed }

// people are users who are ordinary: active, and in no department that a mapping looks at.
func (d *writeDesk) people(n int) []int64 {
	d.t.Helper()
	var ids []int64
	for _, u := range d.sim.Census().Users {
		if u.Status == 1 && u.State == 1 && u.Email != "" && u.Username != "" && u.Fields["department"] != "Legal" && len(ids) < n {
			ids = append(ids, u.ID)
		}
	}
	if len(ids) < n {
		d.t.Fatalf("seed %d: the account has %d ordinary users, not %d", d.seedOf(), len(ids), n)
	}
	return ids
}

func (d *writeDesk) user(id int64) *oneloginsim.UserRecord {
	for _, u := range d.sim.Census().Users {
		if u.ID == id {
			return &u
		}
	}
	return nil
}

func (d *writeDesk) role(id int64) oneloginsim.RoleRecord {
	d.t.Helper()
	for _, r := range d.sim.Census().Roles {
		if r.ID == id {
			return r
		}
	}
	d.t.Fatalf("there is no role %d", id)
	return oneloginsim.RoleRecord{}
}

// wrote checks how many writes there were, and forgets them.
func (d *writeDesk) wrote(what string, n int) {
	d.t.Helper()
	if w := d.sim.Writes(); len(w) != n {
		d.t.Errorf("seed %d: %s: %d writes, want %d: %+v", d.seedOf(), what, len(w), n, w)
	}
	d.sim.ResetHistory()
}

func numbered(id int64) string { return strconv.FormatInt(id, 10) }

// idOf is an id as the simulator has it.
func idOf(t testing.TB, text string) int64 {
	t.Helper()
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func decodeInto(t testing.TB, text string, value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), value); err != nil {
		t.Fatal(err)
	}
}

// expands is what a grant passes on, by its annotations.
func expands(notes []*anypb.Any) string {
	var out []string
	for _, note := range notes {
		var e v2.GrantExpandable
		if note.MessageIs(&e) && note.UnmarshalTo(&e) == nil {
			out = append(out, strings.Join(e.GetEntitlementIds(), " ")+" to "+strings.Join(e.GetResourceTypeIds(), " "))
		}
	}
	return strings.Join(out, "; ")
}
