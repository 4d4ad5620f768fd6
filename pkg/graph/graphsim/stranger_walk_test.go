package graphsim_test

import (
	"context"
	"encoding/json"
	"testing"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	msgraph "github.com/microsoftgraph/msgraph-sdk-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// walker reads a tenant through the SDK and compares with the census.
type walker struct {
	t      *testing.T
	ctx    context.Context
	client *msgraph.GraphServiceClient
	census *graphsim.Census
}

// listing is what the collection answers of the SDK have in common.
type listing[T any] interface {
	GetValue() []T
	GetOdataNextLink() *string
}

// collect reads the first page and then follows the links.
func collect[T any, L listing[T]](t *testing.T, first func() (L, error), next func(string) (L, error)) []T {
	t.Helper()
	var rows []T
	answer, err := first()
	for {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, answer.GetValue()...)
		link := answer.GetOdataNextLink()
		if link == nil {
			return rows
		}
		answer, err = next(*link)
	}
}

func ptr[T any](v T) *T { return &v }

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func advanced() *abstractions.RequestHeaders {
	h := abstractions.NewRequestHeaders()
	h.Add("ConsistencyLevel", "eventual")
	return h
}

func (w *walker) users(t *testing.T) {
	b := w.client.Users()
	config := &users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: &users.UsersRequestBuilderGetQueryParameters{
		Select: []string{"id", "displayName", "accountEnabled", "proxyAddresses", "createdDateTime", "userType", "mail", "onPremisesSyncEnabled"},
		Expand: []string{"manager($select=id,mail)"}, Top: ptr(int32(999))}}
	rows := collect(t, func() (models.UserCollectionResponseable, error) { return b.Get(w.ctx, config) },
		func(link string) (models.UserCollectionResponseable, error) { return b.WithUrl(link).Get(w.ctx, nil) })
	if len(rows) != len(w.census.Users) {
		t.Fatalf("%d users, want %d", len(rows), len(w.census.Users))
	}
	for i, want := range w.census.Users {
		got, manager := rows[i], ""
		if m := got.GetManager(); m != nil {
			manager = text(m.GetId())
		}
		if text(got.GetId()) != want.ID() || text(got.GetDisplayName()) != want.Text("displayName") || text(got.GetMail()) != want.Text("mail") ||
			*got.GetAccountEnabled() != want.Get("accountEnabled") || manager != want.Manager ||
			(got.GetCreatedDateTime() == nil) != (want.Get("createdDateTime") == nil) {
			t.Errorf("user %d: %q, manager %q; census %q, %q", i, text(got.GetDisplayName()), manager, want.Text("displayName"), want.Manager)
		}
	}
	count, err := b.Count().Get(w.ctx, &users.CountRequestBuilderGetRequestConfiguration{Headers: advanced()})
	if err != nil || int(*count) != len(rows) {
		t.Errorf("$count: %v %v", count, err)
	}
}

func (w *walker) groups(t *testing.T) {
	b := w.client.Groups()
	config := &groups.GroupsRequestBuilderGetRequestConfiguration{QueryParameters: &groups.GroupsRequestBuilderGetQueryParameters{
		Expand: []string{"owners($select=id)"}, Top: ptr(int32(999))}}
	rows := collect(t, func() (models.GroupCollectionResponseable, error) { return b.Get(w.ctx, config) },
		func(link string) (models.GroupCollectionResponseable, error) { return b.WithUrl(link).Get(w.ctx, nil) })
	if len(rows) != len(w.census.Groups) {
		t.Fatalf("%d groups, want %d", len(rows), len(w.census.Groups))
	}
	for i, want := range w.census.Groups {
		if got := rows[i]; text(got.GetId()) != want.ID() || text(got.GetDisplayName()) != want.Text("displayName") ||
			len(got.GetOwners()) != min(20, len(want.Owners)) || len(got.GetGroupTypes()) != len(want.Get("groupTypes").([]string)) {
			t.Errorf("group %d: %q with %d owners", i, text(got.GetDisplayName()), len(got.GetOwners()))
		}
		if members := w.members(t, want.ID()); len(members) != len(want.Members) {
			t.Errorf("group %s: %d members, want %d", want.ID(), len(members), len(want.Members))
		}
	}
}

