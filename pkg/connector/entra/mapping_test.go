package entra

import (
	"slices"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

func on() *bool  { return boolOf(true) }
func off() *bool { return boolOf(false) }

func boolOf(b bool) *bool { return &b }

func globalCloud() graph.Cloud { return graph.CloudOf("graph.microsoft.com") }

func TestUserResource_StatusOnTraitAndResourceAlike(t *testing.T) {
	for name, test := range map[string]struct {
		user graph.User
		want v2.Status_ResourceStatus
	}{
		"member":                      {graph.User{AccountEnabled: on()}, v2.Status_RESOURCE_STATUS_ENABLED},
		"blocked":                     {graph.User{AccountEnabled: off()}, v2.Status_RESOURCE_STATUS_DISABLED},
		"guest, invited":              {graph.User{AccountEnabled: on(), UserType: "Guest", ExternalUserState: "PendingAcceptance"}, v2.Status_RESOURCE_STATUS_PENDING},
		"guest, accepted":             {graph.User{AccountEnabled: on(), UserType: "Guest", ExternalUserState: "Accepted"}, v2.Status_RESOURCE_STATUS_ENABLED},
		"guest, invited, but blocked": {graph.User{AccountEnabled: off(), ExternalUserState: "PendingAcceptance"}, v2.Status_RESOURCE_STATUS_DISABLED},
		"Graph does not say":          {graph.User{}, v2.Status_RESOURCE_STATUS_UNSPECIFIED},
	} {
		t.Run(name, func(t *testing.T) {
			test.user.ID, test.user.DisplayName = "id", "name"
			r, err := userResource(test.user, "", globalCloud())
			if err != nil {
				t.Fatal(err)
			}
			trait, err := rs.GetUserTrait(r)
			if err != nil {
				t.Fatal(err)
			}
			//nolint:staticcheck // the trait's status is deprecated, but it is still read
			if got := v2.Status_ResourceStatus(trait.GetStatus().GetStatus()); got != test.want {
				t.Errorf("the trait says %s, want %s", got, test.want)
			}
			if got := r.GetStatus().GetStatus(); got != test.want {
				t.Errorf("the resource says %s, want %s", got, test.want)
			}
		})
	}
}

func TestMailAddresses_PrimaryFirstAndEachOnce(t *testing.T) {
	for name, test := range map[string]struct {
		user graph.User
		want []string
	}{
		"mail and aliases": {graph.User{Mail: "ann@contoso.com", UserPrincipalName: "ann@contoso.onmicrosoft.com",
			ProxyAddresses: []string{"smtp:a.lee@contoso.com", "SMTP:Ann@contoso.com", "SIP:ann@contoso.com", "x500:/o=x"}, OtherMails: []string{"ann@example.net", "A.Lee@contoso.com"}},
			[]string{"ann@contoso.com", "a.lee@contoso.com", "ann@example.net"}},
		"no mail, a primary proxy address": {graph.User{ProxyAddresses: []string{"smtp:b@contoso.com", "SMTP:a@contoso.com"}, UserPrincipalName: "u@contoso.com"},
			[]string{"a@contoso.com", "b@contoso.com"}},
		"no mailbox":                       {graph.User{UserPrincipalName: "o'brien@contoso.com"}, []string{"o'brien@contoso.com"}},
		"no mailbox, another mail":         {graph.User{UserPrincipalName: "ann@contoso.com", OtherMails: []string{"ann@example.net"}}, []string{"ann@contoso.com", "ann@example.net"}},
		"guest without mail":               {graph.User{UserPrincipalName: "ann_example.net#EXT#@contoso.onmicrosoft.com", OtherMails: []string{"ann@example.net"}}, []string{"ann@example.net"}},
		"nothing at all":                   {graph.User{UserPrincipalName: "not an address"}, nil},
		"guest, lower-case ext in the UPN": {graph.User{UserPrincipalName: "ann_example.net#ext#@contoso.com"}, nil},
	} {
		if got := mailAddresses(test.user); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestUserResource_KeepsEveryProperty(t *testing.T) {
	created := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	r, err := userResource(graph.User{
		ID: "u1", DisplayName: "Zoë \"Z\" O'Neil 🚀 \u200fשלום", GivenName: "Zoë", Surname: "O'Neil", UserPrincipalName: "zoe@contoso.com", Mail: "zoe@contoso.com",
		AccountEnabled: on(), UserType: "Member", CreatedDateTime: &created, JobTitle: "Engineer", Department: "R&D", CompanyName: "Contoso",
		EmployeeID: "0042", EmployeeType: "Contractor", MobilePhone: "+1 425 555 0100", OfficeLocation: "18/2111", City: "Redmond", Country: "United States",
		UsageLocation: "US", PreferredLanguage: "en-US", OnPremisesSyncEnabled: on(), OnPremisesSamAccountName: "zoneil",
		OnPremisesDistinguishedName: "CN=Zoe,DC=contoso,DC=com", OnPremisesImmutableID: "AAAA==", Manager: &graph.Manager{ID: "m1", Mail: "boss@contoso.com"},
	}, "", globalCloud())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"givenName": "Zoë", "surname": "O'Neil", "jobTitle": "Engineer", "department": "R&D", "companyName": "Contoso", "employeeId": "0042",
		"employeeType": "Contractor", "mobilePhone": "+1 425 555 0100", "officeLocation": "18/2111", "city": "Redmond", "country": "United States",
		"usageLocation": "US", "preferredLanguage": "en-US", "userType": "Member", "onPremisesSyncEnabled": true, "onPremisesSamAccountName": "zoneil",
		"onPremisesDistinguishedName": "CN=Zoe,DC=contoso,DC=com", "onPremisesImmutableId": "AAAA==", "managerId": "m1", "managerEmail": "boss@contoso.com",
	}
	got := r.GetProfile().AsMap()
	for key, value := range want {
		if got[key] != value {
			t.Errorf("profile %s is %v, want %v", key, got[key], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the profile has %d keys, want %d: %v", len(got), len(want), got)
	}
	trait, err := rs.GetUserTrait(r)
	if err != nil {
		t.Fatal(err)
	}
	if trait.GetLogin() != "zoe@contoso.com" || !slices.Equal(trait.GetEmployeeIds(), []string{"0042"}) || trait.GetAccountType() != v2.UserTrait_ACCOUNT_TYPE_HUMAN {
		t.Errorf("the trait is %v", trait)
	}
	if !r.GetCreatedAt().AsTime().Equal(created) || r.GetDisplayName() != "Zoë \"Z\" O'Neil 🚀 \u200fשלום" {
		t.Errorf("the resource is %v", r)
	}
	if link := linkOf(t, r); link != "https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/u1" {
		t.Errorf("the link is %s", link)
	}
}

func linkOf(t *testing.T, r *v2.Resource) string {
	t.Helper()
	var link v2.ExternalLink
	annos := annotations.Annotations(r.GetAnnotations())
	if ok, err := annos.Pick(&link); err != nil || !ok {
		t.Fatalf("no external link: %v", err)
	}
	return link.GetUrl()
}

func TestUserResource_WithoutADisplayNameHasAName(t *testing.T) {
	r, err := userResource(graph.User{ID: "u1", UserPrincipalName: "a@contoso.com"}, "", graph.CloudOf("graph.microsoft.us"))
	if err != nil {
		t.Fatal(err)
	}
	if r.GetDisplayName() != "a@contoso.com" || !strings.HasPrefix(linkOf(t, r), "https://entra.microsoft.us/") {
		t.Errorf("%s, %s", r.GetDisplayName(), linkOf(t, r))
	}
}

func TestGroupSource_ByKind(t *testing.T) {
	unified, dynamic := []string{"Unified"}, []string{"DynamicMembership"}
	for name, test := range map[string]struct {
		group  graph.GroupKind
		source rs.GroupSourceType
		raw    string
	}{
		"security":               {graph.GroupKind{SecurityEnabled: true}, rs.GroupSourceTypeNative, "Security"},
		"Microsoft 365":          {graph.GroupKind{MailEnabled: true, GroupTypes: unified}, rs.GroupSourceTypeNative, "Microsoft 365"},
		"Microsoft 365, secured": {graph.GroupKind{MailEnabled: true, SecurityEnabled: true, GroupTypes: unified}, rs.GroupSourceTypeNative, "Microsoft 365"},
		"mail-enabled security":  {graph.GroupKind{MailEnabled: true, SecurityEnabled: true}, rs.GroupSourceTypeNative, "Mail-enabled security"},
		"distribution":           {graph.GroupKind{MailEnabled: true}, rs.GroupSourceTypeDistribution, "Distribution"},
		"dynamic":                {graph.GroupKind{SecurityEnabled: true, GroupTypes: dynamic}, rs.GroupSourceTypeDynamic, "Security"},
		"dynamic Microsoft 365":  {graph.GroupKind{MailEnabled: true, GroupTypes: append(unified, dynamic...)}, rs.GroupSourceTypeDynamic, "Microsoft 365"},
		"on-premises":            {graph.GroupKind{SecurityEnabled: true, OnPremisesSyncEnabled: true}, rs.GroupSourceTypeDirectorySynced, "Security"},
		"on-premises, for mail":  {graph.GroupKind{MailEnabled: true, OnPremisesSyncEnabled: true}, rs.GroupSourceTypeDirectorySynced, "Distribution"},
	} {
		if source, raw := groupSource(test.group); source != test.source || raw != test.raw {
			t.Errorf("%s: %s, %s", name, source, raw)
		}
	}
}

func TestApplicationResource_FlagsHelpAndStatus(t *testing.T) {
	app := graph.ServicePrincipal{ID: "a1", AppID: "app1", DisplayName: "Fabrikam", AccountEnabled: off(), Tags: []string{"HideApp", "WindowsAzureActiveDirectoryIntegratedApp"},
		PreferredSingleSignOnMode: "saml", AppRoleAssignmentRequired: true}
	app.Info.SupportURL = "https://fabrikam.com/help"
	app.VerifiedPublisher.DisplayName = "Fabrikam, Inc."
	r, err := applicationResource(app, globalCloud())
	if err != nil {
		t.Fatal(err)
	}
	trait, err := rs.GetAppTrait(r)
	if err != nil {
		t.Fatal(err)
	}
	want := []v2.AppTrait_AppFlag{v2.AppTrait_APP_FLAG_HIDDEN, v2.AppTrait_APP_FLAG_INACTIVE, v2.AppTrait_APP_FLAG_SAML}
	if !slices.Equal(trait.GetFlags(), want) || trait.GetHelpUrl() != "https://fabrikam.com/help" {
		t.Errorf("the trait is %v", trait)
	}
	profile := r.GetProfile().AsMap()
	if profile["appId"] != "app1" || profile["appRoleAssignmentRequired"] != true || profile["verifiedPublisher"] != "Fabrikam, Inc." || profile["preferredSingleSignOnMode"] != "saml" {
		t.Errorf("the profile is %v", profile)
	}
	if r.GetStatus().GetStatus() != v2.Status_RESOURCE_STATUS_DISABLED {
		t.Errorf("the status is %v", r.GetStatus())
	}
	app.PreferredSingleSignOnMode, app.AccountEnabled, app.Tags = "oidc", on(), nil
	if flags := appFlags(app); !slices.Equal(flags, []v2.AppTrait_AppFlag{v2.AppTrait_APP_FLAG_OIDC}) {
		t.Errorf("the flags are %v", flags)
	}
}

func TestManagedIdentityResource_IsAServiceAccount(t *testing.T) {
	for names, want := range map[string]string{"isExplicit=True": "user-assigned", "isExplicit=False": "system-assigned", "": ""} {
		r, err := managedIdentityResource(graph.ServicePrincipal{ID: "m1", AppID: "app1", DisplayName: "vm", AccountEnabled: on(), AlternativeNames: []string{names, "/subscriptions/1/vm"}}, globalCloud())
		if err != nil {
			t.Fatal(err)
		}
		trait, err := rs.GetUserTrait(r)
		if err != nil || trait.GetAccountType() != v2.UserTrait_ACCOUNT_TYPE_SERVICE {
			t.Errorf("%q: %v, %v", names, trait, err)
		}
		nhi, err := rs.GetNonHumanIdentityTrait(r)
		if err != nil || nhi.GetNhiType() != v2.NonHumanIdentityTrait_NHI_TYPE_MANAGED_IDENTITY || nhi.GetNhiDetail() != want {
			t.Errorf("%q: %v, %v", names, nhi, err)
		}
	}
}

func TestOfferedRoles(t *testing.T) {
	user := graph.AppRole{ID: "user", IsEnabled: true, AllowedMemberTypes: []string{"User"}}
	app := graph.AppRole{ID: "app", IsEnabled: true, AllowedMemberTypes: []string{"Application"}}
	disabled := graph.AppRole{ID: "disabled", AllowedMemberTypes: []string{"User"}}
	held := func(ids ...string) []graph.AppRoleAssignment {
		out := []graph.AppRoleAssignment{}
		for _, id := range ids {
			out = append(out, graph.AppRoleAssignment{AppRoleID: id})
		}
		return out
	}
	many := held(slices.Repeat([]string{"user"}, graph.ExpandLimit)...)
	for name, test := range map[string]struct {
		app  graph.AppLinks
		want []string
	}{
		"no roles":                             {graph.AppLinks{Assignments: held()}, []string{graph.DefaultAppRole}},
		"a role for users":                     {graph.AppLinks{AppRoles: []graph.AppRole{user}, Assignments: held()}, []string{"user"}},
		"only roles for applications":          {graph.AppLinks{AppRoles: []graph.AppRole{app}, Assignments: held()}, []string{"app", graph.DefaultAppRole}},
		"the default role held all the same":   {graph.AppLinks{AppRoles: []graph.AppRole{user}, Assignments: held(graph.DefaultAppRole)}, []string{"user", graph.DefaultAppRole}},
		"a disabled role":                      {graph.AppLinks{AppRoles: []graph.AppRole{user, disabled}, Assignments: held()}, []string{"user"}},
		"a disabled role that somebody holds":  {graph.AppLinks{AppRoles: []graph.AppRole{user, disabled}, Assignments: held("disabled")}, []string{"user", "disabled"}},
		"a role that is gone":                  {graph.AppLinks{AppRoles: []graph.AppRole{user}, Assignments: held("gone")}, []string{"user"}},
		"only a disabled role for users":       {graph.AppLinks{AppRoles: []graph.AppRole{disabled}, Assignments: held()}, []string{graph.DefaultAppRole}},
		"as many assignments as $expand gives": {graph.AppLinks{AppRoles: []graph.AppRole{user, disabled}, Assignments: many}, []string{"user", "disabled", graph.DefaultAppRole}},
		"assignments that did not come":        {graph.AppLinks{AppRoles: []graph.AppRole{disabled}}, []string{"disabled", graph.DefaultAppRole}},
		"a link to more assignments":           {graph.AppLinks{AppRoles: []graph.AppRole{disabled}, MoreAssignments: "https://…"}, []string{"disabled", graph.DefaultAppRole}},
	} {
		var got []string
		for _, r := range offeredRoles(test.app) {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestRoleEntitlement_GrantableToWhomTheRoleTakes(t *testing.T) {
	app := graph.AppLinks{ID: "a1", DisplayName: "Fabrikam"}
	for name, test := range map[string]struct {
		role      graph.AppRole
		grantable []string
		display   string
		fixed     bool
	}{
		"users":        {graph.AppRole{ID: "r1", DisplayName: "Reader", IsEnabled: true, AllowedMemberTypes: []string{"User"}}, []string{typeUser, typeGroup}, "Reader", false},
		"applications": {graph.AppRole{ID: "r1", Value: "Read.All", IsEnabled: true, AllowedMemberTypes: []string{"Application"}}, []string{typeApplication, typeManagedIdentity}, "Read.All", false},
		"disabled":     {graph.AppRole{ID: "r1", AllowedMemberTypes: []string{"User", "Application"}}, []string{typeUser, typeGroup, typeApplication, typeManagedIdentity}, "r1", true},
	} {
		e := roleEntitlement(app, test.role)
		var types []string
		for _, rt := range e.GetGrantableTo() {
			types = append(types, rt.GetId())
		}
		annos := annotations.Annotations(e.GetAnnotations())
		if e.GetId() != "enterprise_application:a1:assignment:r1" || e.GetDisplayName() != test.display || !slices.Equal(types, test.grantable) || annos.Contains(&v2.EntitlementImmutable{}) != test.fixed {
			t.Errorf("%s: %v", name, e)
		}
	}
}

func TestRoleResource_DisabledIsToldApart(t *testing.T) {
	for _, test := range []struct {
		enabled *bool
		want    v2.Status_ResourceStatus
	}{{on(), v2.Status_RESOURCE_STATUS_ENABLED}, {nil, v2.Status_RESOURCE_STATUS_ENABLED}, {off(), v2.Status_RESOURCE_STATUS_DISABLED}} {
		r, err := roleResource(graph.RoleDefinition{ID: "r1", DisplayName: "Reader", IsBuiltIn: true, IsEnabled: test.enabled}, globalCloud())
		if err != nil || r.GetStatus().GetStatus() != test.want || r.GetProfile().AsMap()["isBuiltIn"] != true {
			t.Errorf("%v, %v", r, err)
		}
	}
}

func TestUnion_IsTheSameInAnyOrder(t *testing.T) {
	a, b := []scoped{{ID: "2", Scope: "/"}, {ID: "1", Scope: "/administrativeUnits/x"}}, []scoped{{ID: "3", Scope: "/"}, {ID: "1", Scope: "/administrativeUnits/x"}}
	want := []scoped{{ID: "1", Scope: "/administrativeUnits/x"}, {ID: "2", Scope: "/"}, {ID: "3", Scope: "/"}}
	if got := union(a, b); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := union(b, a); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
