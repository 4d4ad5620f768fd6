//go:build unix

package main_test

import (
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// What ConductorOne's credentials lack is one sentence at the end, which names the setting, and nothing is asked of the
// tenant. It holds nothing of the secret.
func TestService_SaysWhichCredentialIsWrong(t *testing.T) {
	t.Parallel()
	const invalidArgument, unauthenticated = 3, 16
	for _, c := range []struct {
		name    string
		env     func(right map[string]string) map[string]string
		refuse  bool
		code    int
		setting string
	}{
		{"a client id that is none", func(map[string]string) map[string]string {
			return map[string]string{"BATON_CLIENT_ID": "somebody"}
		}, false, invalidArgument, "client-id"},
		{"a secret that is none", func(map[string]string) map[string]string {
			return map[string]string{"BATON_CLIENT_SECRET": canary}
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
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, startTenant(t, smallTenant()), conductoronesim.Options{})
			s.c1.RefuseClient(c.refuse)
			changes := c.env(s.env)
			e := s.with(changes).run().wantExit(c.code).wantSentence(c.setting)
			s.wantOnly()
			for _, secret := range append(s.secrets, canary) {
				e.wantNot(secret)
			}
			if secret := changes["BATON_CLIENT_SECRET"]; secret != "" {
				e.wantNot(key(secret))
			}
			if paths := asked(s.sim); len(paths) > 0 {
				t.Errorf("the tenant was asked for %q", paths)
			}
		})
	}
}
