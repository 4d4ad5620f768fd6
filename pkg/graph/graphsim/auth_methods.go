package graphsim

import (
	"fmt"
	"slices"
	"time"
)

// methodKind is a kind of authentication method: its type, the path on which one is deleted, the permission that
// is enough for that kind alone, and what it has to show.
type methodKind struct {
	name, path, permission string
	show                   func(n int) map[string]any
}

func (k *methodKind) odataType() string { return "#microsoft.graph." + k.name }

// The ids of phones are the same for everybody, and so is that of the password.
const (
	mobilePhoneID       = "3179e48a-750b-4051-897c-87b9720928f7"
	alternatePhoneID    = "b6332ec1-7057-4abe-9331-3d72feddfe41"
	officePhoneID       = "e37fc753-ff3b-4958-9484-eaa9425c82bc"
	passwordMethods     = "passwordMethods"
	qrCodePinMethod     = "qrCodePinMethod" // the only one without an id in its path
	allMethodsReadWrite = "UserAuthenticationMethod.ReadWrite.All"
)

// methodKinds are all kinds, the password first.
func methodKinds() []methodKind {
	named := func(name string) func(int) map[string]any {
		return func(n int) map[string]any { return map[string]any{"displayName": fmt.Sprintf("%s %d", name, n)} }
	}
	return []methodKind{
		{"passwordAuthenticationMethod", passwordMethods, "", func(int) map[string]any { return map[string]any{"password": nil} }},
		{"phoneAuthenticationMethod", "phoneMethods", "UserAuthMethod-Phone.ReadWrite.All", phoneShow},
		{"microsoftAuthenticatorAuthenticationMethod", "microsoftAuthenticatorMethods", "UserAuthMethod-MicrosoftAuthApp.ReadWrite.All",
			func(n int) map[string]any {
				return map[string]any{"displayName": fmt.Sprintf("Phone %d", n), "deviceTag": "SoftwareTokenActivated", "phoneAppVersion": "6.2204.2470"}
			}},
		{"softwareOathAuthenticationMethod", "softwareOathMethods", "UserAuthMethod-SoftwareOATH.ReadWrite.All",
			func(int) map[string]any { return map[string]any{"secretKey": nil} }},
		{"hardwareOathAuthenticationMethod", "hardwareOathMethods", "UserAuthMethod-HardwareOATH.ReadWrite.All",
			func(int) map[string]any { return nil }},
		{"fido2AuthenticationMethod", "fido2Methods", "UserAuthMethod-Passkey.ReadWrite.All", func(n int) map[string]any {
			return map[string]any{"displayName": fmt.Sprintf("Key %d", n), "model": "Contoso Key", "attestationLevel": "attested"}
		}},
		{"windowsHelloForBusinessAuthenticationMethod", "windowsHelloForBusinessMethods", "UserAuthMethod-WindowsHello.ReadWrite.All", named("Laptop")},
		{"emailAuthenticationMethod", "emailMethods", "UserAuthMethod-Email.ReadWrite.All",
			func(n int) map[string]any {
				return map[string]any{"emailAddress": fmt.Sprintf("private.%d@example.com", n)}
			}},
		{"temporaryAccessPassAuthenticationMethod", "temporaryAccessPassMethods", "UserAuthMethod-TAP.ReadWrite.All", func(int) map[string]any {
			return map[string]any{"temporaryAccessPass": nil, "lifetimeInMinutes": 60, "isUsableOnce": true, "isUsable": false}
		}},
		{"platformCredentialAuthenticationMethod", "platformCredentialMethods", "UserAuthMethod-PlatformCred.ReadWrite.All", named("Mac")},
		{"externalAuthenticationMethod", "externalAuthenticationMethods", "UserAuthMethod-External.ReadWrite.All", named("Fabrikam Verify")},
		{"qrCodePinAuthenticationMethod", qrCodePinMethod, "UserAuthMethod-QR.ReadWrite.All", func(int) map[string]any { return nil }},
	}
}

func phoneShow(n int) map[string]any {
	return map[string]any{"phoneNumber": fmt.Sprintf("+1 555 03%05d", n), "phoneType": "mobile", "smsSignInState": "notAllowedByPolicy"}
}

// methods are the authentication methods of one user.
type methods struct {
	list     []method
	standard string // the id of the default method, "" for none
}

type method struct {
	kind    methodKind
	id      string
	created string
	show    map[string]any
	gone    time.Time // when it was deleted; it is listed a while longer
}

// AuthMethod is an authentication method as tests look at it. Type is Graph's, without the namespace.
type AuthMethod struct {
	ID, Type string
	Default  bool
}

// AuthMethods are the methods that a user has, without those that were deleted and are only listed still.
func (t *Tenant) AuthMethods(userID string) []AuthMethod {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []AuthMethod
	set := t.methodsOf(fold(userID))
	for _, m := range set.list {
		if m.gone.IsZero() {
			out = append(out, AuthMethod{m.id, m.kind.name, m.id == set.standard})
		}
	}
	return out
}

// SetAuthMethods gives a user one method of each type named, beside the password, in Graph's names without the
// namespace. The first of them is the default one.
func (t *Tenant) SetAuthMethods(userID string, types ...string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o := t.byID[fold(userID)]; o == nil || o.class != userClass {
		return fmt.Errorf("graphsim: set methods: no user %s", userID)
	}
	d := newDice(t.seed, "methods of "+fold(userID))
	set := passwordOnly(d)
	for _, name := range types {
		i := slices.IndexFunc(methodKinds(), func(k methodKind) bool { return k.name == name })
		if i < 1 {
			return fmt.Errorf("graphsim: set methods of %s: %q is none that can be given", userID, name)
		}
		set.add(d, methodKinds()[i], d.guid())
	}
	t.methods[fold(userID)] = set
	return nil
}

func (m *methods) add(d *dice, k methodKind, id string) {
	m.list = append(m.list, method{kind: k, id: id, created: d.day(), show: k.show(d.IntN(99999))})
	if m.standard == "" && k.path != passwordMethods {
		m.standard = id
	}
}

func passwordOnly(d *dice) *methods {
	set := &methods{}
	set.add(d, methodKinds()[0], "28c10230-6103-485e-b985-444c60001490")
	return set
}

// methodsOf are the methods of a user, made when they are first needed: those of 100,000 users are not worth
// keeping. The caller holds the lock, for writing.
func (t *Tenant) methodsOf(userID string) *methods {
	if t.methods[userID] == nil {
		t.methods[userID] = seedMethods(newDice(t.seed, "methods of "+userID))
	}
	return t.methods[userID]
}

// seedMethods gives a fifth of the users every kind, a fifth nothing but the password, and the others a few.
func seedMethods(d *dice) *methods {
	set, roll := passwordOnly(d), d.IntN(5)
	if roll == 1 {
		return set
	}
	for _, k := range methodKinds()[1:] {
		if roll > 1 && !d.chance(30) {
			continue
		}
		if k.path != "phoneMethods" {
			set.add(d, k, d.guid())
			continue
		}
		for _, id := range []string{mobilePhoneID, alternatePhoneID, officePhoneID}[:1+2*d.IntN(2)] {
			set.add(d, k, id)
			set.list[len(set.list)-1].show["phoneType"] = phoneType(id)
		}
	}
	return set
}

func phoneType(id string) string {
	switch id {
	case alternatePhoneID:
		return "alternateMobile"
	case officePhoneID:
		return "office"
	}
	return "mobile"
}
