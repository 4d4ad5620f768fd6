package entra

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

const partsSeed = 31

func startManyUsers(t *testing.T, o graphsim.Options) *graphsim.Server {
	t.Helper()
	o.Seed, o.Users, o.Groups, o.Memberships, o.Apps, o.Assignments, o.WithoutLimits = partsSeed, 150, 8, 60, 4, 10, true
	if o.PageSize == 0 {
		o.PageSize = 7
	}
	return startTenant(t, o)
}

// inParts connects to a tenant as if its users were many.
func inParts(t *testing.T, sim *graphsim.Server, network http.RoundTripper) *Connector {
	t.Helper()
	c, err := newConnector(settingsOf(sim), everyType, surroundings{base: network, clock: &testkit.QuickClock{}})
	if err != nil {
		t.Fatal(err)
	}
	c.partsFrom = 100
	return c
}

// listings tells the lists of users that were begun: how many in parts, and how many as a whole.
func listings(sim *graphsim.Server) (parts, whole int) {
	for _, r := range graphHistory(sim) {
		query, err := url.ParseQuery(r.Query)
		if r.Path != "/v1.0/users" || err != nil || query.Has("$skiptoken") || query.Get("$top") == "1" {
			continue
		}
		if strings.Contains(query.Get("$filter"), "securityIdentifier") {
			parts++
		} else {
			whole++
		}
	}
	return parts, whole
}

// The file is the same however the users are listed: in parts, or as a whole where the service refuses parts, ignores the
// filter, or leaves out users.
func TestUsers_AreTheSameInPartsAndAsAWhole(t *testing.T) {
	t.Parallel()
	plain := startManyUsers(t, graphsim.Options{})
	file := testkit.Read(context.Background(), t, syncedFile(t, plain))
	testkit.Compare(t, file, expect(readCensus(t, plain)).Rows)
	if parts, whole := listings(plain); parts != 0 || whole != 1 {
		t.Errorf("seed %d: a few users are listed by %d parts and %d wholes", partsSeed, parts, whole)
	}
	all := len(userBounds()) + 1
	forgotten := graphsim.Fault{Kind: graphsim.ExpiredPageToken, PathContains: "/v1.0/users", Skip: 12, Times: 1}
	first := func(query url.Values) bool { return query.Has("$filter") }
	for name, test := range map[string]struct {
		options             graphsim.Options
		fault               graphsim.Fault
		refuse              *refusal
		leastParts, atMost  int
		whole, wholeOfAgain int
	}{
		"in parts":             {leastParts: all, atMost: all},
		"in large pages":       {options: graphsim.Options{PageSize: 999}, leastParts: all, atMost: all},
		"with empty pages":     {options: graphsim.Options{EmptyPages: true}, leastParts: all, atMost: all},
		"a place is forgotten": {fault: forgotten, leastParts: all + 1, atMost: 2 * all},
		"a page comes twice": {fault: graphsim.Fault{Kind: graphsim.RepeatPage, PathContains: "/v1.0/users", Skip: 9, Times: 1},
			leastParts: all, atMost: all, whole: 1, wholeOfAgain: 1},
		"parts take too long": {refuse: &refusal{status: 504, of: first, times: 99}, leastParts: 0, atMost: 0, whole: 1, wholeOfAgain: 1},
		// The form of $expand is tried in another way where a first page is refused with 400.
		"parts are refused":         {options: graphsim.Options{RangesStatus: 400}, leastParts: 2, atMost: 2, whole: 1, wholeOfAgain: 1},
		"parts are not implemented": {options: graphsim.Options{RangesStatus: 501}, leastParts: 1, atMost: 1, whole: 1, wholeOfAgain: 1},
		"the filter is ignored":     {options: graphsim.Options{RangesIgnored: true}, leastParts: 2, atMost: 2, whole: 1, wholeOfAgain: 1},
		"somebody is in no part":    {options: graphsim.Options{UsersWithoutSID: 1}, leastParts: all, atMost: all, whole: 1, wholeOfAgain: 1},
		"many are in no part":       {options: graphsim.Options{UsersWithoutSID: 90}, leastParts: all, atMost: all, whole: 1, wholeOfAgain: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := startManyUsers(t, test.options)
			if test.fault.PathContains != "" {
				sim.Fail(test.fault)
			}
			network := sim.Client().Transport
			if test.refuse != nil {
				test.refuse.next = network
				network = test.refuse
			}
			c := inParts(t, sim, network)
			path := filepath.Join(t.TempDir(), "sync.c1z")
			if err := testkit.Sync(context.Background(), t, c, path); err != nil {
				t.Fatalf("seed %d: %v", partsSeed, err)
			}
			if got, want := testkit.Read(context.Background(), t, path).Dump(), file.Dump(); got != want {
				t.Errorf("seed %d: another file:\n%s", partsSeed, testkit.FirstDifference(got, want))
			}
			if parts, whole := listings(sim); parts < test.leastParts || parts > test.atMost || whole != test.whole {
				t.Errorf("seed %d: the users were listed by %d parts and %d wholes", partsSeed, parts, whole)
			}
			sim.ResetHistory()
			listAll(t.Context(), t, &userSyncer{c})
			if parts, whole := listings(sim); whole != test.wholeOfAgain || (parts > 0) == (whole > 0) {
				t.Errorf("seed %d: the next time the users were listed by %d parts and %d wholes", partsSeed, parts, whole)
			}
		})
	}
}

