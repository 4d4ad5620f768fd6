package entra

import (
	"context"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// change is one write to the directory: a connector.Change whose write has Graph's receipt.
type change struct {
	action  string
	targets map[string]string
	write   func(context.Context) (graph.Receipt, error)
	already func(error) bool
	holds   func(context.Context) (bool, error)
}

// apply makes a change and writes the audit line.
func (c *Connector) apply(ctx context.Context, ch change) (connector.Outcome, error) {
	writer := connector.Writer{Unclear: graph.Unclear, Clock: c.clock}
	return writer.Apply(ctx, connector.Change{
		Action: ch.action, Targets: ch.targets, Already: ch.already, Holds: ch.holds,
		Write: func(ctx context.Context) (string, error) {
			receipt, err := ch.write(ctx)
			return receipt.RequestID, err
		},
	})
}
