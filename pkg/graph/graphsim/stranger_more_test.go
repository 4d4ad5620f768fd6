package graphsim_test

import (
	"testing"

	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/rolemanagement"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

func (w *walker) usersWith(t *testing.T, properties ...string) []models.Userable {
	b := w.client.Users()
	config := &users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: &users.UsersRequestBuilderGetQueryParameters{
		Select: properties, Top: ptr(int32(500))}}
	return collect(t, func() (models.UserCollectionResponseable, error) { return b.Get(w.ctx, config) },
		func(link string) (models.UserCollectionResponseable, error) { return b.WithUrl(link).Get(w.ctx, nil) })
}

func (w *walker) licences(t *testing.T) {
	skus, err := w.client.SubscribedSkus().Get(w.ctx, nil)
	if err != nil || len(skus.GetValue()) != len(w.census.SubscribedSkus) {
		t.Fatalf("products: %v", err)
	}
	used := map[string]int{}
	for i, u := range w.usersWith(t, "id", "assignedLicenses", "licenseAssignmentStates") {
		if len(u.GetAssignedLicenses()) != length(t, w.census.Users[i].Get("assignedLicenses")) ||
			len(u.GetLicenseAssignmentStates()) != length(t, w.census.Users[i].Get("licenseAssignmentStates")) {
			t.Errorf("user %d: %d products", i, len(u.GetAssignedLicenses()))
		}
		for _, l := range u.GetAssignedLicenses() {
			used[l.GetSkuId().String()]++
		}
	}
	for _, sku := range skus.GetValue() {
		if int(*sku.GetConsumedUnits()) != used[sku.GetSkuId().String()] || sku.GetPrepaidUnits() == nil {
			t.Errorf("%s: %d seats taken, %d holders", *sku.GetSkuPartNumber(), *sku.GetConsumedUnits(), used[sku.GetSkuId().String()])
		}
	}
	config := &groups.GroupsRequestBuilderGetRequestConfiguration{QueryParameters: &groups.GroupsRequestBuilderGetQueryParameters{
		Select: []string{"id", "assignedLicenses"}, Top: ptr(int32(999))}}
	list, err := w.client.Groups().Get(w.ctx, config)
	if err != nil || len(list.GetValue()[0].GetAssignedLicenses()) != 1 {
		t.Errorf("group licences: %v", err)
	}
}

func (w *walker) activity(t *testing.T) {
	never := 0
	for i, u := range w.usersWith(t, "id", "signInActivity", "onPremisesExtensionAttributes") {
		if u.GetSignInActivity() == nil {
			never++
		}
		synced := w.census.Users[i].Get("onPremisesSyncEnabled") == true
		if a := u.GetOnPremisesExtensionAttributes(); a == nil || (a.GetExtensionAttribute1() != nil) != synced {
			t.Errorf("user %d: extension attributes", i)
		}
	}
	if never != len(w.census.Users)/5 {
		t.Errorf("%d users never signed in, want %d", never, len(w.census.Users)/5)
	}
}

func (w *walker) credentials(t *testing.T) {
	apps, err := w.client.Applications().Get(w.ctx, &applications.ApplicationsRequestBuilderGetRequestConfiguration{
		QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{
			Select: []string{"id", "appId", "passwordCredentials", "keyCredentials"}, Top: ptr(int32(999))}})
	if err != nil {
		t.Fatal(err)
	}
	owner := map[string][]string{}
	for _, a := range apps.GetValue() {
		for _, p := range a.GetPasswordCredentials() {
			owner[p.GetKeyId().String()] = append(owner[p.GetKeyId().String()], *a.GetId())
			if p.GetSecretText() != nil || p.GetEndDateTime() == nil {
				t.Errorf("secret of %s", *a.GetId())
			}
		}
	}
	conflicts := 0
	for _, holders := range owner {
		if len(holders) > 1 {
			conflicts++
		}
	}
	if conflicts != 1 {
		t.Errorf("%d key ids on two objects, want 1", conflicts)
	}
	w.signing(t)
}

// signing looks for the certificate of the SAML application: one id, twice a key and once a password.
func (w *walker) signing(t *testing.T) {
	sps, err := w.client.ServicePrincipals().Get(w.ctx, &serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{
		QueryParameters: &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{
			Select: []string{"id", "passwordCredentials", "keyCredentials"}, Top: ptr(int32(999))}})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, sp := range sps.GetValue() {
		keys, passwords := sp.GetKeyCredentials(), sp.GetPasswordCredentials()
		if len(keys) == 2 && len(passwords) == 1 && *keys[0].GetKeyId() == *keys[1].GetKeyId() && *keys[0].GetKeyId() == *passwords[0].GetKeyId() {
			found++
			if keys[0].GetKey() != nil || keys[1].GetKey() != nil || keys[0].GetCustomKeyIdentifier() == nil {
				t.Error("a list shows a key, or no thumbprint")
			}
		}
	}
	if found != 1 {
		t.Errorf("%d signing certificates, want 1", found)
	}
}

