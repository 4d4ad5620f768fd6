package graphsim

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// throttleSizes are the resource units that an application may spend in a tenant in ten seconds.
var throttleSizes = map[string]float64{"off": 0, "small": 3500, "medium": 5000, "large": 8000}

const throttleWindow = 10 * time.Second

// throttle is the token bucket of resource units of each application.
type throttle struct {
	mu     sync.Mutex
	quota  float64 // 0: no limit
	now    func() time.Time
	tenant string
	level  map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func newThrottle(o Options) *throttle {
	return &throttle{quota: throttleSizes[o.Throttle], now: o.Now, tenant: o.TenantID, level: map[string]*bucket{}}
}

// take spends the units of a call, or refuses it. A refused request counts too, up to a tenth of the quota,
// so that a client that does not wait stays shut out.
func (t *throttle) take(c *call) error {
	if t.quota == 0 {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.refill(c.app.appID)
	units := float64(c.units)
	enough := b.left >= units
	b.left = max(b.left-units, -t.quota/10)
	if used := 1 - b.left/t.quota; used >= 0.8 {
		c.meterHeader.Set("x-ms-throttle-limit-percentage", strconv.FormatFloat(used, 'f', 2, 64))
	}
	if enough {
		return nil
	}
	return t.refuse(c.app.appID, units-b.left)
}

func (t *throttle) refill(appID string) *bucket {
	now := t.now()
	b := t.level[appID]
	if b == nil {
		b = &bucket{left: t.quota, at: now}
		t.level[appID] = b
	}
	b.left = min(t.quota, b.left+t.quota*now.Sub(b.at).Seconds()/throttleWindow.Seconds())
	b.at = now
	return b
}

func (t *throttle) refuse(appID string, short float64) error {
	wait := math.Ceil(short / t.quota * throttleWindow.Seconds())
	return &refusal{
		status: http.StatusTooManyRequests, code: "TooManyRequests", message: "Too many requests.",
		header: http.Header{
			"Retry-After":               {strconv.Itoa(int(max(wait, 1)))},
			"X-Ms-Throttle-Scope":       {fmt.Sprintf("Tenant_Application/ReadWrite/%s/%s", appID, t.tenant)},
			"X-Ms-Throttle-Information": {"ResourceUnitLimitExceeded"},
		},
	}
}
