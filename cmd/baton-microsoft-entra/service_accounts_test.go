//go:build unix

package main_test

import (
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// accountForm is the form of a new account with a name.
func accountForm(name string) map[string]any {
	return map[string]any{"displayName": "New " + name, "mailNickname": name, "userPrincipalName": name + "@contoso.com", "department": "Research"}
}

// The password of a new account, and that of a rotation, is the one that the tenant holds. ConductorOne has it from the
// vault's payload and from nowhere else: it is in no field that can be read, in no upload, in no log, not even in one for
// debugging, and in no file.
func TestService_HandsPasswordsToTheVaultAlone(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant(), "--log-level", "debug")
	form := accountForm("noor.random")
	userID := s.creates(form, conductoronesim.CreateAccount("user", form, conductoronesim.RandomPassword), true)
	s.keeps(passwordOf(s.sim, userID))
	again := s.do(conductoronesim.CreateAccount("user", form, conductoronesim.RandomPassword)) // as after a lost answer
	s.wantWritten("PATCH /users/" + userID)
	s.wantVault(again, passwordOf(s.sim, userID))
	s.keeps(passwordOf(s.sim, userID))
	for range 2 { // each time another one
		old := passwordOf(s.sim, userID)
		s.sim.ResetHistory()
		rotated := s.do(conductoronesim.RotateCredentials(userNamed(userID), conductoronesim.RandomPassword))
		s.wantWritten("PATCH /users/" + userID)
		s.wantVault(rotated, passwordOf(s.sim, userID))
		if passwordOf(s.sim, userID) == old {
			t.Error("the password is what it was")
		}
		s.keeps(passwordOf(s.sim, userID))
	}
	uploaded := s.synced(conductoronesim.SyncOptions{})
	row(t, uploaded.resources, "user:"+userID, &v2.Resource{})
	for _, all := range []rows{uploaded.resources, uploaded.entitlements, uploaded.grants} {
		for id, text := range all {
			for _, secret := range s.secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%s holds a secret", id)
				}
			}
		}
	}
	for _, path := range s.search(s.secrets) {
		t.Errorf("%s holds a secret", path)
	}
}

// A password that ConductorOne sends encrypted is the one that is set. It does not come back.
func TestService_SetsThePasswordThatComesEncrypted(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant(), "--log-level", "debug")
	const first, second = "chosen-By-somebody_1", "chosen-By-somebody_2"
	s.keeps(first)
	s.keeps(second)
	form := accountForm("noor.encrypted")
	userID := s.creates(form, conductoronesim.CreateAccount("user", form, conductoronesim.Encrypted).WithPassword(first), false)
	if passwordOf(s.sim, userID) != first {
		t.Error("another password was set")
	}
	s.wantVault(s.do(conductoronesim.RotateCredentials(userNamed(userID), conductoronesim.RandomPassword)), passwordOf(s.sim, userID))
	s.keeps(passwordOf(s.sim, userID))
	s.wantVault(s.do(conductoronesim.RotateCredentials(userNamed(userID), conductoronesim.Encrypted).WithPassword(second)), "")
	if passwordOf(s.sim, userID) != second {
		t.Error("the rotation set another password")
	}
}

// Without a password nothing comes to the vault, what a user here cannot have is refused, and nobody is there twice.
func TestService_CreatesAndDeletesAccounts(t *testing.T) {
	t.Parallel()
	s := serve(t, accountsTenant())
	form := accountForm("noor.none")
	userID := s.creates(form, conductoronesim.CreateAccount("user", form, conductoronesim.NoPassword), false)
	if passwordOf(s.sim, userID) == "" {
		t.Error("the tenant holds no password: it demands one")
	}
	s.keeps(passwordOf(s.sim, userID))

	s.refused(conductoronesim.CreateAccount("user", accountForm("noor.sso"), conductoronesim.SingleSignOn), codes.InvalidArgument, "credential_options")
	taken := accountForm("noor.none")
	taken["department"] = "Sales"
	again := s.refused(conductoronesim.CreateAccount("user", taken, conductoronesim.RandomPassword), codes.AlreadyExists, "nothing was changed")
	if !again.NonRetryable || len(again.Secrets) > 0 {
		t.Errorf("of a name that is taken: it may be tried again: %v; %d secrets", !again.NonRetryable, len(again.Secrets))
	}
	incomplete := accountForm("noor.incomplete")
	delete(incomplete, "displayName")
	s.refused(conductoronesim.CreateAccount("user", incomplete, conductoronesim.RandomPassword), codes.InvalidArgument, "displayName is missing")

	s.sim.ResetHistory()
	if result := s.do(conductoronesim.DeleteResource(userNamed(userID))); result.Status != codes.OK {
		t.Errorf("%v, %s", result.Status, result.Message)
	}
	s.wantWritten("DELETE /users/" + userID)
	wantNote(t, s.do(conductoronesim.DeleteResource(userNamed(userID))), &v2.ResourceDoesNotExist{})
	s.wantWritten()
	if got := s.synced(conductoronesim.SyncOptions{}); got.resources["user:"+userID] != "" {
		t.Error("the next sync shows the account that was deleted")
	}
}

// creates has an account created from a form, checks what has become of it, and returns its id.
func (s *service) creates(form map[string]any, task conductoronesim.Task, inVault bool) string {
	s.t.Helper()
	s.sim.ResetHistory()
	result := s.do(task)
	s.wantWritten("POST /users")
	u := named(s.t, s.sim, form["userPrincipalName"].(string))
	answer, _ := result.Response.(*v2.CreateAccountResponse)
	if id := answer.GetSuccess().GetResource().GetId(); !answer.GetSuccess().GetIsCreateAccountResult() || !proto.Equal(id, userNamed(u.ID())) {
		s.t.Fatalf("%s: %v, %s, with the resource %v", result.Type, result.Status, result.Message, id)
	}
	for property, value := range form {
		if u.Get(property) != value {
			s.t.Errorf("the %s of the new account is %v, want %v", property, u.Get(property), value)
		}
	}
	password := ""
	if inVault {
		password = passwordOf(s.sim, u.ID())
	}
	s.wantVault(result, password)
	return u.ID()
}

// wantVault checks that a task succeeded and brought the password, and no other, and only what the vault's key opens;
// none where it is empty.
func (s *service) wantVault(result conductoronesim.Result, password string) {
	s.t.Helper()
	if result.Status != codes.OK {
		s.t.Fatalf("%s: %v, %s", result.Type, result.Status, result.Message)
	}
	switch {
	case password == "" && len(result.Secrets) == 0:
		return
	case password == "" || len(result.Secrets) != 1:
		s.t.Fatalf("%s: %d secrets came to the vault", result.Type, len(result.Secrets))
	case result.Secrets[0].Name != "password" || string(result.Secrets[0].Value) != password:
		s.t.Errorf("%s: the vault has another password than the tenant, by the name %q", result.Type, result.Secrets[0].Name)
	}
	if text, err := protojson.Marshal(result.Response); err != nil || strings.Contains(string(text), password) {
		s.t.Errorf("%s: the password can be read in the answer: %v", result.Type, err)
	}
}

// keeps notes a secret that the service may nowhere write.
func (s *service) keeps(secret string) { s.secrets = append(s.secrets, secret) }

func userNamed(id string) *v2.ResourceId {
	return v2.ResourceId_builder{ResourceType: "user", Resource: id}.Build()
}
