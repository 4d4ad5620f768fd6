package entra

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// notices are what the log is told at a validation: settings without effect once, and a credential that
// ends soon once a day. New runs in two processes of a sync, a validation in one.
type notices struct {
	clock    transport.Clock
	warnings []string
	ending   func(context.Context) (ending, bool)
	asks     bool // whether ending asks the tenant

	mu    sync.Mutex
	until time.Time // a day after the last look at the credential
}

// ending is the end of a credential.
type ending struct {
	credential string
	keyID      string // of a client secret
	at         time.Time
}

// tell writes what is due and known without the tenant.
func (n *notices) tell(ctx context.Context) {
	n.mu.Lock()
	warnings := n.warnings
	n.warnings = nil
	n.mu.Unlock()
	for _, warning := range warnings {
		ctxzap.Extract(ctx).Warn(warning)
	}
	if !n.asks {
		n.tellEnding(ctx)
	}
}

// tellEnding writes that the credential ends soon, where that is due.
func (n *notices) tellEnding(ctx context.Context) {
	now := n.clock.Now()
	if n.ending == nil || !n.due(now) {
		return
	}
	e, known := n.ending(ctx)
	switch {
	case known:
		e.tell(ctx, now)
	case ctx.Err() != nil: // nobody has looked: that is left to the next validation
		n.lookAgain()
	}
}

// due says whether the credential is to be looked at, of those who come at once to one alone.
func (n *notices) due(now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if now.Before(n.until) {
		return false
	}
	n.until = now.AddDate(0, 0, 1)
	return true
}

func (n *notices) lookAgain() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.until = time.Time{}
}

// tell warns of an end that is at most 60 days away.
func (e ending) tell(ctx context.Context, now time.Time) {
	left := e.at.Sub(now)
	days := int(left.Hours() / 24)
	fields := []zap.Field{zap.Int("days_left", days), zap.String("ends", e.at.UTC().Format(time.DateOnly))}
	if e.keyID != "" {
		fields = append(fields, zap.String("key_id", e.keyID))
	}
	log := ctxzap.Extract(ctx)
	if left <= 0 {
		log.Warn("the "+e.credential+" that the connector started with has expired: if it has been replaced, start the connector again", fields...)
		return
	}
	for _, limit := range []int{7, 30, 60} {
		if left <= time.Duration(limit)*24*time.Hour {
			log.Warn("the "+e.credential+" ends soon: make a new one in the app registration's Certificates & secrets, and give it to the connector",
				append(fields, zap.Int("within_days", limit))...)
			return
		}
	}
}

func noticesOf(warnings []string, to config.Connection, client *graph.Client, clock transport.Clock) *notices {
	n := &notices{clock: clock, warnings: warnings}
	switch to.Method {
	case config.Certificate:
		n.ending = func(context.Context) (ending, bool) {
			return ending{credential: "client certificate", at: to.Certificate.Ends()}, true
		}
	case config.ClientSecret:
		n.asks = true
		n.ending = func(ctx context.Context) (ending, bool) {
			// An application that may not read its registration, or has it in another tenant, goes without the warning.
			secrets, err := client.ListOwnSecrets(transport.SingleTry(ctx), to.ClientID)
			if err != nil {
				ctxzap.Extract(ctx).Debug("the end of the client secret is not known", zap.Error(err))
				return ending{}, false
			}
			return secretEnding(secrets, to.Secret)
		}
	case config.OAuth, config.ManagedIdentity, config.WorkloadIdentity, config.AzureCLI: // no end that is known here
	}
	return n
}

// hintLength is how much of a secret Graph shows.
const hintLength = 3

// secretEnding finds a secret by its hint. Where two secrets begin alike the one that ends first is meant:
// a warning too many is better than one too few.
func secretEnding(secrets []graph.OwnSecret, secret string) (found ending, known bool) {
	for _, s := range secrets {
		if len(s.Hint) != hintLength || !strings.HasPrefix(secret, s.Hint) || s.Ends == nil {
			continue
		}
		if !known || s.Ends.Before(found.at) {
			found, known = ending{credential: "client secret", keyID: s.KeyID, at: *s.Ends}, true
		}
	}
	return found, known
}
