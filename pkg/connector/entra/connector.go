// Package entra is the connector for Microsoft Entra ID: what of a tenant becomes which resource,
// entitlement and grant. Each resource type has its file: reading a page first, the pure mapping after it.
package entra

import (
	"context"
	"net/http"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/cli"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/exchange"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// userAgent names the connector in the tenant's sign-in and Graph activity logs.
const userAgent = "baton-microsoft-entra"

// maxConcurrency is how many requests to Graph may be under way at once where it objects to none of them.
const maxConcurrency = 32

// Connector reads one tenant. Its zero value tells what it can do, and can do nothing.
type Connector struct {
	graph     *graph.Client
	exchange  *exchange.Client // nil where Exchange cannot be reached
	cloud     graph.Cloud
	clock     transport.Clock
	willSync  func(resourceTypeID string) bool
	switches  switches
	validity  connector.Validity
	notices   *notices
	turns     connector.Turns
	shortcuts shortcuts
	partsFrom int64 // how many users there are at least where they are listed in parts
	summaries connector.Summaries
}

// New makes the connector from its settings. It runs in both processes of a sync, so it sends nothing:
// the first token is fetched with the first request.
func New(_ context.Context, cfg *config.Entra, opts *cli.ConnectorOpts) (connectorbuilder.ConnectorBuilderV2, []connectorbuilder.Opt, error) {
	c, err := newConnector(cfg, opts.WillSyncResourceType, surroundingsOf(opts))
	if err != nil {
		return nil, nil, err
	}
	return c, nil, nil
}

// surroundings are the network, the time and what the SDK hands in: what a test puts others in the place of.
type surroundings struct {
	base   http.RoundTripper
	clock  transport.Clock
	handed handed
}

// surroundingsOf are those of a real run.
func surroundingsOf(opts *cli.ConnectorOpts) surroundings {
	return surroundings{base: transport.NewBase(), clock: transport.SystemClock{},
		handed: handed{authMethod: opts.SelectedAuthMethod, tokens: opts.TokenSource}}
}

func newConnector(cfg *config.Entra, willSync func(string) bool, around surroundings) (*Connector, error) {
	to, err := cfg.Check(config.Beside{AuthMethod: around.handed.authMethod, HandedIn: around.handed.tokens != nil, Now: around.clock.Now()})
	if err != nil {
		return nil, err
	}
	c := &Connector{cloud: to.Cloud, clock: around.clock, willSync: willSync, switches: switchesOf(cfg), validity: connector.Validity{Clock: around.clock},
		partsFrom: manyUsers}
	c.graph, err = graph.New(to.Graph, transport.New(transport.Config{
		Base: around.base, Host: to.Graph.Host, Tokens: tokensFor(to, around, to.Cloud.Scope()), UserAgent: userAgent, Clock: around.clock,
		Trace: c.sent, Waited: c.summaries.Wait, Metered: c.summaries.Units, Lanes: graph.Lanes(), MaxConcurrency: maxConcurrency,
	}))
	if err != nil {
		return nil, err
	}
	c.exchange = c.newExchange(to, around)
	c.notices = noticesOf(cfg.Warnings(), to, c.graph, around.clock)
	return c, nil
}

// Metadata names the connector.
func (c *Connector) Metadata(context.Context) (*v2.ConnectorMetadata, error) {
	return v2.ConnectorMetadata_builder{
		DisplayName:           "Microsoft Entra ID",
		Description:           "Users, groups, enterprise applications, managed identities, directory roles, licences and credentials of applications of a Microsoft Entra ID tenant",
		AccountCreationSchema: connector.AccountSchema(accountFields()),
	}.Build(), nil
}

// Validate makes one cheap read for each family of objects that is going to be synced, once: the SDK
// repeats the whole where it may pass.
func (c *Connector) Validate(ctx context.Context) (annotations.Annotations, error) {
	c.notices.tell(ctx)
	return nil, c.validity.Check(transport.SingleTry(ctx), c.probes(), explainProbe)
}

// ResourceSyncers returns a syncer for each resource type.
func (c *Connector) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncerV2 {
	return []connectorbuilder.ResourceSyncerV2{
		&userSyncer{c}, &groupSyncer{c}, &applicationSyncer{c}, &managedIdentitySyncer{c}, &roleSyncer{c}, &licenseSyncer{c},
		&credentialSyncer{c},
	}
}
