//go:build unix

package servicekit

import (
	"testing"
)

// What ConductorOne's credentials lack is one sentence at the end, which names the setting, and nothing is asked of the
// directory. It holds nothing of the secret.
func saysWhichCredentialIsWrong(t *testing.T, c Connector) {
	const invalidArgument, unauthenticated = 3, 16
	for _, wrong := range []wrongCredential{
		{"a client id that is none", func(map[string]string) map[string]string {
			return map[string]string{"BATON_CLIENT_ID": "somebody"}
		}, false, invalidArgument, "client-id"},
		{"a secret that is none", func(map[string]string) map[string]string {
			return map[string]string{"BATON_CLIENT_SECRET": Canary}
		}, false, invalidArgument, "client-secret"},
		{"a secret that was cut off", func(right map[string]string) map[string]string {
			secret := right["BATON_CLIENT_SECRET"]
			return map[string]string{"BATON_CLIENT_SECRET": secret[:len(secret)-20]}
		}, false, invalidArgument, "client-secret"},
		{"no secret", func(map[string]string) map[string]string {
			return map[string]string{"BATON_CLIENT_SECRET": ""}
		}, false, invalidArgument, "client-secret"},
		{"no client id", func(map[string]string) map[string]string {
			return map[string]string{"BATON_CLIENT_ID": ""}
		}, false, invalidArgument, "client-id"},
		{"a client that is refused", func(map[string]string) map[string]string { return nil }, true, unauthenticated, "client-id"},
		{"an unknown client", func(right map[string]string) map[string]string {
			return map[string]string{"BATON_CLIENT_ID": "another-" + right["BATON_CLIENT_ID"]}
		}, false, unauthenticated, "client-id"},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			t.Parallel()
			wrong.test(t, c)
		})
	}
}

// wrongCredential is what is wrong with the variables of ConductorOne's, and how the run then ends.
type wrongCredential struct {
	name    string
	env     func(right map[string]string) map[string]string
	refuse  bool // by ConductorOne, whatever it is
	code    int
	setting string
}

func (w wrongCredential) test(t *testing.T, c Connector) {
	d := open(t, c, nil)
	d.C1.RefuseClient(w.refuse)
	changes := w.env(d.Env)
	e := d.With(changes).Run().WantExit(w.code).WantSentence(w.setting)
	d.WantOnly()
	for _, secret := range append(d.Secrets, Canary) {
		e.WantNot(secret)
	}
	if secret := changes["BATON_CLIENT_SECRET"]; secret != "" {
		e.WantNot(Key(secret))
	}
	if n := d.account.Asked("") + d.account.SignIns(); n > 0 {
		t.Errorf("the directory was asked %d times", n)
	}
}
