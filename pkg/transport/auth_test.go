package transport

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func newSigner(next http.RoundTripper, tokens TokenSource) *signer {
	return &signer{next: next, host: "graph.example.com", tokens: tokens, userAgent: "baton-test/1"}
}

func TestSigner_SendsATokenToTheConfiguredHostAlone(t *testing.T) {
	for link, allowed := range map[string]bool{
		"https://graph.example.com/v1.0/users":              true,
		"https://GRAPH.Example.COM/v1.0/users":              true,
		"https://graph.example.com:8443/v1.0/users":         false,
		"http://graph.example.com/v1.0/users":               false,
		"https://evil.example.com/v1.0/users":               false,
		"https://graph.example.com.evil.example/":           false,
		"https://graph.example.com@evil.example/":           false,
		"https://evil.example/?x=https://graph.example.com": false,
		"//graph.example.com/v1.0/users":                    false,
	} {
		t.Run(link, func(t *testing.T) {
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			req := request(t, "GET", "")
			req.URL, req.Host = u, ""
			rt, tokens := inTurn(status(200)), &fakeTokens{}
			_, err = newSigner(rt, tokens).RoundTrip(req)
			if allowed && (err != nil || rt.count() != 1) {
				t.Errorf("refused: %v", err)
			}
			if !allowed && (!errors.Is(err, ErrForeignHost) || rt.count() != 0 || tokens.asked != 0) {
				t.Errorf("got %v; %d requests left and %d tokens were made", err, rt.count(), tokens.asked)
			}
		})
	}
}

