package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

const (
	group  = "11111111-1111-4111-8111-111111111111"
	person = "22222222-2222-4222-8222-222222222222"
)

type oneToken struct{}

func (oneToken) Token(context.Context) (string, error)                  { return "token", nil }
func (oneToken) Renew(_ context.Context, old, _ string) (string, error) { return old, nil }

// stillClock does not wait: it moves on by what it was asked to wait.
type stillClock struct {
	now    time.Time
	waited time.Duration
}

func (c *stillClock) Now() time.Time { return c.now.Add(c.waited) }

func (c *stillClock) Sleep(ctx context.Context, d time.Duration) error {
	c.waited += d
	return ctx.Err()
}

// sent is a request as the service saw it.
type sent struct {
	path   string
	header http.Header
	Input  struct {
		CmdletName string
		Parameters map[string]any
	} `json:"CmdletInput"`
}

// service answers each request in turn, the last of the answers for ever.
type service struct {
	*Client
	clock *stillClock
	seen  []sent
	url   string
}

type reply struct {
	status int
	body   string
	header map[string]string
}

func serve(t *testing.T, replies ...reply) *service {
	t.Helper()
	s := &service{clock: &stillClock{now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := sent{path: r.URL.Path, header: r.Header}
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &request); err != nil {
			t.Errorf("the body %s: %v", body, err)
		}
		answer := replies[min(len(s.seen), len(replies)-1)]
		s.seen = append(s.seen, request)
		for name, value := range answer.header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, strings.ReplaceAll(answer.body, "HERE", s.url))
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	rt := transport.New(transport.Config{Base: Waits(server.Client().Transport, s.clock.Now), Host: base.Host, Tokens: oneToken{}, Clock: s.clock})
	s.Client = New(base, rt, func(context.Context) (Tenant, error) {
		return Tenant{ID: "tenant", Domain: "contoso.onmicrosoft.com"}, nil
	})
	return s
}

const nothing = `{"value":[]}`

func TestClient_SendsCmdlets(t *testing.T) {
	for name, test := range map[string]struct {
		send       func(*Client, context.Context) (string, error)
		parameters string
	}{
		"Add-DistributionGroupMember": {func(c *Client, ctx context.Context) (string, error) { return c.AddGroupMember(ctx, group, person) },
			`{"BypassSecurityGroupManagerCheck":true,"Identity":"` + group + `","Member":"` + person + `"}`},
		"Remove-DistributionGroupMember": {func(c *Client, ctx context.Context) (string, error) { return c.RemoveGroupMember(ctx, group, person) },
			`{"BypassSecurityGroupManagerCheck":true,"Confirm":false,"Identity":"` + group + `","Member":"` + person + `"}`},
		"Set-DistributionGroup": {func(c *Client, ctx context.Context) (string, error) { return c.AddGroupOwner(ctx, group, person) },
			`{"BypassSecurityGroupManagerCheck":true,"Identity":"` + group + `","ManagedBy":{"@odata.type":"#Exchange.GenericHashTable","Add":"` + person + `"}}`},
	} {
		s := serve(t, reply{200, nothing, map[string]string{"request-id": "r-1"}})
		id, err := test.send(s.Client, t.Context())
		if err != nil || id != "r-1" || len(s.seen) != 1 {
			t.Fatalf("%s: %q, %v, %d requests", name, id, err, len(s.seen))
		}
		got := s.seen[0]
		parameters, err := json.Marshal(got.Input.Parameters)
		if err != nil || got.Input.CmdletName != name || string(parameters) != test.parameters || got.path != "/adminapi/beta/tenant/InvokeCommand" {
			t.Errorf("%s: %s with %s to %s", name, got.Input.CmdletName, parameters, got.path)
		}
		for header, want := range map[string]string{"X-CmdletName": name, "Authorization": "Bearer token", "Content-Type": "application/json",
			"X-AnchorMailbox": anchor + "contoso.onmicrosoft.com"} {
			if got.header.Get(header) != want {
				t.Errorf("%s: %s is %q", name, header, got.header.Get(header))
			}
		}
	}
}

func TestHasGroupMember_ReadsAllPages(t *testing.T) {
	first := reply{200, `{"value":[{"ExternalDirectoryObjectId":"other"}],"@odata.nextLink":"HERE/adminapi/beta/tenant/InvokeCommand?page=2"}`, nil}
	s := serve(t, first, reply{200, `{"value":[{"ExternalDirectoryObjectId":"` + strings.ToUpper(person) + `"},{}]}`, nil})
	if has, err := s.HasGroupMember(t.Context(), group, person); !has || err != nil || len(s.seen) != 2 {
		t.Errorf("%v, %v, %d requests", has, err, len(s.seen))
	}
	s = serve(t, reply{200, nothing, nil})
	if has, err := s.HasGroupMember(t.Context(), group, person); has || err != nil {
		t.Errorf("an empty group: %v, %v", has, err)
	}
}

func TestHasGroupMember_TakesNoOddAnswerForANo(t *testing.T) {
	for name, answer := range map[string]reply{
		"not JSON":         {200, `{"value":[{`, nil},
		"no value":         {200, `{}`, nil},
		"odd rows":         {200, `{"value":[1]}`, nil},
		"a foreign link":   {200, `{"value":[],"@odata.nextLink":"https://elsewhere.example.com/x"}`, nil},
		"no link":          {200, `{"value":[],"@odata.nextLink":"%zz:"}`, nil},
		"the same link":    {200, `{"value":[],"@odata.nextLink":"HERE/again"}`, nil},
		"a failure":        {500, `<html>`, nil},
		"an empty success": {204, "", nil},
	} {
		if has, err := serve(t, answer).HasGroupMember(t.Context(), group, person); has || err == nil {
			t.Errorf("%s: %v", name, has)
		}
	}
}

