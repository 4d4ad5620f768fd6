package entra

import (
	"context"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/crypto/providers/jwk"
	"github.com/conductorone/baton-sdk/pkg/types"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// accounts is a small tenant whose accounts are managed through gRPC, and the vault that gets the passwords.
type accounts struct {
	t      *testing.T
	sim    *graphsim.Server
	client types.ConnectorClient
	clock  *testkit.QuickClock
	vault  *v2.EncryptionConfig
	open   func(*v2.EncryptedData) (*v2.PlaintextData, error)
}

// manageAccounts starts one. Its application may do everything, with the directory roles that the options name.
func manageAccounts(t *testing.T, o graphsim.Options) *accounts {
	t.Helper()
	ctx := context.Background()
	a := &accounts{t: t, clock: &testkit.QuickClock{}}
	o.Users, o.Groups, o.Memberships, o.Apps, o.Assignments, o.WithoutLimits = 60, 5, 20, 4, 10, true
	o.Permissions = append(graphsim.ReadPermissions(), graphsim.WritePermissions()...)
	o.Now = a.clock.Now
	a.sim = startTenant(t, o)
	a.client = testkit.Serve(ctx, t, connectTo(t, a.sim, a.clock))
	provider := &jwk.JWKEncryptionProvider{}
	vault, key, err := provider.GenerateKey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	a.vault = vault
	a.open = func(sealed *v2.EncryptedData) (*v2.PlaintextData, error) { return provider.Decrypt(ctx, sealed, key) }
	return a
}

// admin are the options of a tenant where the application may touch everybody.
func admin(seed uint64) graphsim.Options {
	return graphsim.Options{Seed: seed, DirectoryRoles: []string{"Global Administrator"}}
}

// form is what somebody filled in, with changes: nil takes a field out.
func form(changes map[string]any) map[string]any {
	values := map[string]any{
		"displayName": "Noor New", "mailNickname": "noor.new", "userPrincipalName": "noor.new@contoso.com", "givenName": "Noor",
		"surname": "New", "employeeId": "N-1001", "jobTitle": "Engineer", "department": "Research",
		"additionalAttributes": `{"usageLocation": "US", "onPremisesExtensionAttributes": {"extensionAttribute3": "three"}}`,
	}
	maps.Copy(values, changes)
	maps.DeleteFunc(values, func(_ string, v any) bool { return v == nil })
	return values
}

// randomPassword asks for one of the SDK's.
func randomPassword() *v2.CredentialOptions {
	return v2.CredentialOptions_builder{RandomPassword: v2.CredentialOptions_RandomPassword_builder{Length: 20}.Build()}.Build()
}

func noPassword() *v2.CredentialOptions {
	return v2.CredentialOptions_builder{NoPassword: &v2.CredentialOptions_NoPassword{}}.Build()
}

// create fills in the form, and returns the new user's id and the password that came to the vault.
func (a *accounts) create(values map[string]any, options *v2.CredentialOptions) (id, password string, err error) {
	a.t.Helper()
	profile, err := structpb.NewStruct(values)
	if err != nil {
		a.t.Fatal(err)
	}
	resp, err := a.client.CreateAccount(context.Background(), v2.CreateAccountRequest_builder{
		AccountInfo: v2.AccountInfo_builder{Profile: profile}.Build(), CredentialOptions: options, ResourceTypeId: typeUser,
		EncryptionConfigs: []*v2.EncryptionConfig{a.vault}}.Build())
	if err != nil {
		return "", "", err
	}
	if !resp.GetSuccess().GetIsCreateAccountResult() {
		a.t.Errorf("the result is %v", resp)
	}
	return resp.GetSuccess().GetResource().GetId().GetResource(), a.opened(resp.GetEncryptedData()), nil
}

func (a *accounts) rotate(id string, options *v2.CredentialOptions) (password string, err error) {
	a.t.Helper()
	resp, err := a.client.RotateCredential(context.Background(), v2.RotateCredentialRequest_builder{
		ResourceId: v2.ResourceId_builder{ResourceType: typeUser, Resource: id}.Build(), CredentialOptions: options,
		EncryptionConfigs: []*v2.EncryptionConfig{a.vault}}.Build())
	return a.opened(resp.GetEncryptedData()), err
}

// remove deletes a user, and says whether there was none.
func (a *accounts) remove(id string) (gone bool, err error) {
	resp, err := a.client.DeleteResource(context.Background(), v2.DeleteResourceRequest_builder{
		ResourceId: v2.ResourceId_builder{ResourceType: typeUser, Resource: id}.Build()}.Build())
	for _, note := range resp.GetAnnotations() {
		gone = gone || note.MessageIs(&v2.ResourceDoesNotExist{})
	}
	return gone, err
}

// opened is the one password among what came encrypted, "" where nothing came.
func (a *accounts) opened(data []*v2.EncryptedData) string {
	a.t.Helper()
	if len(data) == 0 {
		return ""
	}
	plain, err := a.open(data[0])
	if err != nil || len(data) != 1 || plain.GetName() != "password" || len(plain.GetBytes()) == 0 {
		a.t.Fatalf("%d secrets for the vault, the first is a %q: %v", len(data), plain.GetName(), err)
	}
	return string(plain.GetBytes())
}

// named are the users with a principal name.
func (a *accounts) named(upn string) []graphsim.Record {
	return slices.DeleteFunc(slices.Clone(a.sim.Census().Users), func(u graphsim.Record) bool {
		return !strings.EqualFold(u.Text("userPrincipalName"), upn)
	})
}

// user is who has an object id, nil for nobody.
func (a *accounts) user(id string) *graphsim.Record {
	for _, u := range a.sim.Census().Users {
		if u.ID() == id {
			return &u
		}
	}
	return nil
}

// someone is a user of the tenant: an administrator, or an ordinary one.
func (a *accounts) someone(administrator bool) string {
	a.t.Helper()
	for _, u := range a.sim.Census().Users {
		if a.sim.Tenant().Administrator(u.ID()) == administrator && u.Get("onPremisesSyncEnabled") != true && u.Text("userType") == "Member" {
			return u.ID()
		}
	}
	a.t.Fatalf("seed %d: nobody of whom it is %v to be an administrator", a.sim.Options().Seed, administrator)
	return ""
}

// written are the writes that arrived since the history was forgotten, as "POST /users".
func (a *accounts) written() []string {
	var out []string
	for _, r := range a.sim.History() {
		if path, found := strings.CutPrefix(r.Path, "/v1.0"); found && r.Method != http.MethodGet {
			out = append(out, r.Method+" "+path)
		}
	}
	return out
}

// wantWritten holds the writes against what they have to be.
func (a *accounts) wantWritten(want ...string) {
	a.t.Helper()
	if got := a.written(); !slices.Equal(got, want) {
		a.t.Errorf("written was %q, want %q", got, want)
	}
}

// wantPassword holds a password against that of the user.
func (a *accounts) wantPassword(id, password string, change bool) {
	a.t.Helper()
	if text, changes := a.sim.Tenant().Password(id); text != password || text == "" || changes != change {
		a.t.Errorf("seed %d: the password of %s is not what was handed over, or is to be changed: %v", a.sim.Options().Seed, id, changes)
	}
}

// synced is what a whole sync finds.
func (a *accounts) synced() *testkit.Contents {
	a.t.Helper()
	path := filepath.Join(a.t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), a.t, connectTo(a.t, a.sim, a.clock), path); err != nil {
		a.t.Fatal(err)
	}
	return testkit.Read(context.Background(), a.t, path)
}

func newStruct(t *testing.T, values map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(values)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
