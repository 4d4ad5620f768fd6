package entra

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// gathering is a network that answers the first request to Graph, and the others when so many are under way.
type gathering struct {
	http.RoundTripper
	others           int64
	tokens, requests atomic.Int64
	all              chan struct{}
}

func (g *gathering) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(req.URL.Path, "/v1.0/") {
		if req.Method == http.MethodPost {
			g.tokens.Add(1)
		}
		return g.RoundTripper.RoundTrip(req)
	}
	n := g.requests.Add(1)
	if n == 1+g.others {
		close(g.all)
	}
	if n > 1 {
		select {
		case <-g.all:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		case <-time.After(20 * time.Second):
			return nil, errors.New("the others do not come")
		}
	}
	return g.RoundTripper.RoundTrip(req)
}

// TestValidate_ReadsTheFamiliesSideBySide: it signs in once, reads the first family, and then all others and the end of
// the secret in the time of one.
func TestValidate_ReadsTheFamiliesSideBySide(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant(15))
	network := &gathering{RoundTripper: sim.Client().Transport, others: 5, all: make(chan struct{})}
	c, err := newConnector(settingsOf(sim), anyType, surroundings{base: network, clock: &testkit.QuickClock{}})
	if err != nil {
		t.Fatal(err)
	}
	validate(t, t.Context(), c)
	if requests, tokens := network.requests.Load(), network.tokens.Load(); requests != 6 || tokens != 1 {
		t.Errorf("seed 15: %d requests and %d tokens were asked for, want 6 and 1", requests, tokens)
	}
}

// TestValidate_TellsTheFirstFamilyThatMayNotBeRead: of several, by the name of its permission, time after time.
func TestValidate_TellsTheFirstFamilyThatMayNotBeRead(t *testing.T) {
	t.Parallel()
	o := smallTenant(15)
	o.Permissions = []string{permissionUsers, permissionGroups}
	sim := startTenant(t, o)
	for range 20 {
		_, err := connectTo(t, sim, &testkit.QuickClock{}).Validate(t.Context())
		if status.Code(err) != codes.PermissionDenied || !strings.Contains(err.Error(), "may not read service principals: grant it the application permission "+permissionApps) {
			t.Fatalf("seed 15: %v", err)
		}
	}
}

// TestValidate_SendsOneReadWhereThatFails: whoever may read nothing is refused once.
func TestValidate_SendsOneReadWhereThatFails(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant(15))
	sim.Fail(graphsim.Fault{PathContains: "/v1.0/", Times: -1, Status: http.StatusServiceUnavailable})
	network := &gathering{RoundTripper: sim.Client().Transport, others: 5, all: make(chan struct{})}
	c, err := newConnector(settingsOf(sim), anyType, surroundings{base: network, clock: &testkit.QuickClock{}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Validate(t.Context()); status.Code(err) != codes.Unavailable || network.requests.Load() != 1 {
		t.Errorf("seed 15: %v after %d requests, want one", err, network.requests.Load())
	}
}

// TestNotices_LookAgainWhereTheLookWasCutShort: a validation that failed meanwhile costs no day of warning.
func TestNotices_LookAgainWhereTheLookWasCutShort(t *testing.T) {
	t.Parallel()
	clock, looks := movedClock(0), 0
	n := &notices{clock: clock, asks: true, ending: func(ctx context.Context) (ending, bool) {
		looks++
		return ending{credential: "client secret", at: clock.Now().Add(day)}, ctx.Err() == nil
	}}
	ctx, logs := warnings(t)
	cut, cancel := context.WithCancel(ctx)
	cancel()
	n.tellEnding(cut)
	if n.tell(ctx); looks != 1 || logs.Len() != 0 {
		t.Errorf("%d looks, %v", looks, logs.All())
	}
	for range 3 {
		n.tellEnding(ctx)
		clock.Pass(connector.GoodFor)
	}
	if looks != 2 || logs.Len() != 1 {
		t.Errorf("%d looks, %d warnings, want 2 and 1", looks, logs.Len())
	}
}
