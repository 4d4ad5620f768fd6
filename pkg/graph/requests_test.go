package graph

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const (
	userProperties = "id,displayName,givenName,surname,userPrincipalName,mail,otherMails,proxyAddresses,accountEnabled,userType," +
		"externalUserState,createdDateTime,jobTitle,department,companyName,employeeId,employeeType,employeeHireDate,mailNickname," +
		"mobilePhone,businessPhones,officeLocation,streetAddress,postalCode,city,state,country,usageLocation,preferredLanguage," +
		"onPremisesSyncEnabled,onPremisesSamAccountName,onPremisesDistinguishedName,onPremisesImmutableId"
	groupProperties = "id,displayName,description,mail,mailNickname,mailEnabled,securityEnabled,groupTypes,membershipRule," +
		"onPremisesSyncEnabled,onPremisesSamAccountName,onPremisesDomainName,onPremisesSecurityIdentifier,isAssignableToRole,visibility,createdDateTime"
	kindProperties = "id,groupTypes,mailEnabled,securityEnabled,onPremisesSyncEnabled"
	appProperties  = "id,appId,displayName,description,servicePrincipalType,accountEnabled,appOwnerOrganizationId,appRoleAssignmentRequired," +
		"tags,preferredSingleSignOnMode,homepage,alternativeNames,verifiedPublisher,info"
	roleProperties = "id,displayName,description,isBuiltIn,isEnabled,templateId"
	skuProperties  = "id,skuId,skuPartNumber,appliesTo,capabilityStatus,consumedUnits,prepaidUnits,servicePlans"
	apps           = "servicePrincipalType eq 'Application' or servicePrincipalType eq 'Legacy'"
)

// firstRequests is the query of each reader's first request, as pairs of option and value.
var firstRequests = map[string][]string{
	"ListUsers":                       {"$select", userProperties, "$expand", "manager($select=id,mail)", "$top", "999"},
	"ListGroups":                      {"$select", groupProperties + ",assignedLicenses", "$expand", "memberOf($select=id)", "$top", "999"},
	"ListGroupsWithMembers":           {"$select", kindProperties, "$expand", "members($select=id)", "$top", "999"},
	"ListGroupsWithOwners":            {"$select", kindProperties, "$expand", "owners($select=id)", "$top", "999"},
	"ListGroupMembers":                {"$select", "id", "$count", "true", "$top", "999"},
	"ListGroupOwners":                 {"$select", "id", "$top", "999"},
	"ListGroupMemberOf":               {"$select", "id", "$top", "999"},
	"ListApplications":                {"$filter", apps, "$select", appProperties, "$expand", "appRoleAssignedTo", "$top", "999"},
	"ListManagedIdentities":           {"$filter", "servicePrincipalType eq 'ManagedIdentity'", "$select", appProperties, "$top", "999"},
	"ListApplicationsWithRoles":       {"$filter", apps, "$select", "id,displayName,appRoles", "$expand", "appRoleAssignedTo", "$top", "999"},
	"ListApplicationsWithAssignments": {"$filter", apps, "$select", "id", "$expand", "appRoleAssignedTo", "$top", "999"},
	"ListApplicationsWithOwners":      {"$filter", apps, "$select", "id", "$expand", "owners($select=id)", "$top", "999"},
	"ListServicePrincipalsWithGroups": {"$select", "id", "$expand", "memberOf($select=id)", "$top", "999"},
	"ListServicePrincipalMemberOf":    {"$select", "id", "$top", "999"},
	"ListAppRoleAssignments":          {"$top", "999"},
	"ListApplicationOwners":           {"$select", "id", "$top", "999"},
	"ListServicePrincipalCredentials": {"$select", "id,appId,displayName,servicePrincipalType,passwordCredentials,keyCredentials", "$expand", "appRoleAssignedTo", "$top", "999"},
	"ListAppRegistrationCredentials":  {"$select", "id,appId,displayName,passwordCredentials,keyCredentials", "$top", "999"},
	"ListRoleDefinitions":             {"$select", roleProperties},
	"ListRoleAssignments":             {"$expand", "principal", "$top", "999"},
	"ListSubscribedSkus":              {"$select", skuProperties},
	"ProbeUsers":                      {"$select", "id", "$top", "1"},
	"ProbeGroups":                     {"$select", "id", "$expand", "owners($select=id)", "$top", "1"},
	"ProbeServicePrincipals":          {"$select", "id", "$top", "1"},
	"ProbeRoles":                      {"$select", roleProperties},
	"ProbeSubscribedSkus":             {"$select", skuProperties},
}

func TestReaders_AskForWhatTheyNeedAndNoMore(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7, PageSize: 2})
	p := parentsIn(t, sim.Census())
	c := simClient(t, sim)
	for _, r := range readers(p) {
		t.Run(r.name, func(t *testing.T) {
			sim.ResetHistory()
			if _, _, err := r.walk(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			sent := graphRequests(sim)
			checkFirst(t, r, sent[0])
			for i, req := range sent {
				checkEvery(t, r, req)
				if wants := r.name == "ListGroupMembers"; (req.Header.Get("ConsistencyLevel") == "eventual") != wants {
					t.Errorf("request %d of %d: ConsistencyLevel %q", i+1, len(sent), req.Header.Get("ConsistencyLevel"))
				}
			}
			if r.probe && len(sent) != 1 {
				t.Errorf("a probe sent %d requests", len(sent))
			}
		})
	}
}

func checkFirst(t *testing.T, r reader, req graphsim.Request) {
	t.Helper()
	if req.Path != "/v1.0/"+r.path {
		t.Errorf("path %s, want %s", req.Path, r.path)
	}
	got, err := url.ParseQuery(req.Query)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{}
	for i := 0; i < len(firstRequests[r.name]); i += 2 {
		want.Set(firstRequests[r.name][i], firstRequests[r.name][i+1])
	}
	if got.Encode() != want.Encode() {
		t.Errorf("query\n%v, want\n%v", got, want)
	}
}

func checkEvery(t *testing.T, r reader, req graphsim.Request) {
	t.Helper()
	if req.Method != http.MethodGet || req.Status != http.StatusOK || req.Body != "" || req.Path != "/v1.0/"+r.path {
		t.Errorf("%s %s was answered %d", req.Method, req.Path, req.Status)
	}
	if req.Header.Get("User-Agent") != userAgent {
		t.Errorf("User-Agent %q", req.Header.Get("User-Agent"))
	}
	if req.Header.Get("Content-Encoding") != "" || !strings.HasPrefix(req.Header.Get("Accept"), "application/json") {
		t.Errorf("headers %v", req.Header)
	}
}

// TestReaders_AskOncePerPage holds the client to its promise: no request for a row, no page twice.
func TestReaders_AskOncePerPage(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7, PageSize: 10})
	p := parentsIn(t, sim.Census())
	c := simClient(t, sim)
	for _, r := range listers(p) {
		sim.ResetHistory()
		_, pages, err := r.walk(t.Context(), c)
		if sent := len(graphRequests(sim)); err != nil || sent != pages {
			t.Errorf("%s: %d requests for %d pages, %v", r.name, sent, pages, err)
		}
	}
}
