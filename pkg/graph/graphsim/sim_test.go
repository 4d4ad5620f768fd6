package graphsim_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// rig is a running tenant with a signed-in client.
type rig struct {
	*graphsim.Server
	t      *testing.T
	client *http.Client
	token  string
}

func start(t *testing.T, o graphsim.Options) *rig {
	t.Helper()
	s, err := graphsim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(""); err != nil {
		t.Fatal(err)
	}
	client := s.Client()
	t.Cleanup(func() {
		client.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{Server: s, t: t, client: client}
	r.token = r.signIn()
	return r
}

// form is a token request as it should be.
func (r *rig) form() url.Values {
	o := r.Options()
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {o.ClientID}, "client_secret": {o.ClientSecret},
		"scope": {"https://graph.microsoft.com/.default openid offline_access profile"}, "claims": {`{"access_token":{}}`}}
}

func (r *rig) signIn() string { return r.signInAs(r.Options().ClientSecret) }

func (r *rig) signInAs(secret string) string {
	r.t.Helper()
	form := r.form()
	form.Set("client_secret", secret)
	resp, err := r.client.PostForm(r.URL()+"/"+r.Options().TenantID+"/oauth2/v2.0/token", form)
	if err != nil {
		r.t.Fatal(err)
	}
	var answer struct {
		Token string `json:"access_token"`
		Type  string `json:"token_type"`
		Life  int    `json:"expires_in"`
	}
	decode(r.t, resp, &answer)
	if answer.Token == "" || answer.Type != "Bearer" || answer.Life <= 0 {
		r.t.Fatalf("token answer %+v", answer)
	}
	return answer.Token
}

func decode(t *testing.T, resp *http.Response, v any) {
	t.Helper()
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%v in %.300s", err, b)
	}
}

// answer is what came back from Graph.
type answer struct {
	status int
	header http.Header
	body   []byte
	page
}

type page struct {
	Context string           `json:"@odata.context"`
	Count   *int             `json:"@odata.count"`
	Next    string           `json:"@odata.nextLink"`
	Delta   string           `json:"@odata.deltaLink"`
	Value   []map[string]any `json:"value"`
	Error   struct {
		Code, Message string
		InnerError    map[string]string
	}
}

var eventual = http.Header{"Consistencylevel": {"eventual"}}

// do sends a request to a path below the version, or to a whole link.
func (r *rig) do(method, path, body string, header http.Header) (*http.Response, error) {
	if !strings.HasPrefix(path, "https://") {
		path = r.URL() + "/v1.0" + strings.ReplaceAll(path, " ", "%20")
	}
	req, err := http.NewRequest(method, path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	return r.client.Do(req)
}

func (r *rig) send(method, path, body string, header http.Header) answer {
	r.t.Helper()
	resp, err := r.do(method, path, body, header)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		r.t.Fatal(err)
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") && resp.Header.Get("Content-Encoding") == "" {
		var odd *json.UnmarshalTypeError // the value of a single property is no list
		if err := json.Unmarshal(a.body, &a.page); err != nil && !errors.As(err, &odd) {
			r.t.Fatalf("%s %s: %v in %.300s", method, path, err, a.body)
		}
	}
	return a
}

func (r *rig) get(path string, headers ...http.Header) answer {
	r.t.Helper()
	return r.send(http.MethodGet, path, "", append(headers, nil)[0])
}

// ok is get for what must succeed.
func (r *rig) ok(path string, headers ...http.Header) answer {
	r.t.Helper()
	a := r.get(path, headers...)
	if a.status != http.StatusOK {
		r.t.Fatalf("GET %s: %d %s", path, a.status, a.body)
	}
	return a
}

// refused is get for what must fail with a status and a code.
func (r *rig) refused(path string, status int, code string, headers ...http.Header) {
	r.t.Helper()
	a := r.get(path, headers...)
	if a.status != status || a.Error.Code != code || a.Error.Message == "" {
		r.t.Errorf("GET %s: %d %.300s, want %d %s", path, a.status, a.body, status, code)
	}
	if a.Error.InnerError["request-id"] == "" || a.Error.InnerError["date"] == "" {
		r.t.Errorf("GET %s: no request id or date in %.300s", path, a.body)
	}
}

// walk reads a listing to its end.
func (r *rig) walk(path string, headers ...http.Header) (rows []map[string]any, pages int) {
	r.t.Helper()
	for link := path; link != ""; pages++ {
		if pages > 100_000 {
			r.t.Fatalf("%s does not end", path)
		}
		a := r.ok(link, headers...)
		rows = append(rows, a.Value...)
		link = a.Next
	}
	return rows, pages
}

// escape makes a filter or a key fit for a URL.
func escape(s string) string { return url.QueryEscape(s) }

// record finds a census record by what it must be like; there must be one.
func record(t *testing.T, records []graphsim.Record, like func(graphsim.Record) bool) graphsim.Record {
	t.Helper()
	for _, r := range records {
		if like(r) {
			return r
		}
	}
	t.Fatal("the tenant has no such object")
	return graphsim.Record{}
}
