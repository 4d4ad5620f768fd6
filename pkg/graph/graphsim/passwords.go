package graphsim

import (
	"strings"
	"unicode"
)

// password is what was set for a user last.
type password struct {
	text   string
	change bool // must be changed at the next sign-in
}

// Password is the password that was set last through the service, and whether it must be changed at the next
// sign-in: for tests that want to know whether what they were given would open the door. "" is the unknown
// password of the seed.
func (t *Tenant) Password(userID string) (text string, change bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	p := t.passwords[fold(userID)]
	return p.text, p.change
}

// readPasswordProfile takes a passwordProfile apart and holds the password against the policy: 8 to 256
// characters, three of the four kinds.
func readPasswordProfile(v any) (password, error) {
	profile, ok := v.(map[string]any)
	if !ok {
		return password{}, invalidValue("passwordProfile")
	}
	var p password
	for name, value := range profile {
		text, isText := value.(string)
		flag, isFlag := value.(bool)
		switch {
		case name == "@odata.type":
		case name == "password" && isText:
			p.text = text
		case name == "forceChangePasswordNextSignIn" && isFlag:
			p.change = flag
		case name == "forceChangePasswordNextSignInWithMfa" && isFlag:
			p.change = p.change || flag
		default:
			return p, badRequest("Invalid value specified for property '%s' of resource 'PasswordProfile'.", name)
		}
	}
	if p.text != "" && !strongEnough(p.text) {
		return p, badRequest("The specified password does not comply with password complexity requirements. Please provide a different password.")
	}
	return p, nil
}

func strongEnough(text string) bool {
	length := len([]rune(text))
	kinds := 0
	for _, has := range []func(rune) bool{unicode.IsUpper, unicode.IsLower, unicode.IsDigit, isSymbol} {
		if strings.ContainsFunc(text, has) {
			kinds++
		}
	}
	return length >= 8 && length <= 256 && kinds >= 3
}

func isSymbol(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
