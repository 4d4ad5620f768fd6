package entra

import (
	"sync/atomic"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// shortcuts remembers which of the quicker ways to read a tenant the tenant refuses, so that a sync does not try them
// again and again. Its zero value knows of none.
type shortcuts struct {
	delta             closed // the delta of groups
	servicePrincipals closed // what service principals are in, with their list
	userParts         closed // the list of users in parts
}

// closedFor is how long a way that was refused is not tried: services learn, and a refusal may be a mistake.
const closedFor = 24 * time.Hour

// closed says until when a way is not to be tried, in nanoseconds of the epoch.
type closed struct{ until atomic.Int64 }

// close notes a refusal. It says whether it is news.
func (c *closed) close(clock transport.Clock) bool {
	now := clock.Now()
	return c.until.Swap(now.Add(closedFor).UnixNano()) <= now.UnixNano()
}

func (c *closed) is(clock transport.Clock) bool { return c.until.Load() > clock.Now().UnixNano() }
