package graph

import (
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// TestClient_SendsABodyWithItsLengthAndAgain has a write refused with 429 first: the same body has to come
// twice, whole, neither chunked nor packed.
func TestClient_SendsABodyWithItsLengthAndAgain(t *testing.T) {
	const body = `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/3f"}`
	var tries atomic.Int64
	server := startCanned(t, func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || string(got) != body || r.ContentLength != int64(len(body)) || len(r.TransferEncoding) != 0 || r.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s came with length %d, %v: %q, %v", r.Method, r.ContentLength, r.Header, got, err)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	refuseFirst := roundTripper(func(req *http.Request) (*http.Response, error) {
		if tries.Add(1) == 1 {
			_, _ = io.Copy(io.Discard, req.Body)
			return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{}, Body: http.NoBody}, nil
		}
		return server.Client().Transport.RoundTrip(req)
	})
	c := newClient(t, server.URL, refuseFirst, fixedToken{})
	info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(abstractions.POST,
		"{+baseurl}/groups/3f/members/$ref", map[string]string{"baseurl": server.URL + "/v1.0"})
	info.SetStreamContentAndContentType([]byte(body), "application/json")
	if got, err := c.send(t.Context(), "add a member", info); err != nil || len(got) != 0 {
		t.Errorf("got %q, %v", got, err)
	}
	if seen := server.seen(); len(seen) != 1 || seen[0].RequestURI != "/v1.0/groups/3f/members/$ref" {
		t.Errorf("%d requests arrived", len(seen))
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// TestClient_ReadsFromItsOwnHost checks that the builders use the base that they are given.
func TestClient_ReadsFromItsOwnHost(t *testing.T) {
	for _, base := range []string{"https://graph.microsoft.us", "https://127.0.0.1:8443"} {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		var asked []string
		c, err := New(u, roundTripper(func(req *http.Request) (*http.Response, error) {
			asked = append(asked, req.URL.Scheme+"://"+req.URL.Host)
			return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: http.NoBody}, nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range readers(parents{"g", "n", "a", "m"}) {
			if _, _, err := r.read(t.Context(), c, ""); err == nil {
				t.Errorf("%s: no error", r.name)
			}
		}
		for _, host := range asked {
			if host != base {
				t.Errorf("%s was asked, not %s", host, base)
			}
		}
	}
}
