package graphsim_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestToken_FederatedAssertions(t *testing.T) {
	key, now := newKey(t), time.Now()
	const issuer, subject = "https://oidc.example.com", "system:serviceaccount:baton:connector"
	r := start(t, graphsim.Options{Federations: []graphsim.Federation{{Issuer: issuer, Subject: subject, Key: &key.PublicKey}}})
	claims := func(name string, value any) map[string]any {
		c := map[string]any{"iss": issuer, "sub": subject, "aud": []string{"api://AzureADTokenExchange"}, "exp": now.Add(time.Hour).Unix()}
		if name != "" {
			c[name] = value
		}
		return c
	}
	for name, test := range map[string]struct {
		assertion string
		want      int
	}{
		"good":           {sign(t, key, map[string]any{"kid": "1"}, claims("", nil)), 0},
		"thumbprint":     {sign(t, key, map[string]any{"x5t": "of the issuer's own"}, claims("", nil)), 0}, // the issuer decides
		"no exp":         {sign(t, key, map[string]any{}, claims("exp", nil)), 700024},
		"other issuer":   {sign(t, key, map[string]any{}, claims("iss", "https://evil.example.com")), 70021},
		"other subject":  {sign(t, key, map[string]any{}, claims("sub", "x")), 70021},
		"other audience": {sign(t, key, map[string]any{}, claims("aud", "x")), 70021},
		"other key":      {sign(t, newKey(t), map[string]any{}, claims("", nil)), 50013},
		"expired":        {sign(t, key, map[string]any{}, claims("exp", now.Add(-time.Hour).Unix())), 700024},
	} {
		if got := r.signInWith(test.assertion); got != test.want {
			t.Errorf("%s: AADSTS%d, want %d", name, got, test.want)
		}
	}
}

// TestFederation_TakesRSA: a key that no assertion could ever be checked with is refused at once.
func TestFederation_TakesRSA(t *testing.T) {
	key, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]graphsim.Federation{"no key": {Issuer: "i", Subject: "s"}, "other key": {Issuer: "i", Subject: "s", Key: key}} {
		if _, err := graphsim.New(graphsim.Options{Federations: []graphsim.Federation{f}}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// TestToken_SecretsEnd: several secrets work side by side, each until its end, and all show at the registration.
func TestToken_SecretsEnd(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := start(t, graphsim.Options{Now: c.Now, ClientSecret: "first", ClientSecretEnds: c.now.AddDate(0, 0, 20),
		ClientSecrets: []graphsim.ClientSecret{{Value: "second", Name: "next", End: c.now.AddDate(1, 0, 0)}}})
	code := func(secret string) int {
		form := r.form()
		form.Set("client_secret", secret)
		return r.tokenCode(form)
	}
	if a, b, c := code("first"), code("second"), code("third"); a != 0 || b != 0 || c != 7000215 {
		t.Errorf("AADSTS %d, %d, %d", a, b, c)
	}
	c.move(21 * 24 * time.Hour)
	if a, b := code("first"), code("second"); a != 7000222 || b != 0 {
		t.Errorf("after the end: AADSTS %d, %d", a, b)
	}
	r.token = r.signInAs("second")
	row := r.ok("/applications?$select=passwordCredentials&$filter=" + escape("appId eq '"+r.Options().ClientID+"'")).Value[0]
	secrets := row["passwordCredentials"].([]any)
	first := secrets[0].(map[string]any)
	if len(secrets) != 2 || first["hint"] != "fir" || first["endDateTime"] != "2025-01-21T00:00:00Z" || first["secretText"] != nil {
		t.Errorf("%v", secrets)
	}
}
