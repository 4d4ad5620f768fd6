package onelogin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// TestReadme_SyncTables holds the table of resource types and the lists of profile keys against a whole sync.
func TestReadme_SyncTables(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 74, Users: 100, Groups: 3, Privileges: 3})
	cfg := settingsOf(sim)
	cfg.CustomAttributes = sim.Census().Attributes
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectAs(t, sim, cfg, &testkit.QuickClock{}), path, sync.WithDontExpandGrants()); err != nil {
		t.Fatal(err)
	}
	got := testkit.Read(context.Background(), t, path)
	text := section(t, "What it syncs from OneLogin")
	t.Run("resource types", func(t *testing.T) { holdsTypes(t, text, got) })
	t.Run("profile keys", func(t *testing.T) { holdsKeys(t, text, got) })
}

func holdsTypes(t *testing.T, text string, got *testkit.Contents) {
	has := map[string]map[string]bool{} // "slug" and "by type" of each resource type
	note := func(resourceType, what string) {
		if has[resourceType] == nil {
			has[resourceType] = map[string]bool{}
		}
		has[resourceType][what] = true
	}
	for _, e := range got.Entitlements {
		note(e.GetResource().GetId().GetResourceType(), e.GetSlug())
	}
	for _, g := range got.Grants {
		if testkit.Direct(g) {
			note(g.GetEntitlement().GetResource().GetId().GetResourceType(), "by "+g.GetPrincipal().GetId().GetResourceType())
		}
	}
	kinds := map[string]bool{}
	for _, r := range got.Resources {
		kinds[r.GetId().GetResourceType()] = true
	}
	for _, row := range table(t, text, "Resource type")[1:] {
		kind, want := inBackticks(row[0])[0], map[string]bool{}
		for _, slug := range inBackticks(row[2]) {
			want[slug] = true
		}
		for part := range strings.SplitSeq(row[3], ";") {
			for plural, holder := range map[string]string{"users": typeUser, "roles": typeRole} {
				if strings.HasPrefix(strings.TrimSpace(part), plural) {
					want["by "+holder] = true
				}
			}
		}
		if !kinds[kind] || !maps.Equal(has[kind], want) {
			t.Errorf("%s: the table says %v, the file has %v", kind, want, has[kind])
		}
		delete(kinds, kind)
	}
	if len(kinds) > 0 {
		t.Errorf("the table has no row of %v", kinds)
	}
}

func holdsKeys(t *testing.T, text string, got *testkit.Contents) {
	has := map[string]map[string]bool{typeUser: {}, typeApp: {}, typePrivilege: {}}
	for _, r := range got.Resources {
		for key := range r.GetProfile().GetFields() {
			if has[r.GetId().GetResourceType()] == nil {
				t.Errorf("a %s has the key %s", r.GetId().GetResourceType(), key)
				continue
			}
			if strings.HasPrefix(key, attributeKey) {
				key = attributeKey + "<short name>"
			}
			has[r.GetId().GetResourceType()][key] = true
		}
	}
	_, text, _ = strings.Cut(text, "A user's profile keys")
	users, text, _ := strings.Cut(text, "An app's are")
	apps, privileges, _ := strings.Cut(text, "a privilege's")
	for kind, said := range map[string]string{typeUser: users, typeApp: apps, typePrivilege: privileges} {
		want := map[string]bool{}
		for _, key := range inBackticks(said) {
			if !strings.HasPrefix(key, "--") {
				want[key] = true
			}
		}
		testkit.Same(t, "profile keys of a "+kind, has[kind], want)
	}
}

// TestReadme_StatusTable holds each row of the table of statuses, and the states in the sentence after it.
func TestReadme_StatusTable(t *testing.T) {
	t.Parallel()
	text := section(t, "What it syncs from OneLogin")
	rows := table(t, text, "`status`")[1:]
	for _, row := range rows {
		var u onelogin.User
		if err := json.Unmarshal([]byte(fmt.Sprintf(`{"status":%s,"state":1}`, row[0])), &u); err != nil {
			t.Fatal(err)
		}
		shown, details := userStatus(u)
		if want := v2.Status_ResourceStatus_value["RESOURCE_STATUS_"+strings.ToUpper(row[1])]; int32(shown) != want || details != row[2] {
			t.Errorf("status %s is %s, %q, and the table says %s, %q", row[0], shown, details, row[1], row[2])
		}
	}
	if len(rows) != 8 {
		t.Errorf("%d statuses", len(rows))
	}
	for _, state := range []onelogin.State{onelogin.StateUnapproved, onelogin.StateRejected, onelogin.StateUnlicensed} {
		if word := stateOf(&state); word == "" || !strings.Contains(text, word) {
			t.Errorf("the README does not speak of the state %q", word)
		}
	}
}

// inFlight counts how many requests are under way.
type inFlight struct {
	next      http.RoundTripper
	now, most atomic.Int64
}

func (f *inFlight) RoundTrip(req *http.Request) (*http.Response, error) {
	now := f.now.Add(1)
	for most := f.most.Load(); now > most && !f.most.CompareAndSwap(most, now); most = f.most.Load() {
	}
	defer f.now.Add(-1)
	return f.next.RoundTrip(req)
}

func TestReadme_RequestsUnderWayAreAsFewAsItSays(t *testing.T) {
	t.Parallel()
	match := regexp.MustCompile(`At most (\d+) requests are\s+under way at a\s+time`).FindStringSubmatch(section(t, "Limits with OneLogin"))
	if match == nil {
		t.Fatal("the README does not say how many requests are under way")
	}
	most, err := strconv.ParseInt(match[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	sim := oneloginsim.Start(t, oneloginsim.Options{Seed: 75, Users: 30, Roles: 15, Apps: 10, Privileges: -1, Latency: time.Millisecond})
	counted := &inFlight{next: sim.Client().Transport}
	c, err := newConnector(settingsOf(sim), func(string) bool { return true }, counted, &testkit.QuickClock{})
	if err != nil {
		t.Fatal(err)
	}
	if err := testkit.Sync(context.Background(), t, c, filepath.Join(t.TempDir(), "sync.c1z"), sync.WithWorkerCount(16), sync.WithDontExpandGrants()); err != nil {
		t.Fatal(err)
	}
	if got := counted.most.Load(); got > most || got < 2 {
		t.Errorf("%d requests were under way at a time, and the README says %d", got, most)
	}
}

// TestReadme_EventFeed: its id, and how far back the first read goes.
func TestReadme_EventFeed(t *testing.T) {
	t.Parallel()
	rows := table(t, section(t, "Events from OneLogin"), "Feed")[1:]
	feed := (&Connector{}).eventFeed()
	if len(rows) != 1 || !slices.Contains(inBackticks(rows[0][0]), feed.ID) || feed.LookBack != 24*time.Hour || !strings.Contains(rows[0][1], "one day back at first") {
		t.Errorf("the table has %q, and the feed is %s, %v back at first", rows, feed.ID, feed.LookBack)
	}
}