func (w *walker) mailboxes(t *testing.T) {
	for _, u := range w.census.Users[:35] {
		settings, err := w.client.Users().ByUserId(u.ID()).MailboxSettings().Get(w.ctx, nil)
		switch {
		case u.MailboxPurpose == "" && err == nil:
			t.Errorf("user %s has a mailbox", u.ID())
		case u.MailboxPurpose != "" && (err != nil || settings.GetUserPurpose().String() != u.MailboxPurpose):
			t.Errorf("user %s: %v", u.ID(), err)
		}
	}
}

func (w *walker) counts(t *testing.T) {
	sps, err := w.client.ServicePrincipals().Count().Get(w.ctx, &serviceprincipals.CountRequestBuilderGetRequestConfiguration{Headers: advanced(),
		QueryParameters: &serviceprincipals.CountRequestBuilderGetQueryParameters{Filter: ptr("servicePrincipalType eq 'ManagedIdentity'")}})
	if err != nil || *sps != 3 {
		t.Errorf("managed identities: %v", err)
	}
	apps, err := w.client.Applications().Count().Get(w.ctx, &applications.CountRequestBuilderGetRequestConfiguration{Headers: advanced()})
	if err != nil || int(*apps) != len(w.census.Applications) {
		t.Errorf("applications: %v", err)
	}
	list, err := w.client.Groups().Count().Get(w.ctx, &groups.CountRequestBuilderGetRequestConfiguration{Headers: advanced()})
	if err != nil || int(*list) != len(w.census.Groups) {
		t.Errorf("groups: %v", err)
	}
}

func (w *walker) roles(t *testing.T) {
	directory := w.client.RoleManagement().Directory()
	definitions, err := directory.RoleDefinitions().Get(w.ctx, nil)
	if err != nil || len(definitions.GetValue()) != len(w.census.RoleDefinitions) {
		t.Fatalf("role definitions: %v", err)
	}
	b := directory.RoleAssignments()
	config := &rolemanagement.DirectoryRoleAssignmentsRequestBuilderGetRequestConfiguration{
		QueryParameters: &rolemanagement.DirectoryRoleAssignmentsRequestBuilderGetQueryParameters{Expand: []string{"principal"}, Top: ptr(int32(10))}}
	rows := collect(t, func() (models.UnifiedRoleAssignmentCollectionResponseable, error) { return b.Get(w.ctx, config) },
		func(link string) (models.UnifiedRoleAssignmentCollectionResponseable, error) {
			return b.WithUrl(link).Get(w.ctx, nil)
		})
	if len(rows) != len(w.census.RoleAssignments) {
		t.Fatalf("%d role assignments, want %d", len(rows), len(w.census.RoleAssignments))
	}
	for i, want := range w.census.RoleAssignments {
		if got := rows[i]; text(got.GetPrincipalId()) != want.Text("principalId") || text(got.GetDirectoryScopeId()) != want.Text("directoryScopeId") {
			t.Errorf("role assignment %d: %v", i, got)
		}
	}
}

func (w *walker) single(t *testing.T) {
	user, err := w.client.Users().ByUserId(w.census.Users[3].ID()).Get(w.ctx, nil)
	if err != nil || text(user.GetDisplayName()) != w.census.Users[3].Text("displayName") {
		t.Errorf("user: %v", err)
	}
	group := w.client.Groups().ByGroupId(mixed20(t, w.census).ID())
	cast, err := group.Members().GraphServicePrincipal().Get(w.ctx, &groups.ItemMembersGraphServicePrincipalRequestBuilderGetRequestConfiguration{
		Headers: advanced(), QueryParameters: &groups.ItemMembersGraphServicePrincipalRequestBuilderGetQueryParameters{Count: ptr(true)}})
	if err != nil || len(cast.GetValue()) != 3 || *cast.GetOdataCount() != 3 {
		t.Errorf("cast: %v", err)
	}
	if owners, err := group.Owners().GraphUser().Get(w.ctx, nil); err != nil || len(owners.GetValue()) > 3 {
		t.Errorf("owners: %v", err)
	}
	sp, err := w.client.ServicePrincipalsWithAppId(ptr("00000003-0000-0000-c000-000000000000")).Get(w.ctx, nil)
	if err != nil || text(sp.GetDisplayName()) != "Microsoft Graph" || len(sp.GetAppRoles()) == 0 {
		t.Errorf("alternate key: %v", err)
	}
	if org, err := w.client.Organization().Get(w.ctx, nil); err != nil || len(org.GetValue()) != 1 {
		t.Errorf("organization: %v", err)
	}
}
