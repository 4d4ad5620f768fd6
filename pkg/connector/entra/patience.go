package entra

import (
	"context"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// patience is how long a write is tried again that was surely refused, for a reason that passes: a replica
// that does not know an object yet, or another write to the same object. The waits double from a second on,
// and come to half a minute: how long replication takes is not documented.
const patience = 5

// patient is a write that is tried again for as long as passes says so of what it met.
func (c *Connector) patient(write func(context.Context) (graph.Receipt, error), passes func(context.Context, error) bool) func(context.Context) (graph.Receipt, error) {
	return func(ctx context.Context) (graph.Receipt, error) {
		pause := time.Second
		for wait := 0; ; wait++ {
			receipt, err := write(ctx)
			if err == nil || wait == patience || !passes(ctx, err) {
				return receipt, err
			}
			if slept := c.clock.Sleep(ctx, pause); slept != nil {
				return receipt, err
			}
			pause *= 2
		}
	}
}
