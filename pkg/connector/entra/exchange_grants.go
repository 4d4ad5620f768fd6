package entra

import (
	"context"
	"sync"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/exchange"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// exchangeConcurrency is how many requests to Exchange may be under way at once: what it bears is not published.
const exchangeConcurrency = 4

// newExchange makes the client of Exchange, which has tokens, a pace and pauses of its own: none where the
// tokens are handed in, for those are for Graph. It sends nothing.
func (c *Connector) newExchange(to config.Connection, around surroundings) *exchange.Client {
	if to.Method == config.OAuth {
		return nil
	}
	home := &home{graph: c.graph}
	return exchange.New(to.Exchange, transport.New(transport.Config{
		Base: exchange.Waits(around.base, around.clock.Now), Host: to.Exchange.Host, Tokens: tokensFor(to, around, to.Cloud.ExchangeScope()),
		UserAgent: userAgent, Clock: around.clock, Concurrency: exchangeConcurrency, Trace: c.sentToExchange, Waited: c.summaries.Wait,
	}), home.tenant)
}

// home remembers which tenant this is: requests to Exchange name it by its id, whatever the settings call it.
type home struct {
	graph *graph.Client

	mu   sync.Mutex
	read *exchange.Tenant
}

func (h *home) tenant(ctx context.Context) (exchange.Tenant, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.read == nil {
		t, err := h.graph.GetTenant(ctx)
		if err != nil {
			return exchange.Tenant{}, err
		}
		h.read = &exchange.Tenant{ID: t.ID, Domain: t.InitialDomain()}
	}
	return *h.read, nil
}

// changeInExchange makes or cuts a tie of a group that Exchange owns.
func (c *Connector) changeInExchange(ctx context.Context, t tie, add bool) (connector.Outcome, error) {
	if c.exchange == nil {
		return connector.Failed, connector.Precondition("the group %s is one of Exchange, whose %s cannot be changed with OAuth: connect with a client secret or a certificate", t.Resource, t.Slug)
	}
	if t.Slug == slugOwners {
		// Exchange does not say of an owner that it is one already, or none.
		has, known, err := c.exchange.HasGroupOwner(ctx, t.Resource, t.Holder.GetResource())
		if err != nil {
			return connector.Failed, connector.Status(t.explainExchange(err))
		}
		if known && has == add {
			return connector.Unchanged, nil
		}
	}
	return c.apply(ctx, c.inExchange(t, add))
}

func (c *Connector) inExchange(t tie, add bool) change {
	verb := "remove"
	if add {
		verb = "add"
	}
	absent := false // set where Exchange does not know what is to be removed
	write := c.inTurn(t.Resource, func(ctx context.Context) (graph.Receipt, error) {
		id, err := c.sendTie(ctx, t, add)
		if !add && exchange.IsUnknown(err) {
			has, readErr := c.tiedInExchange(ctx, t)
			absent = readErr == nil && !has
		}
		return graph.Receipt{RequestID: id}, err
	})
	return change{action: verb + " Exchange group " + t.singular(), targets: t.targets(), write: explaining(write, t.explainExchange),
		already: func(err error) bool {
			return add && exchange.IsMemberAlready(err) || !add && (exchange.IsNoMember(err) || absent)
		},
		// Graph shows a change minutes later, so Exchange is asked.
		holds: func(ctx context.Context) (bool, error) {
			has, err := c.tiedInExchange(ctx, t)
			return has == add, err
		},
	}
}

func (c *Connector) sendTie(ctx context.Context, t tie, add bool) (requestID string, err error) {
	send := c.exchange.RemoveGroupMember
	switch {
	case t.Slug == slugOwners && add:
		send = c.exchange.AddGroupOwner
	case t.Slug == slugOwners:
		send = c.exchange.RemoveGroupOwner
	case add:
		send = c.exchange.AddGroupMember
	}
	return send(ctx, t.Resource, t.Holder.GetResource())
}

// tiedInExchange reads whether the tie is there. Where owners cannot be told apart, that is an error which lets
// the SDK try again.
func (c *Connector) tiedInExchange(ctx context.Context, t tie) (bool, error) {
	if t.Slug == slugMembers {
		return c.exchange.HasGroupMember(ctx, t.Resource, t.Holder.GetResource())
	}
	has, known, err := c.exchange.HasGroupOwner(ctx, t.Resource, t.Holder.GetResource())
	if err == nil && !known {
		err = connector.Explain(codes.Unavailable, nil, "Exchange does not name the owners of the group %s by their ids: try again", t.Resource)
	}
	return has, err
}

// explainExchange puts sentences in the place of what Exchange answers.
func (t tie) explainExchange(err error) error {
	switch {
	case exchange.IsDenied(err):
		return connector.Explain(codes.PermissionDenied, err, "the group %s is one of Exchange, which lets the application not change its %s: it needs the application permission Exchange.ManageAsApp "+
			"of Office 365 Exchange Online, and the directory role Exchange Administrator", t.Resource, t.Slug)
	case exchange.IsUnknown(err):
		return connector.Explain(codes.FailedPrecondition, err, "Exchange does not know the group %s, or not the %s %s: one without a mailbox or mail address cannot be in it, and a new one appears there some minutes later",
			t.Resource, t.Holder.GetResourceType(), t.Holder.GetResource())
	}
	return err
}
