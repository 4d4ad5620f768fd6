package graph

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// rawGet asks the simulated tenant for a path as it stands here, and returns the status and the rows.
func rawGet(t *testing.T, sim *graphsim.Server, token, path string, header ...string) (int, []string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, sim.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := sim.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var one struct {
		ID    string   `json:"id"`
		Value []Object `json:"value"`
	}
	if resp.StatusCode == http.StatusOK && json.Unmarshal(body, &one) != nil {
		return resp.StatusCode, []string{string(body)} // a bare number
	}
	ids := []string{}
	if one.ID != "" {
		ids = append(ids, one.ID)
	}
	for _, o := range one.Value {
		ids = append(ids, o.ID)
	}
	return resp.StatusCode, ids
}

// TestSimulator_KnowsBothSpellings holds the documented spelling of a request against the one that Kiota
// writes: the answer is the same.
func TestSimulator_KnowsBothSpellings(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	census := sim.Census()
	p := parentsIn(t, census)
	token, err := simTokens(sim).Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	appID := census.ServicePrincipals[0].Text("appId")
	upn := strings.ReplaceAll(census.Users[0].Text("userPrincipalName"), "#", "%23")
	eventual := []string{"ConsistencyLevel", "eventual"}
	for _, c := range []struct {
		documented, kiota string
		header            []string
	}{
		{"/v1.0/users?$select=id&$top=3", "/v1.0/users?%24select=id&%24top=3", nil},
		{"/v1.0/users?$expand=manager($select=id,mail)", "/v1.0/users?%24expand=manager%28%24select%3Did%2Cmail%29", nil},
		{"/v1.0/groups?$expand=members($select=id)", "/v1.0/groups?%24expand=members%28%24select%3Did%29", nil},
		{"/v1.0/users('" + upn + "')", "/v1.0/users/" + upn, nil},
		{"/v1.0/groups/" + p.group + "/members/microsoft.graph.user", "/v1.0/groups/" + p.group + "/members/graph.user", nil},
		{"/v1.0/groups/" + p.group + "/members/microsoft.graph.servicePrincipal?$count=true",
			"/v1.0/groups/" + p.group + "/members/graph.servicePrincipal?%24count=true", eventual},
		{"/v1.0/servicePrincipals(appId='" + appID + "')", "/v1.0/servicePrincipals(appId=%27" + appID + "%27)", nil},
		{"/v1.0/users/$count", "/v1.0/users/%24count", eventual},
		{"/v1.0/groups/" + strings.ToUpper(p.group) + "/owners", "/v1.0/groups/" + p.group + "/owners", nil},
	} {
		status, want := rawGet(t, sim, token, c.documented, c.header...)
		kiotaStatus, got := rawGet(t, sim, token, c.kiota, c.header...)
		if status != http.StatusOK || kiotaStatus != http.StatusOK || len(want) == 0 || !sameIDs(got, want) {
			t.Errorf("%s: %d with %d rows\n%s: %d with %d rows", c.documented, status, len(want), c.kiota, kiotaStatus, len(got))
		}
	}
}

// TestSimulator_RefusesWhatItDoesNotHave has no request answered with something empty.
func TestSimulator_RefusesWhatItDoesNotHave(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	token, err := simTokens(sim).Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/v1.0/users/delta()", "/v1.0/users/delta", "/v1.0/devices", "/beta/users", "/v1.0/users?$search=x",
		"/v1.0/users?$select=shoeSize", "/v1.0/users?select=id", "/v1.0/users?$top=1000", "/v1.0/users/graph.user", "/v1.0"} {
		if status, _ := rawGet(t, sim, token, path); status < 400 {
			t.Errorf("%s was answered %d", path, status)
		}
	}
}

// TestBuilders_WriteWhatTheSimulatorReads sends what Microsoft's builders make of a cast and of a count,
// through the client's own way out.
func TestBuilders_WriteWhatTheSimulatorReads(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	group := parentsIn(t, sim.Census()).group
	c := simClient(t, sim)
	members := c.sdk.Groups().ByGroupId(group).Members()
	cast, err := members.GraphServicePrincipal().ToGetRequestInformation(t.Context(), &groups.ItemMembersGraphServicePrincipalRequestBuilderGetRequestConfiguration{
		QueryParameters: &groups.ItemMembersGraphServicePrincipalRequestBuilderGetQueryParameters{Count: ptr(true)}})
	if err != nil {
		t.Fatal(err)
	}
	count, err := members.Count().ToGetRequestInformation(t.Context(), &groups.ItemMembersCountRequestBuilderGetRequestConfiguration{})
	if err != nil {
		t.Fatal(err)
	}
	for name, info := range map[string]*abstractions.RequestInformation{"cast": cast, "count": count} {
		info.Headers.TryAdd("ConsistencyLevel", "eventual")
		if body, err := c.send(t.Context(), name, info); err != nil || len(body) == 0 {
			t.Errorf("%s: %q, %v", name, body, err)
		}
	}
}
