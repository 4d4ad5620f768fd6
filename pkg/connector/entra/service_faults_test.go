package entra

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/conductorone/baton-sdk/pkg/sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// absence is the way to a tenant that cannot be reached for a while, from one of its requests on. It is no network, so
// that a bubble's time can pass.
type absence struct {
	tenant http.Handler
	after  int // requests
	lasts  time.Duration

	mu    sync.Mutex
	seen  int
	began time.Time
	tries []time.Time // those in vain
}

// RoundTrip asks the tenant, if it is there.
func (a *absence) RoundTrip(req *http.Request) (*http.Response, error) {
	if a.isAway() {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	in := req.Clone(req.Context())
	in.Host = req.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	a.tenant.ServeHTTP(w, in)
	return w.Result(), nil
}

func (a *absence) isAway() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if a.seen++; a.seen == a.after {
		a.began = now
	}
	away := !a.began.IsZero() && now.Sub(a.began) < a.lasts
	if away {
		a.tries = append(a.tries, now)
	}
	return away
}

// most is the largest number of tries within a time.
func (a *absence) most(within time.Duration) (most int) {
	from := 0
	for i, at := range a.tries {
		for at.Sub(a.tries[from]) >= within {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// The tenant is away for ten minutes in the middle of a sync: the sync goes on where it was, and meanwhile little is sent.
func TestService_RidesOutATenantThatIsAwayForTenMinutes(t *testing.T) {
	t.Parallel()
	today := time.Now()
	for _, workers := range []int{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(today)) // a bubble begins in 2000, when the tenant's secret was not good yet
			sim, err := graphsim.New(smallTenant(21))
			if err != nil {
				t.Fatal(err)
			}
			way := &absence{tenant: sim, after: 20, lasts: 10 * time.Minute}
			cfg := settingsOf(sim)
			cfg.BaseUrl, cfg.AuthorityHost, cfg.ExchangeUrl = "https://127.0.0.1:1", "https://127.0.0.1:1", "https://127.0.0.1:2"
			c, err := newConnector(cfg, func(string) bool { return true }, surroundings{base: way, clock: transport.SystemClock{}})
			if err != nil {
				t.Fatal(err)
			}
			began, path := time.Now(), filepath.Join(t.TempDir(), "sync.c1z")
			if err := testkit.Sync(context.Background(), t, c, path, sdk.WithWorkerCount(workers)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took < way.lasts || took > way.lasts+2*time.Minute {
				t.Errorf("%d workers: the sync took %v", workers, took)
			}
			if total, burst := len(way.tries), way.most(10*time.Second); total > 250 || burst > 16 {
				t.Errorf("%d workers: %d tries, up to %d within ten seconds", workers, total, burst)
			}
			t.Logf("%d workers: %d tries, up to %d within ten seconds, %v", workers, len(way.tries), way.most(10*time.Second), time.Since(began))
			testkit.Compare(t, testkit.Read(context.Background(), t, path), expect(readCensus(t, sim)).Rows)
		})
	}
}
