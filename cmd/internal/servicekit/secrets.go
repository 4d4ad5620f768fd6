package servicekit

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Canary is a secret that nothing else could be mistaken for.
const Canary = "canary~8Q.never-in-a-log_42"

// Bearer is the form of a signed token: three parts of base64.
func Bearer() *regexp.Regexp { return regexp.MustCompile(`[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}`) }

// header is the name of the header of credentials, which is no part of a longer word.
func header() *regexp.Regexp { return regexp.MustCompile(`\bAuthorization\b`) }

// WantNoSecrets checks that a log holds no credential, no token and no body, and nobody of the directory.
func WantNoSecrets(t *testing.T, log string, d Directory) {
	t.Helper()
	words := []string{Canary, "Bearer", "client_secret", "client_assertion", `"value":[`}
	for _, secret := range slices.Concat(d.People(), d.Secrets(), words) {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("the log holds %q: …%s…", secret, log[max(0, i-200):min(len(log), i+200)])
		}
	}
	if header().MatchString(log) {
		t.Error("the log holds the header Authorization")
	}
	if token := Bearer().FindString(log); token != "" {
		t.Errorf("the log holds what looks like a token: %.60s…", token)
	}
}
