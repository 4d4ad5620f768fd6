//go:build unix

package graph

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// fakeCLI puts an az of the test's own on the PATH. It is a shell script.
func fakeCLI(t *testing.T, script string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if script != "" {
		if err := os.WriteFile(filepath.Join(dir, "az"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":/bin:/usr/bin")
	return dir
}

func TestCLI_GivesItsTokenAndIsAskedOnce(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	token, err := simTokens(sim).Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	fakeCLI(t, `echo "$@" >> `+dir+`/asked
echo '{"accessToken": "`+token+`", "expires_on": 4102444800}'`)
	tokens := NewAzureCLITokens(signInOf(sim))
	for range 3 {
		if err := readsBy(t, sim, tokens); err != nil {
			t.Fatal(err)
		}
	}
	asked, err := os.ReadFile(filepath.Join(dir, "asked"))
	want := "account get-access-token -o json --resource https://graph.microsoft.com --tenant " + sim.Options().TenantID + "\n"
	if err != nil || string(asked) != want {
		t.Errorf("az was called with %q, %v", asked, err)
	}
}

func TestCLI_TokensAreGivenUpBeforeTheyEnd(t *testing.T) {
	now := time.Now()
	k := &keeping{now: func() time.Time { return now }, token: azcore.AccessToken{Token: "old", ExpiresOn: now.Add(renewBefore + time.Second)}}
	fake := &countingCredential{}
	k.credential = fake
	for i, want := range []int{0, 1} {
		now = now.Add(time.Duration(i) * time.Minute)
		if _, err := k.GetToken(t.Context(), tokenRequest("")); err != nil || fake.n != want {
			t.Errorf("%d requests, want %d (%v)", fake.n, want, err)
		}
	}
	if _, err := k.GetToken(t.Context(), tokenRequest("{}")); err != nil || fake.n != 2 {
		t.Errorf("claims are answered from the cache: %v", err)
	}
}

func TestCLI_Refusals(t *testing.T) {
	for name, c := range map[string]struct{ script, code, says string }{
		"not there":      {"", "", "az is not on the PATH"},
		"not logged in":  {`echo "ERROR: Please run 'az login' to setup account, jane@example.com." >&2; exit 1`, "", "log in with az login --tenant " + testTenant},
		"refused":        {`echo "ERROR: AADSTS50076: jane@example.com must use multi-factor authentication" >&2; exit 1`, "50076", "az login --tenant " + testTenant},
		"says something": {`echo "Welcome jane@example.com"`, "", "gives no token"},
	} {
		t.Run(name, func(t *testing.T) {
			fakeCLI(t, c.script)
			_, err := NewAzureCLITokens(SignIn{Scope: publicScope, TenantID: testTenant}).Token(t.Context())
			wantSignInError(t, err, c.code, c.says)
			if strings.Contains(err.Error(), "jane") {
				t.Errorf("a person is named: %v", err)
			}
		})
	}
}

// countingCredential gives out a token for an hour and counts.
type countingCredential struct{ n int }

func (c *countingCredential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.n++
	return azcore.AccessToken{Token: "new", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func tokenRequest(claims string) policy.TokenRequestOptions {
	return policy.TokenRequestOptions{Scopes: []string{publicScope}, Claims: claims}
}
