package entra

import (
	"context"
	"slices"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestCredentialsOf_KeepTheCertificateWhateverTheOrder(t *testing.T) {
	private := graph.Credential{KeyID: "k", Type: "X509CertAndPassword", Usage: "Sign", CustomKeyIdentifier: "AA=="}
	public := graph.Credential{KeyID: "k", Type: "AsymmetricX509Cert", Usage: "Verify", CustomKeyIdentifier: "AA=="}
	password := graph.Credential{KeyID: "k", CustomKeyIdentifier: "AA=="}
	for _, keys := range [][]graph.Credential{{private, public}, {public, private}} {
		set := credentialsOf(holder{CredentialHolder: graph.CredentialHolder{ID: "sp", Keys: keys,
			Passwords: []graph.Credential{password, {KeyID: "a"}, {}, {KeyID: "z"}}}})
		if len(set.credentials) != 3 || set.withoutID != 1 {
			t.Fatalf("%d credentials and %d without an id, want 3 and 1", len(set.credentials), set.withoutID)
		}
		if kept := set.credentials[1]; kept.Credential != public || kept.kind != kindKey {
			t.Errorf("%+v was kept, want the certificate", kept)
		}
	}
}

func TestCredentialResource_TellsTheKindsApart(t *testing.T) {
	for _, test := range []struct{ kind, keyType, class, detail, name string }{
		{kindPassword, "", "STATIC_SECRET", "passwordCredential", "Client secret k"},
		{kindKey, "AsymmetricX509Cert", "CERTIFICATE", "AsymmetricX509Cert", "Certificate k"},
		{kindKey, "X509CertAndPassword", "CERTIFICATE", "X509CertAndPassword", "Certificate k"},
		{kindKey, "Symmetric", "STATIC_SECRET", "Symmetric", "Client secret k"},
		{kindKey, "AsymmetricKey", "ASYMMETRIC_KEY", "AsymmetricKey", "Key k"},
		{kindKey, "", "UNSPECIFIED", "keyCredential", "Key k"},
	} {
		r, err := credentialResource(credential{graph.Credential{KeyID: "k", Type: test.keyType}, test.kind}, holder{objectType: "application"})
		if err != nil {
			t.Fatal(err)
		}
		got := readCredential(t, r)
		if got.class != test.class || got.detail != test.detail || got.name != test.name || got.identity != "" || got.created != "" || got.expires != "" {
			t.Errorf("%s %q is %+v", test.kind, test.keyType, got)
		}
	}
}

func TestCredentialResource_KeepsEveryProperty(t *testing.T) {
	start, end := time.Date(2024, 1, 2, 3, 4, 5, 678, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	r, err := credentialResource(
		credential{graph.Credential{KeyID: "k", DisplayName: "CN=x", StartDateTime: &start, EndDateTime: &end, Type: "AsymmetricX509Cert", Usage: "Verify", CustomKeyIdentifier: "AA=="}, kindKey},
		holder{graph.CredentialHolder{ID: "o", AppID: "a", DisplayName: "Portal"}, "application", identity{typeApplication, "sp"}})
	if err != nil {
		t.Fatal(err)
	}
	want := credentialRow{name: "CN=x", identity: "enterprise_application:sp", class: "CERTIFICATE", detail: "AsymmetricX509Cert",
		created: "2024-01-02T03:04:05Z", expires: "9999-12-31T23:59:59Z", kind: "keyCredential", keyType: "AsymmetricX509Cert", usage: "Verify",
		thumbprint: "AA==", holder: "o", holderType: "application", holderAppID: "a", holderName: "Portal"}
	if got := readCredential(t, r); got != want {
		t.Errorf("%+v, want\n%+v", got, want)
	}
}

// The SDK reads a page once more where the first time failed on its side: the rows are the same.
func TestCredentials_ArePageByPageTheSameWhenReadTwice(t *testing.T) {
	t.Parallel()
	c := newCredentialTest(t, graphsim.Options{Seed: 49, PageSize: 1})
	syncer := &credentialSyncer{connectTo(t, c.sim, c.clock)}
	session, ctx := newFakeSession(), context.Background()
	rows := 0
	for token, first := "", true; first || token != ""; first = false {
		once, _, err := syncer.List(ctx, nil, attrs(session, token))
		if err != nil {
			t.Fatal(err)
		}
		twice, results, err := syncer.List(ctx, nil, attrs(session, token))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(idsOfRows(once), idsOfRows(twice)) {
			t.Errorf("seed 49: %q, then %q", idsOfRows(once), idsOfRows(twice))
		}
		rows += len(once)
		token = results.NextPageToken
	}
	if want, _ := expectedCredentials(c.census, switches{}); rows != len(want) {
		t.Errorf("seed 49: %d rows, want %d", rows, len(want))
	}
}

func idsOfRows(resources []*v2.Resource) []string {
	var ids []string
	for _, r := range resources {
		ids = append(ids, r.GetId().GetResource())
	}
	return ids
}
