// Package onelogin is the connector for OneLogin: what of an account becomes which resource, entitlement and grant. Each
// resource type has its file: reading a page first, the pure mapping after it.
package onelogin

import (
	"context"
	"net/http"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/cli"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// userAgent names the connector to OneLogin.
const userAgent = "baton-onelogin"

// concurrency is how many requests may be under way at once: OneLogin answers bursts with 502.
const concurrency = 6

// Connector reads one account. Its zero value tells what it can do, and can do nothing.
type Connector struct {
	api       *onelogin.Client
	clock     transport.Clock
	willSync  func(resourceTypeID string) bool
	switches  switches
	validity  connector.Validity
	turns     connector.Turns
	summaries connector.Summaries
	// eventTypes are the account's names of the types of its events.
	eventTypes eventTypes
}

// switches are the settings that change what is synced, or what follows a change. All are off by default.
type switches struct {
	// privileges syncs privileges of delegated administration.
	privileges bool
	// applyUserMappings lets OneLogin run its mappings after a role was granted or revoked.
	applyUserMappings bool
	// attributes are the short names of the custom attributes in profiles.
	attributes []string
	// withoutEventFeed leaves out the event feed.
	withoutEventFeed bool
}

// New makes the connector from its settings. It runs in both processes of a sync, so it sends nothing: the token is
// fetched with the first request.
func New(_ context.Context, cfg *config.Onelogin, opts *cli.ConnectorOpts) (connectorbuilder.ConnectorBuilderV2, []connectorbuilder.Opt, error) {
	c, err := newConnector(cfg, opts.WillSyncResourceType, transport.NewBase(), transport.SystemClock{})
	if err != nil {
		return nil, nil, err
	}
	return c, nil, nil
}

// newConnector makes the connector over a network and a time, which a test puts others in the place of.
func newConnector(cfg *config.Onelogin, willSync func(string) bool, network http.RoundTripper, clock transport.Clock) (*Connector, error) {
	to, err := cfg.Check()
	if err != nil {
		return nil, err
	}
	c := &Connector{clock: clock, willSync: willSync, validity: connector.Validity{Clock: clock}, switches: switches{
		privileges: cfg.PrivilegesEnabled, applyUserMappings: cfg.ApplyUserMappings, attributes: to.Attributes, withoutEventFeed: cfg.DisableEventFeed,
	}}
	c.api = onelogin.New(to.Host, transport.New(transport.Config{
		Base: onelogin.Quota{Next: network}, Host: to.Host.Host, Tokens: onelogin.NewTokenSource(to.Host, to.Credential, network, clock),
		UserAgent: userAgent, Clock: clock, Concurrency: concurrency, Trace: c.sent, Waited: c.summaries.Wait, Lanes: onelogin.Lanes(),
	}))
	return c, nil
}

// Metadata names the connector.
func (c *Connector) Metadata(context.Context) (*v2.ConnectorMetadata, error) {
	return v2.ConnectorMetadata_builder{
		DisplayName:           "OneLogin",
		Description:           "Users, roles, groups, apps and privileges of a OneLogin account",
		AccountCreationSchema: accountSchema(),
	}.Build(), nil
}

// Validate makes one cheap read for each family of objects that is going to be synced, once: the SDK repeats the whole
// where it may pass.
func (c *Connector) Validate(ctx context.Context) (annotations.Annotations, error) {
	ctx = transport.SingleTry(ctx)
	if err := c.validity.Check(ctx, c.probes(), explainProbe); err != nil {
		return nil, err
	}
	return nil, nil
}

// syncs says whether a resource type is synced: it was asked for, and is not one that is off.
func (c *Connector) syncs(resourceTypeID string) bool {
	return (resourceTypeID != typePrivilege || c.switches.privileges) && c.willSync(resourceTypeID)
}

// ResourceSyncers returns a syncer for each resource type. Privileges are among them where they are switched on, and in
// what the connector says that it can do.
func (c *Connector) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncerV2 {
	all := []connectorbuilder.ResourceSyncerV2{&userSyncer{c}, &roleSyncer{c}, &groupSyncer{c}, &appSyncer{c}}
	if c.switches.privileges || c.api == nil {
		all = append(all, &privilegeSyncer{c})
	}
	return all
}

// sent counts and logs a round trip.
func (c *Connector) sent(ctx context.Context, e transport.Exchange) {
	c.summaries.Sent(ctx, "onelogin request", e)
}

// Summaries is where the connector counts what it sends and leaves out.
func (c *Connector) Summaries() *connector.Summaries { return &c.summaries }

// SyncDone writes the summary of a sync that has finished.
func (c *Connector) SyncDone(ctx context.Context, summary connector.Summary) { summary.Log(ctx) }
