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
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// userAgent names the connector in the tenant's sign-in and Graph activity logs.
const userAgent = "baton-microsoft-entra"

// Connector reads one tenant. Its zero value tells what it can do, and can do nothing.
type Connector struct {
	graph     *graph.Client
	cloud     graph.Cloud
	willSync  func(resourceTypeID string) bool
	validity  validity
	summaries connector.Summaries
	traffic   traffic
}

// New makes the connector from its settings. It runs in both processes of a sync, so it sends nothing:
// the first token is fetched with the first request.
func New(_ context.Context, cfg *config.Entra, opts *cli.ConnectorOpts) (connectorbuilder.ConnectorBuilderV2, []connectorbuilder.Opt, error) {
	c, err := newConnector(cfg, opts.WillSyncResourceType, surroundings{base: transport.NewBase(), clock: transport.SystemClock{}})
	if err != nil {
		return nil, nil, err
	}
	return c, nil, nil
}

// surroundings are what a test puts in the place of the network and the time.
type surroundings struct {
	base  http.RoundTripper
	clock transport.Clock
}

func newConnector(cfg *config.Entra, willSync func(string) bool, around surroundings) (*Connector, error) {
	endpoints, err := cfg.Check()
	if err != nil {
		return nil, err
	}
	cloud := graph.CloudOf(cfg.GraphDomain)
	if endpoints.Authority != nil {
		cloud.Authority = endpoints.Authority.String()
	}
	tokens := graph.NewClientSecretTokens(graph.SignIn{Authority: cloud.Authority, Scope: cloud.Scope(),
		TenantID: cfg.EntraTenantId, ClientID: cfg.EntraClientId, HTTP: &http.Client{Transport: around.base}}, cfg.EntraClientSecret)
	c := &Connector{cloud: cloud, willSync: willSync, validity: validity{clock: around.clock}}
	c.graph, err = graph.New(endpoints.Graph, transport.New(transport.Config{
		Base: around.base, Host: endpoints.Graph.Host, Tokens: tokens, UserAgent: userAgent, Clock: around.clock, Trace: c.traffic.see,
	}))
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Metadata names the connector.
func (c *Connector) Metadata(context.Context) (*v2.ConnectorMetadata, error) {
	return v2.ConnectorMetadata_builder{
		DisplayName: "Microsoft Entra ID",
		Description: "Users, groups, enterprise applications, managed identities and directory roles of a Microsoft Entra ID tenant",
	}.Build(), nil
}

// Validate makes one cheap read for each family of objects that is going to be synced, once: the SDK
// repeats the whole where it may pass.
func (c *Connector) Validate(ctx context.Context) (annotations.Annotations, error) {
	return nil, c.validity.check(transport.SingleTry(ctx), c.probes())
}

// ResourceSyncers returns a syncer for each resource type.
func (c *Connector) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncerV2 {
	return []connectorbuilder.ResourceSyncerV2{
		&userSyncer{c}, &groupSyncer{c}, &applicationSyncer{c}, &managedIdentitySyncer{c}, &roleSyncer{c},
	}
}