func TestSigner_ComparesThePort(t *testing.T) {
	s := newSigner(inTurn(status(200)), &fakeTokens{})
	s.host = "127.0.0.1:8443"
	req := request(t, "GET", "")
	for host, allowed := range map[string]bool{"127.0.0.1:8443": true, "127.0.0.1": false, "127.0.0.1:8444": false} {
		req.URL.Host = host
		if _, err := s.RoundTrip(req); (err == nil) != allowed {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestSigner_SignsACopyOfTheRequest(t *testing.T) {
	rt := inTurn(status(200))
	req := request(t, "GET", "")
	if _, err := newSigner(rt, &fakeTokens{}).RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	sent := rt.requests[0].Header
	if sent.Get("Authorization") != "Bearer first" || sent.Get("User-Agent") != "baton-test/1" {
		t.Errorf("sent %v", sent)
	}
	if len(req.Header) != 0 {
		t.Errorf("the caller's request was changed: %v", req.Header)
	}
}

func TestSigner_RenewsTheTokenOnceAfterA401(t *testing.T) {
	rt, tokens := inTurn(status(401), status(200)), &fakeTokens{}
	resp, err := newSigner(rt, tokens).RoundTrip(request(t, "GET", ""))
	if err != nil || resp.StatusCode != 200 || rt.requests[1].Header.Get("Authorization") != "Bearer second" {
		t.Errorf("got %v, %v; the second request carried %q", resp, err, rt.requests[1].Header.Get("Authorization"))
	}
	rt, tokens = inTurn(status(401)), &fakeTokens{}
	resp, err = newSigner(rt, tokens).RoundTrip(request(t, "GET", ""))
	if err != nil || resp.StatusCode != 401 || rt.count() != 2 || len(tokens.renewals) != 1 {
		t.Errorf("got %v, %v after %d requests and %d renewals, want the second 401", resp, err, rt.count(), len(tokens.renewals))
	}
	if bodyOf(t, resp) != "Unauthorized" {
		t.Error("the body of the second 401 is lost")
	}
}

// Two requests run side by side, and the token ends twice: the one that came late both times is served all the same.
func TestSigner_RenewsATokenThatHasEndedSinceItWasTaken(t *testing.T) {
	for name, c := range map[string]struct {
		takenMeanwhile         bool
		statuses               []int
		want, requests, renews int
	}{
		"taken from others":       {true, []int{401, 401, 200}, 200, 3, 2},
		"taken from nobody":       {false, []int{401, 401, 200}, 401, 2, 1},
		"refused again and again": {true, []int{401}, 401, maxRenewals + 1, maxRenewals},
	} {
		t.Run(name, func(t *testing.T) {
			var s *signer
			asked := 0
			tokens := &fakeTokens{renew: func(string, string) (string, error) {
				asked++
				return fmt.Sprintf("renewed-%d", asked), nil
			}}
			late := &fakeRoundTripper{answer: func(n int, _ *http.Request) (*http.Response, error) {
				if n > 0 && c.takenMeanwhile { // another request is answered before this one arrives
					other := &signer{next: inTurn(status(200)), host: s.host, tokens: tokens}
					if _, err := other.send(request(t, "GET", ""), fmt.Sprintf("renewed-%d", n)); err != nil {
						return nil, err
					}
					s.taken.Store(other.taken.Load())
				}
				return reply(c.statuses[min(n, len(c.statuses)-1)]), nil
			}}
			s = newSigner(late, tokens)
			resp, err := s.RoundTrip(request(t, "GET", ""))
			if err != nil || resp.StatusCode != c.want || late.count() != c.requests || asked != c.renews {
				t.Errorf("got %v, %v after %d requests and %d renewals", resp, err, late.count(), asked)
			}
		})
	}
}

func TestSigner_GivesThe401WhereRenewalIsOfNoUse(t *testing.T) {
	for name, renew := range map[string]func(string, string) (string, error){
		"fails":      func(string, string) (string, error) { return "", errors.New("sign-in is down") },
		"same token": func(refused, _ string) (string, error) { return refused, nil },
	} {
		rt := inTurn(status(401))
		resp, err := newSigner(rt, &fakeTokens{renew: renew}).RoundTrip(request(t, "GET", ""))
		if err != nil || resp.StatusCode != 401 || rt.count() != 1 || bodyOf(t, resp) != "Unauthorized" {
			t.Errorf("%s: %v, %v after %d requests", name, resp, err, rt.count())
		}
	}
}

// A credential that sign-in takes no more is what the caller has to hear of, rather than of the token that has run out.
func TestSigner_GivesTheRefusalOfSignInWhereThatIsFinal(t *testing.T) {
	refused := finalError{final: true}
	rt := inTurn(status(401))
	_, err := newSigner(rt, &fakeTokens{renew: func(string, string) (string, error) { return "", refused }}).RoundTrip(request(t, "GET", ""))
	if !errors.Is(err, refused) || rt.count() != 1 {
		t.Errorf("got %v after %d requests", err, rt.count())
	}
}

func TestSigner_FailsWithoutAToken(t *testing.T) {
	refused := errors.New("no token")
	rt := inTurn(status(200))
	_, err := newSigner(rt, &fakeTokens{token: func() (string, error) { return "", refused }}).RoundTrip(request(t, "GET", ""))
	if !errors.Is(err, refused) || rt.count() != 0 {
		t.Errorf("got %v after %d requests", err, rt.count())
	}
}

func TestSigner_RewindsTheBodyForTheSecondTry(t *testing.T) {
	var bodies []string
	rt := &fakeRoundTripper{answer: func(n int, req *http.Request) (*http.Response, error) {
		b, err := io.ReadAll(req.Body)
		bodies = append(bodies, string(b))
		return reply([]int{401, 429, 200}[n]), err
	}}
	r := newRetry(newSigner(rt, &fakeTokens{}), newClock())
	resp, err := r.RoundTrip(request(t, "POST", `{"x":1}`))
	if err != nil || resp.StatusCode != 200 || strings.Join(bodies, "|") != `{"x":1}|{"x":1}|{"x":1}` {
		t.Errorf("got %v, %v; the bodies were %q", resp, err, bodies)
	}
	failing := request(t, "POST", "x")
	failing.GetBody = func() (io.ReadCloser, error) { return nil, io.ErrClosedPipe }
	if _, err := newSigner(rt, &fakeTokens{}).RoundTrip(failing); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a body that cannot be rewound: %v", err)
	}
}

func TestSigner_DoesNotRepeatABodyThatCannotBeRewound(t *testing.T) {
	req := request(t, "POST", "x")
	req.GetBody = nil
	rt, tokens := inTurn(status(401), status(200)), &fakeTokens{}
	if resp, err := newSigner(rt, tokens).RoundTrip(req); err != nil || resp.StatusCode != 401 || rt.count() != 1 {
		t.Errorf("got %v, %v after %d requests", resp, err, rt.count())
	}
}

func TestSigner_HandsOnTheClaimsOfTheChallenge(t *testing.T) {
	// The text is chosen so that its base64 differs in the two alphabets and needs padding.
	const claims = `{"access_token":{"nbf":{"value":"1~~~???>>"}}}`
	challenge := func(encoded string) string {
		return `Bearer realm="", authorization_uri="https://login.example.com/common", error="insufficient_claims", claims="` + encoded + `"`
	}
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"std":             {[]string{challenge(base64.StdEncoding.EncodeToString([]byte(claims)))}, claims},
		"std, no padding": {[]string{challenge(base64.RawStdEncoding.EncodeToString([]byte(claims)))}, claims},
		"url":             {[]string{challenge(base64.URLEncoding.EncodeToString([]byte(claims)))}, claims},
		"url, no padding": {[]string{challenge(base64.RawURLEncoding.EncodeToString([]byte(claims)))}, claims},
		"second header":   {[]string{`Negotiate`, challenge(base64.StdEncoding.EncodeToString([]byte(claims)))}, claims},
		"no claims":       {[]string{`Bearer realm=""`}, ""},
		"no header":       {nil, ""},
		"not base64":      {[]string{challenge("{}")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			first := reply(401)
			first.Header["Www-Authenticate"] = c.headers
			tokens := &fakeTokens{}
			rt := inTurn(func() (*http.Response, error) { return first, nil }, status(200))
			resp, err := newSigner(rt, tokens).RoundTrip(request(t, "GET", ""))
			if err != nil || resp.StatusCode != 200 || len(tokens.renewals) != 1 || tokens.renewals[0] != c.want {
				t.Errorf("got %v, %v; renewed with %q, want %q", resp, err, tokens.renewals, c.want)
			}
		})
	}
}