func TestHasGroupOwner_SaysWhetherItIsKnown(t *testing.T) {
	for names, want := range map[string]struct{ has, known, fails bool }{
		`{"value":[{"ManagedBy":["` + person + `"]}]}`:          {true, true, false},
		`{"value":[{"ManagedBy":["` + group + `"]}]}`:           {false, true, false},
		`{"value":[{"ManagedBy":[]}]}`:                          {false, true, false},
		`{"value":[{"ManagedBy":["AdeleV"]}]}`:                  {false, false, false},
		`{"value":[{"ManagedBy":["AdeleV","` + person + `"]}]}`: {true, true, false},
		`{"value":[]}`: {false, true, true},
	} {
		has, known, err := serve(t, reply{200, names, nil}).HasGroupOwner(t.Context(), group, person)
		if has != want.has || known != want.known || (err != nil) != want.fails {
			t.Errorf("%s: %v, %v, %v", names, has, known, err)
		}
	}
}

func TestError_NamesTheExceptionAndNobody(t *testing.T) {
	const wrapped = `{"error":{"code":"BadRequest","message":"Ex1|System.Exception|x","details":[{"message":"|Microsoft.Exchange.Management.Tasks.%s|The recipient \"Adele Vance\" …"}]}}`
	for exception, is := range map[string]func(error) bool{memberAlreadyExists: IsMemberAlready, memberNotFound: IsNoMember, objectNotFound: IsUnknown} {
		for _, status := range []int{400, 404, 500} {
			s := serve(t, reply{status, strings.ReplaceAll(wrapped, "%s", exception), map[string]string{"request-id": "r-9"}})
			_, err := s.AddGroupMember(t.Context(), group, person)
			var refused *Error
			if !is(err) || !errors.As(err, &refused) || refused.HTTPStatus() >= 500 || len(s.seen) != 1 {
				t.Errorf("%s with %d: %v", exception, status, err)
				continue
			}
			code, id := refused.Refusal()
			if code != exception || id != "r-9" || strings.Contains(err.Error(), "Adele") || !strings.Contains(err.Error(), group) {
				t.Errorf("%s with %d: %q %q %v", exception, status, code, id, err)
			}
		}
	}
	for status, denied := range map[int]bool{401: true, 403: true, 404: false, 503: false} {
		if _, err := serve(t, reply{status, "", nil}).AddGroupMember(t.Context(), group, person); err == nil || IsDenied(err) != denied {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestWaits_GoByExchangesOwnHeader(t *testing.T) {
	at := time.Date(2026, 5, 1, 12, 0, 7, 0, time.UTC)
	for _, value := range []string{at.Format(time.RFC3339Nano), at.Format(http.TimeFormat), "7"} {
		s := serve(t, reply{429, "", map[string]string{"Rate-Limit-Remaining": "0", "Rate-Limit-Reset": value}}, reply{200, nothing, nil})
		if _, err := s.AddGroupMember(t.Context(), group, person); err != nil || s.clock.waited != 7*time.Second || len(s.seen) != 2 {
			t.Errorf("%s: waited %v, %v", value, s.clock.waited, err)
		}
	}
	s := serve(t, reply{429, "", map[string]string{"Rate-Limit-Reset": at.Add(time.Hour).Format(time.RFC3339)}})
	_, err := s.AddGroupMember(t.Context(), group, person)
	var refused *Error
	if !errors.As(err, &refused) || refused.RetryAt().IsZero() || len(s.seen) != 1 {
		t.Errorf("a long wait is the caller's: %v, %d requests", err, len(s.seen))
	}
	s = serve(t, reply{429, "", map[string]string{"Rate-Limit-Reset": "soon"}}, reply{200, nothing, nil})
	if _, err := s.AddGroupMember(t.Context(), group, person); err != nil {
		t.Errorf("a header that cannot be read: %v", err)
	}
}

func TestClient_RepeatsReadsAndNoWrite(t *testing.T) {
	s := serve(t, reply{503, "", nil}, reply{200, nothing, nil})
	if _, err := s.AddGroupMember(t.Context(), group, person); err == nil || len(s.seen) != 1 {
		t.Errorf("a write: %v, %d requests", err, len(s.seen))
	}
	s = serve(t, reply{503, "", nil}, reply{200, nothing, nil})
	if _, err := s.HasGroupMember(t.Context(), group, person); err != nil || len(s.seen) != 2 {
		t.Errorf("a read: %v, %d requests", err, len(s.seen))
	}
}

func TestClient_AWriteNeedsNoBodyAndTakesNoPageOfAProxy(t *testing.T) {
	for body, fails := range map[string]bool{"": false, "{}": false, nothing: false, "<html>": true, "[]": true} {
		if _, err := serve(t, reply{200, body, nil}).AddGroupMember(t.Context(), group, person); (err != nil) != fails {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestClient_NeedsItsTenant(t *testing.T) {
	s := serve(t, reply{200, nothing, nil})
	none := errors.New("no tenant")
	s.tenant = func(context.Context) (Tenant, error) { return Tenant{}, none }
	if _, err := s.AddGroupMember(t.Context(), group, person); !errors.Is(err, none) || len(s.seen) != 0 {
		t.Errorf("got %v", err)
	}
}
