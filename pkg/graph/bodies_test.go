package graph

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// brokenBodies are answers with 200 that are no page of whole rows, and what the error has to name.
var brokenBodies = map[string]struct{ body, says string }{
	"empty":                {"", "cannot be read"},
	"a list without value": {`{"@odata.context":"x"}`, "no value array"},
	"value is null":        {`{"value":null}`, "no value array"},
	"value is an object":   {`{"value":{"id":"a"}}`, "cannot be read"},
	"an array":             {`[{"id":"a"}]`, "cannot be read"},
	"null":                 {`null`, "no value array"},
	"an error with 200":    {`{"error":{"code":"x","message":"y"}}`, "no value array"},
	"two documents":        {`{"value":[]}{"value":[]}`, "cannot be read"},
	"cut off":              {`{"value":[{"id":"a"},{"id":"b"`, "cannot be read"},
	"null element":         {`{"value":[{"id":"a"},null]}`, "row 1 of the page has no id"},
	"row without id":       {`{"value":[{"id":"a"},{"displayName":"x"}]}`, "row 1 of the page has no id"},
	"row with empty id":    {`{"value":[{"id":""}]}`, "row 0 of the page has no id"},
	"row with null id":     {`{"value":[{"id":null}]}`, "row 0 of the page has no id"},
	"id is a number":       {`{"value":[{"id":"a"},{"id":7}]}`, "row 1"},
	"a string for a row":   {`{"value":["a"]}`, "row 0"},
	"two value arrays":     {`{"value":[{"id":"a"}],"value":[]}`, "cannot be read"},
	"two spellings":        {`{"value":[{"id":"a"}],"Value":[]}`, "its value comes twice"},
	"two ids":              {`{"value":[{"id":"a","ID":"b"}]}`, "cannot be read"},
	"link is a number":     {`{"value":[],"@odata.nextLink":7}`, "cannot be read"},
	"link is no URL":       {`{"value":[],"@odata.nextLink":"https://%zz"}`, "no URL"},
	"link without a host":  {`{"value":[],"@odata.nextLink":"/v1.0/users?$skiptoken=x"}`, "not followed"},
}

func TestReaders_RefuseBodiesThatAreNoPage(t *testing.T) {
	var body string
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	})
	c := server.client(t)
	for _, r := range readers(parents{"g", "n", "a", "m"}) {
		for name, broken := range brokenBodies {
			t.Run(r.name+" "+name, func(t *testing.T) {
				body = broken.body
				mustFail(t, r, c, "", 0)
				_, _, err := r.read(t.Context(), c, "")
				if err == nil || !strings.Contains(err.Error(), broken.says) {
					t.Errorf("got %v, want it to say %q", err, broken.says)
				}
				if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("%v looks like a connection that broke off, which is asked for again", err)
				}
			})
		}
	}
}

func TestReaders_RefuseANextLinkToAnotherHost(t *testing.T) {
	foreign := startCanned(t, func(http.ResponseWriter, *http.Request) {})
	var link string
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"value":[{"id":"a"}],"@odata.nextLink":%q}`, link)
	})
	// The client trusts both servers, so that nothing but the check of the host stands in the way.
	c := newClient(t, server.URL, trusting(server, foreign), fixedToken{})
	host := strings.TrimPrefix(server.URL, "https://")
	links := []string{foreign.URL + "/v1.0/users?$skiptoken=x", "http://" + host + "/v1.0/users", "https://" + host + "@" + strings.TrimPrefix(foreign.URL, "https://")}
	for _, r := range readers(parents{"g", "n", "a", "m"}) {
		for _, link = range links {
			mustFail(t, r, c, "", 0)
			if n := len(server.seen()); n != 1 {
				t.Errorf("%s: %d requests for the first page", r.name, n)
			}
			if r.probe {
				continue
			}
			// The same as a stored page token.
			mustFail(t, r, c, link, 0)
			if n := len(server.seen()); n != 0 {
				t.Errorf("%s: %d requests for a link that must not be followed", r.name, n)
			}
		}
	}
	if n := len(foreign.seen()); n != 0 {
		t.Errorf("%d requests arrived at the other host", n)
	}
}

// trusting is a transport that trusts the certificates of two test servers. They share one.
func trusting(a, b *cannedServer) http.RoundTripper {
	t := a.Client().Transport.(*http.Transport).Clone()
	t.TLSClientConfig.RootCAs.AddCert(b.Certificate())
	return t
}

func TestReaders_FollowNoRedirect(t *testing.T) {
	foreign := startCanned(t, func(http.ResponseWriter, *http.Request) {})
	server := startCanned(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, foreign.URL, http.StatusFound) })
	c := newClient(t, server.URL, trusting(server, foreign), fixedToken{})
	for _, r := range readers(parents{"g", "n", "a", "m"}) {
		mustFail(t, r, c, "", http.StatusFound)
	}
	if n := len(foreign.seen()); n != 0 {
		t.Errorf("%d requests arrived at the other host", n)
	}
}

func TestReaders_SendALinkUnchanged(t *testing.T) {
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"value":[]}`)) })
	c := server.client(t)
	for _, path := range []string{
		"/v1.0/users?$select=id&$skiptoken=RFNwdAIAAQAAAA%2b%2B%3d",
		"/v1.0/groups?%24expand=members(%24select%3Did)&$skiptoken=m~a'b%27",
		"/v1.0/groups/a%2Fb/members?$top=999&$count=true&$skiptoken=x+y",
	} {
		if _, err := c.ListUsers(t.Context(), UserQuery{}, server.URL+path); err != nil {
			t.Fatal(err)
		}
		if seen := server.seen(); len(seen) != 1 || seen[0].RequestURI != path {
			t.Errorf("sent %v, want %s", seen[0].RequestURI, path)
		}
	}
}

// TestDecodePage_NamesTheObjectAndNotWhatItHas has the id before the fault, behind it, within it, and nowhere: it is
// told where it came before the fault, else the number of the row.
func TestDecodePage_NamesTheObjectAndNotWhatItHas(t *testing.T) {
	for row, want := range map[string]string{
		`{"id":"b","displayName":{"id":"secret"}}`:                      "the object b: the JSON object at /value/1/displayName is no string",
		`{"displayName":7,"accountEnabled":[{"id":"secret"}],"ID":"b"}`: "row 1: the JSON number at /value/1/displayName is no string",
		`{"manager":{"id":["secret"]},"id":"b"}`:                        "row 1: the JSON array at /value/1/manager/id is no string",
		`{"createdDateTime":"secret","id":"b"}`:                         "row 1: the JSON string at /value/1/createdDateTime is no time.Time",
		`{"otherMails":"secret","id":{"id":"secret"}}`:                  "row 1: the JSON string at /value/1/otherMails is no []string",
		`{"otherMails":true}`:                                           "row 1: the JSON boolean at /value/1/otherMails is no []string",
		`["secret"]`:                                                    "row 1: the JSON array at /value/1 is no graph.User",
	} {
		_, err := decodePage[User]([]byte(`{"value":[{"id":"a"},` + row + `]}`))
		if err == nil || err.Error() != "the page cannot be read: "+want {
			t.Errorf("%s: got %v, want %s", row, err, want)
		}
	}
}
