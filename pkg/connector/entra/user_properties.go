package entra

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// kind is the JSON type of a property.
type kind string

const (
	isText   kind = "text"
	isFlag   kind = "true or false"
	isTexts  kind = "a list of texts"
	isObject kind = "an object"
)

// writable is a property of a user that can be written.
type writable struct {
	kind kind
	// longest is how many characters a text may have, 0 where the documentation does not say.
	longest int
}

// writableProperties returns the properties of a user that an application can write in the directory, by
// Graph's names. https://learn.microsoft.com/graph/api/user-update. Left out are those that live elsewhere
// (aboutMe and its like), that Graph computes, and passwordProfile: a password has ways of its own.
func writableProperties() map[string]writable {
	return map[string]writable{
		"accountEnabled": {kind: isFlag}, "ageGroup": {kind: isText}, "businessPhones": {kind: isTexts}, "city": {kind: isText},
		"companyName": {kind: isText, longest: 64}, "consentProvidedForMinor": {kind: isText}, "country": {kind: isText},
		"department": {kind: isText, longest: 64}, "displayName": {kind: isText, longest: 256}, "employeeHireDate": {kind: isText},
		"employeeId": {kind: isText, longest: 16}, "employeeOrgData": {kind: isObject}, "employeeType": {kind: isText},
		"faxNumber": {kind: isText}, "givenName": {kind: isText, longest: 64}, "jobTitle": {kind: isText, longest: 128},
		"mail": {kind: isText}, "mailNickname": {kind: isText, longest: 64}, "mobilePhone": {kind: isText},
		"officeLocation": {kind: isText}, "onPremisesExtensionAttributes": {kind: isObject}, "onPremisesImmutableId": {kind: isText},
		"otherMails": {kind: isTexts}, "passwordPolicies": {kind: isText}, "postalCode": {kind: isText},
		"preferredLanguage": {kind: isText}, "showInAddressList": {kind: isFlag}, "state": {kind: isText},
		"streetAddress": {kind: isText}, "surname": {kind: isText, longest: 64}, "usageLocation": {kind: isText},
		"userPrincipalName": {kind: isText}, "userType": {kind: isText},
	}
}

// checkProperty refuses a property that cannot be written, or not with this value. Nil is for clearing one.
func checkProperty(name string, value any) error {
	p, known := writableProperties()[name]
	switch {
	case !known:
		return connector.Malformed(name, "is no property of a user that can be written here")
	case value == nil:
		return nil
	case !p.kind.has(value):
		return connector.Malformed(name, "has to be "+string(p.kind))
	case p.kind == isText:
		return checkLength(name, value, p.longest)
	case name == "onPremisesExtensionAttributes":
		return checkExtensionAttributes(value)
	}
	return nil
}

func (k kind) has(value any) bool {
	switch v := value.(type) {
	case string:
		return k == isText
	case bool:
		return k == isFlag
	case []any:
		return k == isTexts && !slices.ContainsFunc(v, func(e any) bool { _, text := e.(string); return !text })
	case map[string]any:
		return k == isObject
	}
	return false
}

func checkLength(name string, value any, longest int) error {
	text, ok := value.(string)
	if ok && longest > 0 && utf8.RuneCountInString(text) > longest {
		return status.Errorf(codes.InvalidArgument, "%s is longer than the %d characters that it may have", name, longest)
	}
	return nil
}

// longestExtension is how long an extension attribute may be.
const longestExtension = 1024

func checkExtensionAttributes(value any) error {
	object, _ := value.(map[string]any)
	for name, v := range object {
		if !isExtensionAttribute(name) {
			return connector.Malformed("onPremisesExtensionAttributes", "has no "+name)
		}
		if _, text := v.(string); v != nil && !text {
			return connector.Malformed(name, "has to be "+string(isText))
		}
		if err := checkLength(name, v, longestExtension); err != nil {
			return err
		}
	}
	return nil
}

// isExtensionAttribute says whether a name is extensionAttribute1 to extensionAttribute15.
func isExtensionAttribute(name string) bool {
	number, numbered := strings.CutPrefix(name, "extensionAttribute")
	n, err := strconv.Atoi(number)
	return numbered && err == nil && n >= 1 && n <= extensionAttributes && strconv.Itoa(n) == number
}

// checkUPN refuses characters that a user principal name cannot have. Its domain is the tenant's to say.
// https://learn.microsoft.com/graph/api/resources/user
func checkUPN(name, upn string) error {
	local, domain, found := strings.Cut(upn, "@")
	if !found || local == "" || domain == "" || strings.Contains(domain, "@") {
		return connector.Malformed(name, "has to be of the form name@domain")
	}
	if i := strings.IndexFunc(local, func(r rune) bool { return !isAlphanumeric(r) && !strings.ContainsRune("'.-_!#^~", r) }); i >= 0 {
		return connector.Malformed(name, "may have before the @ only letters from A to Z, digits and ' . - _ ! # ^ ~")
	}
	return nil
}

// checkMailNickname refuses what the alias of a user or a group cannot have.
// https://learn.microsoft.com/graph/api/resources/group
func checkMailNickname(name, alias string) error {
	if strings.ContainsFunc(alias, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`@()\[]";:<>,`, r) }) {
		return connector.Malformed(name, `may have only ASCII characters, and no space and none of @ ( ) \ [ ] " ; : < > ,`)
	}
	return checkLength(name, alias, 64)
}

func isAlphanumeric(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
}
