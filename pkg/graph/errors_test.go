package graph

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestNewError(t *testing.T) {
	const graphBody = `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to\r\ncomplete the operation.",` +
		`"innerError":{"date":"2026-03-01T12:00:00","request-id":"inner","client-request-id":"client"}}}`
	for name, c := range map[string]struct {
		status          int
		requestID, body string
		want            string
	}{
		"Graph's shape": {403, "outer", graphBody,
			"graph: list users: 403 Forbidden: Authorization_RequestDenied: Insufficient privileges to complete the operation. (request-id outer)"},
		"request id only inside": {403, "", graphBody,
			"graph: list users: 403 Forbidden: Authorization_RequestDenied: Insufficient privileges to complete the operation. (request-id inner)"},
		"empty code":          {500, "", `{"error":{"code":"","message":"Broken."}}`, "graph: list users: 500 Internal Server Error: Broken."},
		"empty message":       {500, "", `{"error":{"code":"UnknownError","message":""}}`, "graph: list users: 500 Internal Server Error: UnknownError"},
		"null inside":         {500, "", `{"error":{"code":"UnknownError","message":null,"innerError":null,"details":null}}`, "graph: list users: 500 Internal Server Error: UnknownError"},
		"no error object":     {400, "", `{"value":[]}`, "graph: list users: 400 Bad Request"},
		"error is null":       {400, "", `{"error":null}`, "graph: list users: 400 Bad Request"},
		"OAuth's shape":       {400, "", `{"error":"invalid_request"}`, "graph: list users: 400 Bad Request"},
		"HTML":                {502, "", "<html>secret</html>", "graph: list users: 502 Bad Gateway"},
		"empty body":          {504, "x", "", "graph: list users: 504 Gateway Timeout (request-id x)"},
		"status without name": {599, "", "", "graph: list users: 599"},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			if c.requestID != "" {
				h.Set("request-id", c.requestID)
			}
			err := newError("list users", &http.Response{StatusCode: c.status, Header: h}, []byte(c.body))
			if got := strings.TrimSpace(err.Error()); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if err.HTTPStatus() != c.status || !err.RetryAt().IsZero() {
				t.Errorf("got %+v", err)
			}
		})
	}
}

func TestNewError_BoundsWhatTheServiceSays(t *testing.T) {
	body := `{"error":{"code":"x","message":"` + strings.Repeat("é\\n", 100_000) + `"}}`
	err := newError("list users", &http.Response{StatusCode: 400}, []byte(body))
	if n := utf8.RuneCountInString(err.Message); n != maxMessage+1 || !strings.HasSuffix(err.Message, "…") || strings.Contains(err.Message, "\n") {
		t.Errorf("the message has %d characters: %.40q", n, err.Message)
	}
	code := strings.Repeat("x\\n", 100_000)
	err = newError("list users", &http.Response{StatusCode: 400}, []byte(`{"error":{"code":"`+code+`"}}`))
	if len(err.Error()) > 2*maxMessage || strings.Contains(err.Error(), "\n") {
		t.Errorf("the code is not bounded: %d bytes", len(err.Error()))
	}
}

func TestNewError_KnowsWhenToAskAgain(t *testing.T) {
	for value, want := range map[string]time.Duration{"30": 30 * time.Second, "0.5": 500 * time.Millisecond, "": 0, "soon": 0} {
		before := time.Now()
		err := newError("list users", &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {value}}}, nil)
		if want == 0 {
			if !err.RetryAt().IsZero() {
				t.Errorf("Retry-After %q: %v", value, err.RetryAt())
			}
			continue
		}
		if got := err.RetryAt(); got.Before(before.Add(want)) || got.After(time.Now().Add(want)) {
			t.Errorf("Retry-After %q: %v after now", value, got.Sub(before))
		}
	}
}

func TestError_KnowsAPlaceThatTheServiceHasForgotten(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		want   bool
	}{
		{400, "DirectoryPageTokenNotFoundException", true},
		{400, "Directory_ExpiredPageToken", true},
		{404, "Directory_ExpiredPageToken", true},
		{503, "Directory_ExpiredPageToken", false},
		{400, "Request_BadRequest", false},
		{401, "InvalidAuthenticationToken", false},
		{400, "", false},
	} {
		if got := (&Error{Status: c.status, Code: c.code}).PageTokenExpired(); got != c.want {
			t.Errorf("%d %q: %v", c.status, c.code, got)
		}
	}
}

// TestErrors_NameTheReadAndNothingSecret checks the texts of errors that come up through a reader.
func TestErrors_NameTheReadAndNothingSecret(t *testing.T) {
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	c := server.client(t)
	for _, r := range readers(parents{"the-group", "the-nested", "the-app", "the-member"}) {
		_, _, err := r.read(t.Context(), c, "")
		if err == nil || !strings.HasPrefix(err.Error(), "graph: list ") || strings.Count(err.Error(), "graph: ") != 1 {
			t.Errorf("%s: %v", r.name, err)
			continue
		}
		if strings.Contains(r.path, "the-") && !strings.Contains(err.Error(), "the-") {
			t.Errorf("%s does not name its object: %v", r.name, err)
		}
	}
	server.Close()
	_, err := c.ListUsers(t.Context(), UserQuery{}, "")
	if err == nil || strings.Contains(err.Error(), "$select") || strings.Contains(err.Error(), "/users?") {
		t.Errorf("the URL is in the text: %v", err)
	}
	if _, err = c.ListUsers(t.Context(), UserQuery{}, server.URL+"/v1.0/users?$filter=secret"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("the query is in the text: %v", err)
	}
	var answered *Error
	if errors.As(err, &answered) {
		t.Errorf("a host that cannot be reached gave %#v", answered)
	}
}
