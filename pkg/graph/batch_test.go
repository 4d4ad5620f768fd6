package graph

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// mailboxRequests are requests as a builder forms them.
func mailboxRequests(t *testing.T, c *Client, ids ...string) []*abstractions.RequestInformation {
	t.Helper()
	var out []*abstractions.RequestInformation
	for _, id := range ids {
		r, err := c.sdk.Users().ByUserId(id).MailboxSettings().ToGetRequestInformation(t.Context(), &users.ItemMailboxSettingsRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.ItemMailboxSettingsRequestBuilderGetQueryParameters{Select: []string{"userPurpose", "language"}}})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func TestBatch_SendsRequestsAsGraphTakesThem(t *testing.T) {
	var path, contentType, body string
	server := startCanned(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		path, contentType, body = r.Method+" "+r.RequestURI, r.Header.Get("Content-Type"), string(b)
		_, _ = w.Write([]byte(`{"responses":[{"id":"2","status":204},{"id":"1","status":200,"headers":{"Retry-After":"3"},"body":{"a":1}}]}`))
	})
	c := server.client(t)
	requests := mailboxRequests(t, c, "a b#EXT#@x", "plain")
	requests[1].Method = abstractions.PATCH
	requests[1].SetStreamContentAndContentType([]byte(`{"x":"<y>"}`), "application/json")
	answers, err := c.batch(t.Context(), "try", requests)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"requests":[{"id":"1","method":"GET","url":"/users/a%20b%23EXT%23%40x/mailboxSettings?$select=userPurpose,language"},` +
		`{"id":"2","method":"PATCH","url":"/users/plain/mailboxSettings?$select=userPurpose,language","headers":{"Content-Type":"application/json"},"body":{"x":"<y>"}}]}`
	if path != "POST /v1.0/$batch" || contentType != "application/json" || strings.TrimSpace(body) != want {
		t.Errorf("sent %s, %s:\n%s\nwant\n%s", path, contentType, body, want)
	}
	if len(answers) != 2 || answers[0].status != 200 || answers[0].header.Get("retry-after") != "3" || string(answers[0].body) != `{"a":1}` || answers[1].status != 204 {
		t.Errorf("got %+v", answers)
	}
}

func TestBatch_RefusesAnswersThatDoNotFit(t *testing.T) {
	var answer string
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) })
	c := server.client(t)
	for _, answer = range []string{
		``, `{}`, `[]`, `{"responses":null}`, `{"responses":[]}`, `<html>`,
		`{"responses":[{"id":"1","status":200}]}`,
		`{"responses":[{"id":"1","status":200},{"id":"1","status":200}]}`,
		`{"responses":[{"id":"1","status":200},{"id":"3","status":200}]}`,
		`{"responses":[{"id":"1","status":200},{"id":"0","status":200}]}`,
		`{"responses":[{"id":"1","status":200},{"id":"x","status":200}]}`,
		`{"responses":[{"id":"1","status":200},{"id":"2"}]}`,
		`{"responses":[{"id":"1","status":200},{"id":"2","status":200},{"id":"2","status":200}]}`,
	} {
		answers, err := c.batch(t.Context(), "try", mailboxRequests(t, c, "a", "b"))
		if err == nil || answers != nil || !strings.HasPrefix(err.Error(), "graph: try: the answer to the batch cannot be read: ") {
			t.Errorf("%s: %v, %v", answer, answers, err)
		}
	}
}

func FuzzDecodeBatch(f *testing.F) {
	for _, seed := range []string{`{"responses":[{"id":"1","status":200},{"id":"2","status":429,"headers":{"Retry-After":"1"}}]}`, `{}`, `{"responses":[{"id":"-1"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		answers, err := decodeBatch(body, 2)
		if err != nil {
			return
		}
		if len(answers) != 2 || answers[0].status < 100 || answers[1].status < 100 {
			t.Errorf("%s: %+v", body, answers)
		}
		if !json.Valid(body) {
			t.Errorf("%s was read", body)
		}
	})
}
