package entra

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/readahead"
)

// hanging never answers a request for a later page, and counts those that hang.
type hanging struct {
	http.RoundTripper
	come  chan struct{}
	under atomic.Int64
}

func (h *hanging) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.Contains(req.URL.RawQuery, "skiptoken") {
		return h.RoundTripper.RoundTrip(req)
	}
	h.under.Add(1)
	defer h.under.Add(-1)
	h.come <- struct{}{}
	<-req.Context().Done()
	return nil, context.Cause(req.Context())
}

// TestClose_EndsWhatIsSentAhead closes the connector as the SDK does, while a page that nobody has asked for is under way.
func TestClose_EndsWhatIsSentAhead(t *testing.T) {
	t.Parallel()
	o := smallTenant(3)
	o.PageSize = 2
	sim := startTenant(t, o)
	network := &hanging{RoundTripper: sim.Client().Transport, come: make(chan struct{}, 1)}
	c, err := newConnector(settingsOf(sim), everyType, surroundings{base: network, clock: &testkit.QuickClock{}})
	if err != nil {
		t.Fatal(err)
	}
	server, err := connector.NewServer(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	closer, ok := server.(interface{ Close(context.Context) error })
	if !ok {
		t.Fatal("the server has no Close")
	}
	if _, err := c.graph.ListGroups(readahead.Sync(t.Context(), "sync"), false, ""); err != nil {
		t.Fatal(err)
	}
	<-network.come
	if err := closer.Close(t.Context()); err != nil || network.under.Load() != 0 {
		t.Errorf("%v, with %d requests under way", err, network.under.Load())
	}
}

func TestClose_OfAConnectorThatOnlyTellsWhatItCanDo(t *testing.T) {
	if err := (&Connector{}).Close(t.Context()); err != nil {
		t.Error(err)
	}
}
