package entra

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// forger puts bodies of its own in the place of a service's, by path.
type forger struct {
	next   http.RoundTripper
	bodies map[string]string
}

func (f forger) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := f.next.RoundTrip(req)
	body, ok := f.bodies[strings.TrimPrefix(req.URL.Path, "/v1.0")]
	if err != nil || !ok || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	_ = resp.Body.Close()
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader([]byte(body))), int64(len(body))
	return resp, nil
}

// syncForged syncs a tenant with some answers forged.
func syncForged(t *testing.T, sim *graphsim.Server, bodies map[string]string) error {
	t.Helper()
	c, err := newConnector(settingsOf(sim), everyType, surroundings{base: forger{sim.Client().Transport, bodies}, clock: &testkit.QuickClock{}})
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Sync(context.Background(), t, c, filepath.Join(t.TempDir(), "sync.c1z"))
}

func everyType(string) bool { return true }

// What was read falls short of what the service counts: beyond what a lagging index explains, the sync
// fails and says both figures.
func TestSync_FailsWhereRowsAreMissing(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 31, Users: 2000, PageSize: 500})
	census := readCensus(t, sim)
	for _, test := range []struct {
		collection, path string
		rows, counted    int
		ok               bool
	}{
		{"users", "/users/$count", 2000, 2000, true},
		{"users", "/users/$count", 2000, 2010, true},  // 0.5 %
		{"users", "/users/$count", 2000, 2011, false}, // more
		{"users", "/users/$count", 2000, 1000, true},  // the index lags
		{"users", "/users/$count", 2000, 0, true},
		{"groups", "/groups/$count", len(census.Groups), len(census.Groups) + 5, true},
		{"groups", "/groups/$count", len(census.Groups), len(census.Groups) + 6, false},
	} {
		err := syncForged(t, sim, map[string]string{test.path: "\xef\xbb\xbf" + strconv.Itoa(test.counted)})
		if (err == nil) != test.ok {
			t.Errorf("%d %s read, %d counted: %v", test.rows, test.collection, test.counted, err)
		}
		if err == nil {
			continue
		}
		if status.Code(err) != codes.DataLoss {
			t.Errorf("the code is %s", status.Code(err))
		}
		for _, figure := range []string{strconv.Itoa(test.rows) + " " + test.collection, strconv.Itoa(test.counted)} {
			if !strings.Contains(err.Error(), figure) {
				t.Errorf("the error does not say %q: %v", figure, err)
			}
		}
	}
}

func TestSync_FailsWhereNothingIs(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant(32))
	for path, name := range map[string]string{"/users": "users", "/servicePrincipals": "service principals",
		"/roleManagement/directory/roleDefinitions": "role definitions"} {
		err := syncForged(t, sim, map[string]string{path: `{"value":[]}`, path + "/$count": "0"})
		if status.Code(err) != codes.DataLoss || !strings.Contains(err.Error(), "not one of the ") {
			t.Errorf("no %s: %v", name, err)
		}
	}
}

func TestSync_GoesUncheckedWhereTheServiceDoesNotCount(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant(33))
	want := dumpOf(t, sim)
	sim.Fail(graphsim.Fault{PathContains: "/$count", Status: 400, Code: "Request_UnsupportedQuery", Times: -1})
	if got := dumpOf(t, sim); got != want {
		t.Errorf("another file:\n%s", testkit.FirstDifference(got, want))
	}
	for _, f := range []graphsim.Fault{{Status: 403}, {Status: 404}, {Kind: graphsim.HTMLBody, Status: 200}} {
		sim.ClearFaults()
		f.PathContains, f.Times = "/users/$count", -1
		sim.Fail(f)
		err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), filepath.Join(t.TempDir(), "sync.c1z"))
		if err == nil {
			t.Errorf("%+v: the sync succeeded", f)
		}
	}
}

// The index behind the count knows nothing of the latest objects: that is no shortfall.
func TestSync_IsNotMisledByACountThatLags(t *testing.T) {
	t.Parallel()
	o := smallTenant(34)
	want := dumpOf(t, startTenant(t, o))
	o.CountLag = 20
	if got := dumpOf(t, startTenant(t, o)); got != want {
		t.Errorf("another file:\n%s", testkit.FirstDifference(got, want))
	}
}

// A list whose next link has expired begins anew, at whichever page that happens.
func TestSync_BeginsAListAnewWhereItsPlaceIsForgotten(t *testing.T) {
	t.Parallel()
	o := smallTenant(35)
	o.PageSize = 4
	sim := startTenant(t, o)
	want := dumpOf(t, sim)
	later := 0
	for _, r := range sim.History() {
		if strings.Contains(r.Query, "skiptoken") {
			later++
		}
	}
	if later < 20 {
		t.Fatalf("seed 35: %d later pages: the test shows nothing", later)
	}
	const apart = 17 // more than a list has pages: one that has begun anew comes to its end
	kinds := []graphsim.FaultKind{graphsim.ExpiredPageToken, graphsim.RepeatPage}
	for skip := range apart {
		sim.ClearFaults()
		for i := skip; i < 2*later; i += apart {
			sim.Fail(graphsim.Fault{PathContains: "/v1.0/", Kind: kinds[(skip+i/apart)%len(kinds)], Skip: i})
		}
		if got := dumpOf(t, sim); got != want {
			t.Errorf("seed 35, %s and %s in turn at %d, %d, …: another file:\n%s", kinds[0], kinds[1], skip, skip+apart, testkit.FirstDifference(got, want))
		}
	}
}
