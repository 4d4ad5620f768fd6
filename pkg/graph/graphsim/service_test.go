package graphsim_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestThrottle_BucketOfTheSize(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := start(t, graphsim.Options{Throttle: "small", Now: c.Now})
	spent, warned := 0, false
	var a answer
	for spent < 3600 {
		if a = r.get("/users?$top=20"); a.status != 200 {
			break
		}
		warned = warned || a.header.Get("x-ms-throttle-limit-percentage") != ""
		units, err := strconv.Atoi(a.header.Get("x-ms-resource-unit"))
		if err != nil {
			t.Fatal(err)
		}
		spent += units
	}
	if spent != 3500 || a.status != 429 || a.Error.Code != "TooManyRequests" || !warned {
		t.Fatalf("%d units went through, then %d %s; warned before: %t", spent, a.status, a.body, warned)
	}
	for _, name := range []string{"Retry-After", "x-ms-throttle-scope", "x-ms-throttle-information"} {
		if a.header.Get(name) == "" {
			t.Errorf("429 without %s", name)
		}
	}
	wait, err := strconv.Atoi(a.header.Get("Retry-After"))
	if err != nil {
		t.Fatal(err)
	}
	c.move(time.Duration(wait) * time.Second)
	r.ok("/users?$top=20")
}

func TestResourceUnits_FollowTheTable(t *testing.T) {
	r := start(t, graphsim.Options{})
	group := r.Census().Groups[0].ID()
	for path, want := range map[string]string{
		"/users": "2", "/users?$select=id": "1", "/users?$expand=manager": "3", "/users?$select=id&$expand=manager": "2",
		"/users?$top=19": "1", "/groups": "1", "/groups?$select=id&$expand=members": "1", "/groups?$expand=members": "2",
		"/groups/" + group + "/members": "3", "/groups/" + group + "/members?$select=id": "2",
		"/groups/" + group + "/owners": "1", "/applications": "2", "/subscribedSkus": "3", "/servicePrincipals?$select=id": "1",
	} {
		if got := r.ok(path).header.Get("x-ms-resource-unit"); got != want {
			t.Errorf("%s costs %s, want %s", path, got, want)
		}
	}
}

func TestHeaders_OfEveryAnswer(t *testing.T) {
	r := start(t, graphsim.Options{})
	a := r.ok("/users", http.Header{"Client-Request-Id": {"mine"}})
	if a.header.Get("client-request-id") != "mine" || a.header.Get("request-id") == "" {
		t.Errorf("%v", a.header)
	}
	bad := r.get("/nothing", http.Header{"Client-Request-Id": {"mine"}})
	if bad.Error.InnerError["client-request-id"] != "mine" || bad.Error.InnerError["request-id"] != bad.header.Get("request-id") {
		t.Errorf("%s", bad.body)
	}
}

func TestGzip_AnswersYesBodiesNo(t *testing.T) {
	r := start(t, graphsim.Options{})
	packed := r.ok("/users", http.Header{"Accept-Encoding": {"gzip"}})
	z, err := gzip.NewReader(bytes.NewReader(packed.body))
	if err != nil || packed.header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v %v", err, packed.header)
	}
	var p page
	if err := json.NewDecoder(z).Decode(&p); err != nil || len(p.Value) != 100 {
		t.Errorf("%v, %d rows", err, len(p.Value))
	}
	if plain := r.ok("/users", http.Header{"Accept-Encoding": {"identity"}}); plain.header.Get("Content-Encoding") != "" {
		t.Error("packed though not asked for")
	}
	a := r.send(http.MethodPost, "/$batch", "x", http.Header{"Content-Encoding": {"gzip"}})
	if a.status != 400 || !strings.Contains(a.Error.Message, "Content-Encoding") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestHistory_AndTrafficHoldNoSecrets(t *testing.T) {
	var log lockedBuffer
	r := start(t, graphsim.Options{Traffic: &log})
	r.ok("/users?$top=1")
	r.send(http.MethodPost, "/$batch", `{"requests":[{"id":"1","method":"GET","url":"/users"},{"id":"2","method":"GET","url":"/groups"}]}`, nil)
	h := r.History()
	if len(h) != 3 || h[1].Path != "/v1.0/users" || h[1].Query != "$top=1" || h[1].Status != 200 || h[1].ResourceUnits != 1 ||
		h[2].ResourceUnits != 3 || !strings.Contains(h[2].Body, "/groups") || h[1].Header.Get("Authorization") != "" {
		t.Errorf("%+v", h)
	}
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{r.Options().ClientSecret, r.token} {
		if strings.Contains(log.String()+string(text), secret) {
			t.Error("a secret is in the history or the traffic")
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		var entry struct {
			Method, URL string
			Headers     map[string]string
			Status      int
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Status != 200 || !strings.HasPrefix(entry.URL, r.URL()) {
			t.Errorf("%v in %s", err, line)
		}
	}
	if r.ResetHistory(); len(r.History()) != 0 {
		t.Error("the history is not forgotten")
	}
}

// lockedBuffer is a buffer that several requests may write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestServer_ManyAtOnce is for the race detector: readers, changes and stock-taking side by side.
func TestServer_ManyAtOnce(t *testing.T) {
	r := start(t, graphsim.Options{PageSize: 20, EmptyPages: true, Latency: time.Microsecond, Throttle: "large"})
	var wg sync.WaitGroup
	for _, path := range []string{"/users?$expand=manager", "/groups?$expand=members", "/servicePrincipals?$expand=appRoleAssignedTo", "/users?$select=id"} {
		wg.Go(func() { r.walk(path) })
	}
	wg.Go(func() {
		for range 50 {
			id, err := r.Tenant().AddUser(map[string]any{"displayName": "Passing"})
			if err != nil {
				t.Error(err)
			}
			if err := r.Tenant().Update(id, map[string]any{"displayName": "Passed"}); err != nil {
				t.Error(err)
			}
			r.Census()
			if err := r.Tenant().DeleteObject(id); err != nil {
				t.Error(err)
			}
			r.History()
		}
	})
	wg.Wait()
}
