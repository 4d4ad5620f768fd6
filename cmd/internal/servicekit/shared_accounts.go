//go:build unix

package servicekit

import (
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// The password of a new account, and that of a rotation, is the one that the directory holds. ConductorOne has it from the
// vault's payload and from nowhere else: it is in no field that can be read, in no upload, in no log, not even in one for
// debugging, and in no file.
func handsPasswordsToTheVaultAlone(t *testing.T, c Connector) {
	d := serve(t, c, "--log-level", "debug")
	form := c.Form("noor.random")
	user := d.creates(form, conductoronesim.CreateAccount(c.User, form, conductoronesim.RandomPassword), true)
	d.Keeps(d.account.Password(user))
	again := d.Do(conductoronesim.CreateAccount(c.User, form, conductoronesim.RandomPassword)) // as after a lost answer
	d.WantWritten(c.Adopt...)
	d.WantVault(again, d.account.Password(user))
	d.Keeps(d.account.Password(user))
	for range 2 { // each time another one
		old := d.account.Password(user)
		d.account.ResetHistory()
		rotated := d.Do(conductoronesim.RotateCredentials(ResourceID(c.User, user), conductoronesim.RandomPassword))
		d.WantWritten(c.Rotate...)
		d.WantVault(rotated, d.account.Password(user))
		if d.account.Password(user) == old {
			t.Error("the password is what it was")
		}
		d.Keeps(d.account.Password(user))
	}
	uploaded := d.Synced(conductoronesim.SyncOptions{})
	Row(t, uploaded.Resources, c.User+":"+user, &v2.Resource{})
	for _, all := range []Rows{uploaded.Resources, uploaded.Entitlements, uploaded.Grants} {
		for id, text := range all {
			for _, secret := range d.Secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%s holds a secret", id)
				}
			}
		}
	}
	for _, path := range d.Search(d.Secrets) {
		t.Errorf("%s holds a secret", path)
	}
}

// A password that ConductorOne sends encrypted is the one that is set. It does not come back.
func setsThePasswordThatComesEncrypted(t *testing.T, c Connector) {
	d := serve(t, c, "--log-level", "debug")
	const first, second = "chosen-By-somebody_1", "chosen-By-somebody_2"
	d.Keeps(first)
	d.Keeps(second)
	form := c.Form("noor.encrypted")
	user := d.creates(form, conductoronesim.CreateAccount(c.User, form, conductoronesim.Encrypted).WithPassword(first), false)
	if d.account.Password(user) != first {
		t.Error("another password was set")
	}
	account := ResourceID(c.User, user)
	d.WantVault(d.Do(conductoronesim.RotateCredentials(account, conductoronesim.RandomPassword)), d.account.Password(user))
	d.Keeps(d.account.Password(user))
	d.WantVault(d.Do(conductoronesim.RotateCredentials(account, conductoronesim.Encrypted).WithPassword(second)), "")
	if d.account.Password(user) != second {
		t.Error("the rotation set another password")
	}
}

// Without a password nothing comes to the vault, what a user here cannot have is refused, and nobody is there twice.
func createsAndDeletesAccounts(t *testing.T, c Connector) {
	d := serve(t, c)
	form := c.Form("noor.none")
	user := d.creates(form, conductoronesim.CreateAccount(c.User, form, conductoronesim.NoPassword), false)
	if password := d.account.Password(user); password != "" { // one that nobody knows
		d.Keeps(password)
	}
	if has := d.account.Password(user) != ""; has != c.Demanding {
		t.Errorf("the directory holds a password: %v", has)
	}
	d.Refused(conductoronesim.CreateAccount(c.User, c.Form("noor.sso"), conductoronesim.SingleSignOn), codes.InvalidArgument, "credential_options")
	taken := c.Form("noor.none")
	taken[c.Other] = "Elsewhere"
	again := d.Refused(conductoronesim.CreateAccount(c.User, taken, conductoronesim.RandomPassword), codes.AlreadyExists, c.Taken)
	if !again.NonRetryable || len(again.Secrets) > 0 {
		t.Errorf("of a name that is taken: it may be tried again: %v; %d secrets", !again.NonRetryable, len(again.Secrets))
	}
	incomplete := c.Form("noor.incomplete")
	delete(incomplete, c.Required)
	d.Refused(conductoronesim.CreateAccount(c.User, incomplete, conductoronesim.RandomPassword), codes.InvalidArgument, c.Required+" is missing")

	d.account.ResetHistory()
	deletion := conductoronesim.DeleteResource(ResourceID(c.User, user))
	if result := d.Do(deletion); result.Status != codes.OK {
		t.Errorf("%v, %s", result.Status, result.Message)
	}
	d.WantWritten(c.Delete...)
	WantNote(t, d.Do(deletion), &v2.ResourceDoesNotExist{})
	d.WantWritten()
	if got := d.Synced(conductoronesim.SyncOptions{}); got.Resources[c.User+":"+user] != "" {
		t.Error("the next sync shows the account that was deleted")
	}
}

// creates has an account created from a form, checks what has become of it, and returns its id.
func (d *desk) creates(form map[string]any, task conductoronesim.Task, inVault bool) string {
	d.T.Helper()
	d.account.ResetHistory()
	result := d.Do(task)
	d.WantWritten(d.c.Create...)
	user := d.account.Named(d.T, form)
	answer, _ := result.Response.(*v2.CreateAccountResponse)
	if id := answer.GetSuccess().GetResource().GetId(); !answer.GetSuccess().GetIsCreateAccountResult() || !proto.Equal(id, ResourceID(d.c.User, user)) {
		d.T.Fatalf("%s: %v, %s, with the resource %v", result.Type, result.Status, result.Message, id)
	}
	password := ""
	if inVault {
		password = d.account.Password(user)
	}
	d.WantVault(result, password)
	return user
}

// WantVault checks that a task succeeded and brought the password, and no other, and only what the vault's key opens;
// none where it is empty.
func (s *Service) WantVault(result conductoronesim.Result, password string) {
	s.T.Helper()
	if result.Status != codes.OK {
		s.T.Fatalf("%s: %v, %s", result.Type, result.Status, result.Message)
	}
	switch {
	case password == "" && len(result.Secrets) == 0:
		return
	case password == "" || len(result.Secrets) != 1:
		s.T.Fatalf("%s: %d secrets came to the vault", result.Type, len(result.Secrets))
	case result.Secrets[0].Name != "password" || string(result.Secrets[0].Value) != password:
		s.T.Errorf("%s: the vault has another password than the directory, by the name %q", result.Type, result.Secrets[0].Name)
	}
	if text, err := protojson.Marshal(result.Response); err != nil || strings.Contains(string(text), password) {
		s.T.Errorf("%s: the password can be read in the answer: %v", result.Type, err)
	}
}
