package entra

import (
	"context"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// vanishing deletes objects at the moment when a list of theirs is asked for.
type vanishing struct {
	next   http.RoundTripper
	tenant *graphsim.Tenant

	mu sync.Mutex
	// at is which objects go at which end of a path; a path of "delta" is the delta that names the object.
	at map[string]string
}

func (v *vanishing) RoundTrip(req *http.Request) (*http.Response, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for path, id := range v.at {
		inDelta := path == "delta" && strings.Contains(req.URL.Path, "/groups/delta") && strings.Contains(req.URL.Query().Get("$filter"), id)
		if inDelta || strings.HasSuffix(req.URL.Path, path) {
			delete(v.at, path)
			if err := v.tenant.DeleteObject(id); err != nil {
				return nil, err
			}
		}
	}
	return v.next.RoundTrip(req)
}

// victims are an object for each kind of list that is read one object at a time.
func victims(t *testing.T, sim *graphsim.Server) map[string]string {
	t.Helper()
	c := readCensus(t, sim)
	e, at := expect(c), map[string]string{}
	for _, g := range c.Groups {
		switch {
		case len(g.Members) < 20:
		case e.reach(g.ID)["group:"+g.ID]:
			at["/groups/"+g.ID+"/members"] = g.ID
		case at["delta"] == "":
			at["delta"] = g.ID
		default:
			for _, u := range c.Users[:20] {
				_ = sim.Tenant().AddOwner(g.ID, u.ID) // one of them may be its owner already
			}
			at["/groups/"+g.ID+"/owners"] = g.ID
		}
		if len(at) == 3 {
			break
		}
	}
	apps := 0
	for _, a := range c.ServicePrincipals {
		if a.Kind != "Application" {
			continue
		}
		switch apps++; apps {
		case 1: // startLarge has put it into all large groups
			at["/servicePrincipals/"+a.ID+"/memberOf"] = a.ID
		case 3:
			for _, u := range c.Users[:30] {
				if _, err := sim.Tenant().AddAppRoleAssignment(a.ID, u.ID, ""); err != nil {
					t.Fatal(err)
				}
			}
			at["/servicePrincipals/"+a.ID+"/appRoleAssignedTo"] = a.ID
		}
	}
	if len(at) != 5 {
		t.Fatalf("seed %d: only %v can be deleted: the test shows nothing", shardSeed, at)
	}
	return at
}

// What is deleted after it was listed has no rights left: it is counted, and the sync goes on.
func TestSync_GoesOnWhereObjectsAreDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	sim := startLarge(t, graphsim.Options{})
	network := &vanishing{next: sim.Client().Transport, tenant: sim.Tenant(), at: victims(t, sim)}
	n := len(network.at)
	c, err := newConnector(settingsOf(sim), everyType, surroundings{base: network, clock: &testkit.QuickClock{}})
	if err != nil {
		t.Fatal(err)
	}
	var left map[string]int
	observed := &observer{Connector: c, done: func(s connector.Summary) { left = s.LeftOut }}
	if err := testkit.Sync(context.Background(), t, observed, filepath.Join(t.TempDir(), "sync.c1z")); err != nil {
		t.Fatalf("seed %d: %v", shardSeed, err)
	}
	if len(network.at) != 0 || left[reasonDeleted] != n {
		t.Errorf("seed %d: %d of %d lists were counted, and not asked for was %v: %v", shardSeed, left[reasonDeleted], n, network.at, left)
	}
}

// Where the groups of service principals are refused, all groups are listed once more: what is left out of them counts once.
func TestSummary_CountsOnceWhereGroupsAreListedOnceMore(t *testing.T) {
	t.Parallel()
	sim := startLarge(t, graphsim.Options{})
	cfg := settingsOf(sim)
	cfg.SkipAdGroups = true
	var counts []map[string]int
	for _, network := range []http.RoundTripper{sim.Client().Transport, withoutMemberOf{sim.Client().Transport}} {
		c, err := newConnector(cfg, everyType, surroundings{base: network, clock: &testkit.QuickClock{}})
		if err != nil {
			t.Fatal(err)
		}
		observed := &observer{Connector: c, done: func(s connector.Summary) { counts = append(counts, s.LeftOut) }}
		if err := testkit.Sync(context.Background(), t, observed, filepath.Join(t.TempDir(), "sync.c1z")); err != nil {
			t.Fatalf("seed %d: %v", shardSeed, err)
		}
	}
	if !maps.Equal(counts[0], counts[1]) || counts[0][reasonOnPremises] == 0 {
		t.Errorf("seed %d: left out were %v, and where the groups are refused %v", shardSeed, counts[0], counts[1])
	}
}