// Where a later page is refused, or places are forgotten again and again, the list begins anew as a whole. Nothing is read
// ahead here, so that it is known which page that strikes.
func TestUsers_InPartsWhereLaterPagesFail(t *testing.T) {
	t.Parallel()
	later := func(query url.Values) bool { return query.Has("$skiptoken") }
	all := len(userBounds()) + 1
	for name, test := range map[string]struct {
		network      *refusal
		forget       int
		parts, whole int
	}{
		"refused":                     {&refusal{status: 404, of: later, times: 1}, 0, all, 1},
		"throttled":                   {&refusal{status: 429, of: later, times: 1}, 0, all, 0},
		"forgotten once":              {&refusal{of: later}, 1, 2 * all, 0},
		"forgotten twice":             {&refusal{of: later}, 2, 2 * all, 1},
		"forgotten in the whole, too": {&refusal{of: later}, 5, 2 * all, 4},
	} {
		sim := startManyUsers(t, graphsim.Options{})
		if test.forget > 0 {
			sim.Fail(graphsim.Fault{Kind: graphsim.ExpiredPageToken, PathContains: "/v1.0/users", Skip: 6, Times: test.forget})
		}
		test.network.next = sim.Client().Transport
		users, _ := listAll(t.Context(), t, &userSyncer{inParts(t, sim, test.network)})
		if distinctOf(users) != 150 {
			t.Errorf("%s: seed %d: %d users", name, partsSeed, distinctOf(users))
		}
		if parts, whole := listings(sim); parts != test.parts || whole != test.whole {
			t.Errorf("%s: seed %d: the users were listed by %d parts and %d wholes", name, partsSeed, parts, whole)
		}
	}
}

// Each page may be read by another process, and twice.
func TestUsers_InPartsGoOnInAnotherProcess(t *testing.T) {
	t.Parallel()
	sim := startManyUsers(t, graphsim.Options{})
	session, seen := newFakeSession(), map[string]bool{}
	for token := ""; ; {
		var page []*v2.Resource
		next := ""
		for range 2 {
			resources, results, err := (&userSyncer{inParts(t, sim, sim.Client().Transport)}).List(t.Context(), nil, attrs(session, token))
			if err != nil {
				t.Fatalf("seed %d: %v", partsSeed, err)
			}
			page, next = resources, results.NextPageToken
		}
		for _, r := range page {
			if seen[r.GetId().GetResource()] {
				t.Errorf("seed %d: %s comes twice", partsSeed, r.GetId().GetResource())
			}
			seen[r.GetId().GetResource()] = true
		}
		if token = next; token == "" {
			break
		}
	}
	if n := len(readCensus(t, sim).Users); len(seen) != n {
		t.Errorf("seed %d: %d of %d users are listed", partsSeed, len(seen), n)
	}
}

// refusal answers some pages of users with a status.
type refusal struct {
	next   http.RoundTripper
	status int
	of     func(url.Values) bool
	mu     sync.Mutex
	times  int
}

func (r *refusal) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	refused := strings.HasSuffix(req.URL.Path, "/users") && r.of(req.URL.Query()) && r.times > 0
	if refused {
		r.times--
	}
	r.mu.Unlock()
	if refused {
		return &http.Response{StatusCode: r.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
	}
	return r.next.RoundTrip(req)
}

// meanwhile does something once, when the list of users has come to its third page.
type meanwhile struct {
	next  http.RoundTripper
	do    func()
	mu    sync.Mutex
	pages int
}

func (m *meanwhile) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/users") && req.URL.Query().Get("$top") != "1" {
		m.mu.Lock()
		if m.pages++; m.pages == 3 {
			m.do()
		}
		m.mu.Unlock()
	}
	return m.next.RoundTrip(req)
}

// Somebody who is deleted meanwhile is missing in no part: the service counts one less, too.
func TestUsers_InPartsWhileSomebodyLeaves(t *testing.T) {
	t.Parallel()
	sim := startManyUsers(t, graphsim.Options{})
	var last string
	for _, u := range sim.Census().Users {
		if strings.HasPrefix(u.ID(), "f") { // the number drawn from it begins with 4, so it is in the last part
			last = u.ID()
		}
	}
	c := inParts(t, sim, &meanwhile{next: sim.Client().Transport, do: func() {
		if err := sim.Tenant().DeleteObject(last); err != nil {
			t.Error(err)
		}
	}})
	if users, _ := listAll(t.Context(), t, &userSyncer{c}); len(users) != 149 {
		t.Errorf("seed %d: %d users", partsSeed, len(users))
	}
	if parts, whole := listings(sim); parts != len(userBounds())+1 || whole != 0 {
		t.Errorf("seed %d: the users were listed by %d parts and %d wholes", partsSeed, parts, whole)
	}
}

