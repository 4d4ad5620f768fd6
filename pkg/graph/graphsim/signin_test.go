package graphsim_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestToken_Refusals(t *testing.T) {
	r := start(t, graphsim.Options{})
	for name, test := range map[string]struct {
		tenant string
		change url.Values
		status int
		number int
	}{
		"wrong secret": {change: url.Values{"client_secret": {"no"}}, status: 401, number: 7000215},
		"no secret":    {change: url.Values{"client_secret": {""}}, status: 401, number: 7000218},
		"wrong app":    {change: url.Values{"client_id": {"11111111-1111-4111-8111-111111111111"}}, status: 400, number: 700016},
		"wrong tenant": {tenant: "22222222-2222-4222-8222-222222222222", status: 400, number: 90002},
		"wrong scope":  {change: url.Values{"scope": {"https://management.azure.com/.default"}}, status: 400, number: 70011},
		"own address":  {change: url.Values{"scope": {r.URL() + "/.default"}}, status: 400, number: 70011},
		"no resource":  {change: url.Values{"scope": {"openid"}}, status: 400, number: 70011},
		"no scope":     {change: url.Values{"scope": {""}}, status: 400, number: 900144},
		"wrong flow":   {change: url.Values{"grant_type": {"password"}}, status: 400, number: 70003},
	} {
		t.Run(name, func(t *testing.T) {
			form, tenant := r.form(), r.Options().TenantID
			for k, v := range test.change {
				form[k] = v
			}
			if test.tenant != "" {
				tenant = test.tenant
			}
			resp, err := r.client.PostForm(r.URL()+"/"+tenant+"/oauth2/v2.0/token", form)
			if err != nil {
				t.Fatal(err)
			}
			var a struct {
				Error       string `json:"error"`
				Description string `json:"error_description"`
				Codes       []int  `json:"error_codes"`
			}
			decode(t, resp, &a)
			if resp.StatusCode != test.status || len(a.Codes) != 1 || a.Codes[0] != test.number || a.Error == "" ||
				!strings.HasPrefix(a.Description, "AADSTS") {
				t.Errorf("%d %+v, want %d AADSTS%d", resp.StatusCode, a, test.status, test.number)
			}
		})
	}
}

func TestDiscovery_NamesTheTokenEndpoint(t *testing.T) {
	r := start(t, graphsim.Options{})
	for tenant, status := range map[string]int{r.Options().TenantID: 200, strings.ToUpper(r.Options().TenantID): 200,
		"contoso.onmicrosoft.com": 200, "fabrikam.com": 400} {
		resp, err := r.client.Get(r.URL() + "/" + tenant + "/v2.0/.well-known/openid-configuration")
		if err != nil {
			t.Fatal(err)
		}
		var a map[string]any
		decode(t, resp, &a)
		if resp.StatusCode != status || status == 200 && a["token_endpoint"] != r.URL()+"/"+r.Options().TenantID+"/oauth2/v2.0/token" {
			t.Errorf("tenant %s: %d %v", tenant, resp.StatusCode, a)
		}
	}
}

// clock is time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// TestToken_TakesAForm: a body of another type has no parameters.
func TestToken_TakesAForm(t *testing.T) {
	r := start(t, graphsim.Options{})
	for contentType, want := range map[string]int{"application/x-www-form-urlencoded; charset=utf-8": 200, "application/json": 400, "": 400} {
		req, err := http.NewRequest(http.MethodPost, r.URL()+"/"+r.Options().TenantID+"/oauth2/v2.0/token", strings.NewReader(r.form().Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if contentType != "" {
			req.Header.Set("Content-Type", contentType)
		}
		resp, err := r.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("a form of type %q: %s, want %d", contentType, resp.Status, want)
		}
	}
}

func TestToken_ExpiresByTheServersClock(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := start(t, graphsim.Options{Now: c.Now, TokenLifetime: 10 * time.Minute})
	c.move(10*time.Minute - time.Second)
	r.ok("/users?$top=1")
	c.move(time.Second)
	r.refused("/users?$top=1", 401, "InvalidAuthenticationToken")
	r.token = r.signIn()
	r.ok("/users?$top=1")
}

func TestToken_BadOnes(t *testing.T) {
	r := start(t, graphsim.Options{})
	good := r.token
	other := start(t, graphsim.Options{})
	for name, token := range map[string]string{"none": "", "nonsense": "x", "of another server": other.token,
		"cut": good[:len(good)-4], "with another body": strings.Replace(good, ".ey", ".eY", 1)} {
		r.token = token
		if a := r.get("/users"); a.status != http.StatusUnauthorized || a.Error.Code != "InvalidAuthenticationToken" ||
			a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("token %s: %d %s", name, a.status, a.body)
		}
	}
}

func TestServer_StaysOnLoopback(t *testing.T) {
	s, err := graphsim.New(graphsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0", "nonsense"} {
		if err := s.Start(address); err == nil {
			t.Errorf("listens on %s", address)
		}
	}
	if s.URL() != "" || s.CertificatePEM() != nil || s.Close() != nil {
		t.Error("something was started")
	}
}

func TestEnv_HasWhatTheConnectorNeeds(t *testing.T) {
	r := start(t, graphsim.Options{TenantID: "AAAAAAAA-0000-4000-8000-000000000000", ClientID: "c", ClientSecret: "it's"})
	env := r.Env("/tmp/ca.pem")
	if env["BATON_ENTRA_TENANT_ID"] != "aaaaaaaa-0000-4000-8000-000000000000" || env["BATON_ENTRA_CLIENT_ID"] != "c" ||
		env["BATON_ENTRA_CLIENT_SECRET"] != "it's" || env["BATON_BASE_URL"] != r.URL() ||
		env["BATON_AUTHORITY_HOST"] != r.URL() || env["BATON_EXCHANGE_URL"] != r.ExchangeURL() ||
		env["SSL_CERT_FILE"] != "/tmp/ca.pem" || len(env) != 7 {
		t.Errorf("%v", env)
	}
}

func TestNew_RefusesNonsense(t *testing.T) {
	for name, o := range map[string]graphsim.Options{
		"page size":   {PageSize: 1000},
		"latency":     {Latency: -1},
		"throttle":    {Throttle: "huge"},
		"fault":       {Faults: "teapot=0.1"},
		"status":      {Faults: "200=0.1"},
		"probability": {Faults: "429=2"},
		"sum":         {Faults: "429=0.6,503=0.6"},
		"no number":   {Faults: "429"},
		"cloud":       {Cloud: "moon"},
		"proxy":       {Proxy: "0.0.0.0:0"},
		"lag":         {CountLag: -1},
		"delay":       {ReplicationDelay: -1},
		"hidden":      {HiddenMembership: -1},
		"federation":  {Federations: []graphsim.Federation{{Issuer: "x"}}},
		"secret":      {ClientSecrets: []graphsim.ClientSecret{{Name: "x"}}},
	} {
		if _, err := graphsim.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
