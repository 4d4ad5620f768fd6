package entra

import (
	"context"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// managedIdentitySyncer lists the identities that Azure manages for its resources. They hold rights and
// give none.
type managedIdentitySyncer struct{ c *Connector }

// ResourceType describes managed identities.
func (s *managedIdentitySyncer) ResourceType(context.Context) *v2.ResourceType {
	return managedIdentityType()
}

// List returns a page of managed identities.
func (s *managedIdentitySyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	return list(ctx, s.c, o, collection[graph.ServicePrincipal]{
		resourceType: typeManagedIdentity, name: "managed identities", count: s.c.graph.CountManagedIdentities,
		read:     pages(s.c.graph.ListManagedIdentities),
		id:       func(p graph.ServicePrincipal) string { return p.ID },
		resource: func(p graph.ServicePrincipal) (*v2.Resource, error) { return managedIdentityResource(p, s.c.cloud) },
	})
}

// Entitlements is never called: the resource type says so.
func (s *managedIdentitySyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: the resource type says so.
func (s *managedIdentitySyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// managedIdentityResource maps a managed identity to a service account.
func managedIdentityResource(p graph.ServicePrincipal, cloud graph.Cloud) (*v2.Resource, error) {
	status, details := servicePrincipalStatus(p)
	values := connector.Profile{}
	values.Text("appId", p.AppID)
	values.List("alternativeNames", p.AlternativeNames)
	return rs.NewUserResource(connector.NameOr(p.DisplayName, p.AppID, p.ID), managedIdentityType(), p.ID,
		[]rs.UserTraitOption{rs.WithAccountType(v2.UserTrait_ACCOUNT_TYPE_SERVICE), connector.TraitStatus(status, details)},
		rs.WithResourceProfile(values),
		rs.WithResourceStatus(status, details),
		rs.WithNHIType(v2.NonHumanIdentityTrait_NHI_TYPE_MANAGED_IDENTITY, managedIdentityKind(p)),
		rs.WithAnnotation(servicePrincipalLink(cloud, p.ID, p.AppID)))
}

// managedIdentityKind reads from the alternative names whether the identity is a resource of its own or
// part of one. Microsoft does not document the name, so where it is missing nothing is said.
func managedIdentityKind(p graph.ServicePrincipal) string {
	is := func(name string) bool {
		return slices.ContainsFunc(p.AlternativeNames, func(n string) bool { return strings.EqualFold(n, name) })
	}
	switch {
	case is("isExplicit=True"):
		return "user-assigned"
	case is("isExplicit=False"):
		return "system-assigned"
	}
	return ""
}

func servicePrincipalStatus(p graph.ServicePrincipal) (v2.Status_ResourceStatus, string) {
	switch {
	case p.AccountEnabled == nil:
		return v2.Status_RESOURCE_STATUS_UNSPECIFIED, "accountEnabled is not known"
	case !*p.AccountEnabled:
		return v2.Status_RESOURCE_STATUS_DISABLED, "sign-in is blocked"
	}
	return v2.Status_RESOURCE_STATUS_ENABLED, ""
}