// Who is made meanwhile does not make up for who is in no part.
func TestUsers_InPartsWhileSomebodyComes(t *testing.T) {
	t.Parallel()
	for without, wantWhole := range map[int]int{0: 0, 1: 1} {
		sim := startManyUsers(t, graphsim.Options{UsersWithoutSID: without})
		const id = "f0000000-0000-4000-8000-000000000001" // in the last part
		c := inParts(t, sim, &meanwhile{next: sim.Client().Transport, do: func() {
			if _, err := sim.Tenant().AddUser(map[string]any{"id": id, "displayName": "New", "userPrincipalName": "new@contoso.com",
				"createdDateTime": time.Now().UTC().Format(time.RFC3339)}); err != nil {
				t.Error(err)
			}
		}})
		if users, _ := listAll(t.Context(), t, &userSyncer{c}); distinctOf(users) != 151 {
			t.Errorf("seed %d: without %d: %d users", partsSeed, without, distinctOf(users))
		}
		if _, whole := listings(sim); whole != wantWhole {
			t.Errorf("seed %d: without %d the users were listed by %d wholes", partsSeed, without, whole)
		}
	}
}

func distinctOf(resources []*v2.Resource) int {
	ids := map[string]bool{}
	for _, r := range resources {
		ids[r.GetId().GetResource()] = true
	}
	return len(ids)
}

// Where pages of users have a limit of their own, parts are of no use.
func TestUsers_WithSlowerPropertiesAreListedAsAWhole(t *testing.T) {
	t.Parallel()
	for name, turn := range map[string]func(*config.Entra){
		"sign-in activity": func(cfg *config.Entra) { cfg.SignInActivity = true },
		"mailboxes":        func(cfg *config.Entra) { cfg.MailboxSettings = true },
	} {
		sim := startManyUsers(t, graphsim.Options{PageSize: 999, Permissions: graphsim.EveryReadPermission()})
		cfg := settingsOf(sim)
		turn(cfg)
		c := connectAs(t, sim, cfg, &testkit.QuickClock{})
		c.partsFrom = 100
		listAll(t.Context(), t, &userSyncer{c})
		if parts, whole := listings(sim); parts != 0 || whole != 1 {
			t.Errorf("%s: seed %d: the users were listed by %d parts and %d wholes", name, partsSeed, parts, whole)
		}
	}
}

func TestUserParts_ComeBackFromTheirText(t *testing.T) {
	t.Parallel()
	begun, err := parseUserParts("")
	if err != nil || len(begun.Open) != len(userBounds())+1 {
		t.Fatalf("%+v, %v", begun, err)
	}
	begun.First, begun.Open[2].Next = "someone", "https://graph.microsoft.com/v1.0/users?$skiptoken=x"
	text, err := begun.text()
	if err != nil {
		t.Fatal(err)
	}
	again, err := parseUserParts(text)
	if err != nil || again.First != begun.First || len(again.Open) != len(begun.Open) || again.Open[2] != begun.Open[2] {
		t.Errorf("%+v, %v", again, err)
	}
	for _, bad := range []string{"https://graph.microsoft.com/v1.0/users", "{}", `{"open":[]}`, `{"open":[{"number":4}]}`, `{"open":[{"number":-1}]}`, "null"} {
		cursor := connector.Cursor{Walk: walkParts, Next: bad}
		token, err := cursor.Token()
		if err != nil {
			t.Fatal(err)
		}
		sim := startManyUsers(t, graphsim.Options{})
		if _, _, err := (&userSyncer{inParts(t, sim, sim.Client().Transport)}).List(t.Context(), nil, attrs(newFakeSession(), token)); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// The bounds leave no gap, and the parts are of one size, as far as the numbers are drawn evenly.
func TestUserParts_AreEven(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: partsSeed, Users: 4000, WithoutLimits: true})
	c := connectTo(t, sim, &testkit.QuickClock{})
	for i := range len(userBounds()) + 1 {
		q := (&userSyncer{c}).query("")
		if q.From, q.To = (userPart{Number: i}).bounds(); i > 0 && q.From != userBounds()[i-1] {
			t.Errorf("part %d begins at %q", i, q.From)
		}
		n := 0
		for next := ""; ; {
			page, err := c.graph.ListUsers(t.Context(), q, next)
			if err != nil {
				t.Fatal(err)
			}
			n += len(page.Items)
			if next = page.Next; next == "" {
				break
			}
		}
		if n < 700 || n > 1300 {
			t.Errorf("seed %d: part %d has %d of 4,000 users", partsSeed, i, n)
		}
	}
}