func (w *walker) members(t *testing.T, group string) []models.DirectoryObjectable {
	b := w.client.Groups().ByGroupId(group).Members()
	config := &groups.ItemMembersRequestBuilderGetRequestConfiguration{Headers: advanced(),
		QueryParameters: &groups.ItemMembersRequestBuilderGetQueryParameters{Select: []string{"id"}, Count: ptr(true), Top: ptr(int32(999))}}
	return collect(t, func() (models.DirectoryObjectCollectionResponseable, error) { return b.Get(w.ctx, config) },
		func(link string) (models.DirectoryObjectCollectionResponseable, error) {
			return b.WithUrl(link).Get(w.ctx, &groups.ItemMembersRequestBuilderGetRequestConfiguration{Headers: advanced()})
		})
}

func (w *walker) servicePrincipals(t *testing.T) {
	b := w.client.ServicePrincipals()
	config := &serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{
		QueryParameters: &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{
			Expand: []string{"appRoleAssignedTo"}, Top: ptr(int32(999)),
			Filter: ptr("servicePrincipalType eq 'Application' or servicePrincipalType eq 'Legacy' or servicePrincipalType in ('ManagedIdentity','SocialIdp')")}}
	rows := collect(t, func() (models.ServicePrincipalCollectionResponseable, error) { return b.Get(w.ctx, config) },
		func(link string) (models.ServicePrincipalCollectionResponseable, error) {
			return b.WithUrl(link).Get(w.ctx, nil)
		})
	if len(rows) != len(w.census.ServicePrincipals) {
		t.Fatalf("%d service principals, want %d", len(rows), len(w.census.ServicePrincipals))
	}
	for i, want := range w.census.ServicePrincipals {
		got := rows[i]
		if text(got.GetId()) != want.ID() || text(got.GetAppId()) != want.Text("appId") || len(got.GetAppRoleAssignedTo()) != min(20, len(want.AppRoleAssignedTo)) {
			t.Errorf("service principal %d: %q", i, text(got.GetDisplayName()))
		}
		if n := len(w.assignments(t, want.ID())); n != len(want.AppRoleAssignedTo) {
			t.Errorf("service principal %s: %d assignments, want %d", want.ID(), n, len(want.AppRoleAssignedTo))
		}
	}
}

func (w *walker) assignments(t *testing.T, id string) []models.AppRoleAssignmentable {
	b := w.client.ServicePrincipals().ByServicePrincipalId(id).AppRoleAssignedTo()
	return collect(t, func() (models.AppRoleAssignmentCollectionResponseable, error) { return b.Get(w.ctx, nil) },
		func(link string) (models.AppRoleAssignmentCollectionResponseable, error) {
			return b.WithUrl(link).Get(w.ctx, nil)
		})
}

func (w *walker) applications(t *testing.T) {
	b := w.client.Applications()
	config := &applications.ApplicationsRequestBuilderGetRequestConfiguration{QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{
		Select: []string{"id", "appId", "displayName", "passwordCredentials"}, Expand: []string{"owners($select=id)"}}}
	rows := collect(t, func() (models.ApplicationCollectionResponseable, error) { return b.Get(w.ctx, config) },
		func(link string) (models.ApplicationCollectionResponseable, error) {
			return b.WithUrl(link).Get(w.ctx, nil)
		})
	if len(rows) != len(w.census.Applications) {
		t.Fatalf("%d applications, want %d", len(rows), len(w.census.Applications))
	}
	for i, want := range w.census.Applications {
		if got := rows[i]; text(got.GetAppId()) != want.Text("appId") || len(got.GetPasswordCredentials()) != length(t, want.Get("passwordCredentials")) {
			t.Errorf("application %d: %q", i, text(got.GetDisplayName()))
		}
	}
}

// length is the number of elements of a list of the census.
func length(t *testing.T, v any) int {
	t.Helper()
	raw, ok := v.(json.RawMessage)
	if !ok {
		return 0
	}
	var list []any
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	return len(list)
}
