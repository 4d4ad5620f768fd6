package conductoronesim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// TestToken_RefusesBadAssertions changes one thing at a time about an assertion that would pass.
func TestToken_RefusesBadAssertions(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	c := newStranger(t, s)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	with := func(name string, value any) string {
		claims := c.claims()
		claims[name] = value
		return c.sign(claims, rawNonce(t))
	}
	for name, c1 := range map[string]struct {
		assertion string
		want      string
	}{
		"issuer":            {with("iss", "other@127.0.0.1/local"), "iss"},
		"subject":           {with("sub", "other@127.0.0.1/local"), "sub"},
		"audience":          {with("aud", []string{s.Address()}), "aud"},
		"expired":           {with("exp", now.Add(-2*time.Minute).Unix()), "exp"},
		"not yet":           {with("nbf", now.Add(2*time.Minute).Unix()), "nbf"},
		"from the future":   {with("iat", now.Add(2*time.Minute).Unix()), "iat"},
		"too long a life":   {with("exp", now.Add(time.Hour).Unix()), "lives"},
		"no expiry":         {with("exp", nil), "lacks"},
		"another key":       {c.signWith(otherKey(t), jose.EdDSA, c.claims(), "n"), "signed"},
		"another algorithm": {c.signWith(ecKey, jose.ES256, c.claims(), "n"), "parse"},
		"no nonce":          {c.sign(c.claims(), ""), "nonce"},
		"no JWT":            {"x.y.z", "parse"},
		"none":              {"", "parse"},
	} {
		before := len(s.Violations())
		status, _ := c.ask(c.form(c1.assertion))
		violations := s.Violations()[before:]
		if status != http.StatusUnauthorized || len(violations) != 1 || !strings.Contains(violations[0], c1.want) {
			t.Errorf("%s: %d, %q", name, status, violations)
		}
	}
}

func TestToken_RefusesTheSameAssertionTwice(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	c := newStranger(t, s)
	form := c.form(c.sign(c.claims(), "once"))
	first, _ := c.ask(form)
	second, _ := c.ask(form)
	if first != http.StatusOK || second != http.StatusUnauthorized {
		t.Errorf("%d, then %d", first, second)
	}
}

func TestToken_RefusesOtherForms(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	c := newStranger(t, s)
	for _, name := range []string{"client_id", "grant_type", "client_assertion_type"} {
		form := c.form(c.sign(c.claims(), rawNonce(t)))
		form[name] = []string{"x"}
		if status, _ := c.ask(form); status != http.StatusUnauthorized {
			t.Errorf("another %s: %d", name, status)
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodPut} {
		u := url.URL{Scheme: "https", Host: s.Address(), Path: signInPath, RawQuery: c.form(c.sign(c.claims(), rawNonce(t))).Encode()}
		r, err := http.NewRequest(method, u.String(), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := c.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", method, response.StatusCode)
		}
	}
	response, err := c.http.Get("https://" + s.Address() + "/nothing")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusNotFound || len(s.Violations()) != 6 {
		t.Errorf("%d, %q", response.StatusCode, s.Violations())
	}
}

// TestTLS_IsNotOld: nothing below TLS 1.2 is spoken, as with the real service.
func TestTLS_IsNotOld(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	for version, want := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		d := tls.Dialer{NetDialer: newDialer(), Config: &tls.Config{MinVersion: version, MaxVersion: version, InsecureSkipVerify: true}}
		c, err := d.DialContext(t.Context(), "tcp", s.Address())
		if got := err == nil; got != want {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			_ = c.Close()
		}
	}
}

// TestToken_ClockOff: a service whose clock is five minutes ahead refuses the assertion, one within a minute does not.
func TestToken_ClockOff(t *testing.T) {
	t.Parallel()
	for skew, want := range map[time.Duration]int{
		5 * time.Minute: http.StatusUnauthorized, -5 * time.Minute: http.StatusUnauthorized, 30 * time.Second: http.StatusOK, -30 * time.Second: http.StatusOK,
	} {
		clock := newClock()
		s := Start(t, Options{Now: clock.now})
		c := newStranger(t, s)
		clock.move(skew)
		if status, _ := c.ask(c.form(c.sign(c.claims(), rawNonce(t)))); status != want {
			t.Errorf("%v: %d", skew, status)
		}
	}
}

// TestToken_LivesAsLongAsItSays, by the service's clock.
func TestToken_LivesAsLongAsItSays(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := Start(t, Options{Now: clock.now, TokenLife: 90 * time.Second})
	c := newStranger(t, s)
	if _, answer := c.ask(c.form(c.sign(c.claims(), rawNonce(t)))); answer.ExpiresIn != 90 {
		t.Errorf("expires_in %d", answer.ExpiresIn)
	}
	clock.move(89 * time.Second)
	if err := c.hello("pod", ""); err != nil {
		t.Error(err)
	}
	clock.move(2 * time.Second)
	wantUnauthenticated(t, c.hello("pod", ""))
	c.token = "made up"
	wantUnauthenticated(t, c.hello("pod", ""))
	c.token = ""
	wantUnauthenticated(t, c.hello("pod", ""))
	noViolations(t, s)
}
