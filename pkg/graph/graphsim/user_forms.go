package graphsim

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// writableUser is what a user may be given, at creation and later.
const writableUser = `
	givenName:text/64? surname:text/64? department:text/64? companyName:text/64? employeeId:text/16? jobTitle:text/128?
	city:text? country:text? state:text? streetAddress:text? postalCode:text? officeLocation:text? mobilePhone:text?
	preferredLanguage:text? usageLocation:text/2 employeeType:text? employeeHireDate:text? userType:text
	businessPhones:texts otherMails:texts onPremisesImmutableId:text? onPremisesExtensionAttributes:object
	passwordPolicies:text?`

// The mail address of a new user is made by Exchange. Names that a user cannot be without take no null.
var (
	newUserForm = newForm(userClass, `displayName:text/256! mailNickname:text/64! userPrincipalName:text! accountEnabled:bool!
		passwordProfile:object!`+writableUser)
	userForm = newForm(userClass, `displayName:text/256 mailNickname:text/64 userPrincipalName:text accountEnabled:bool
		passwordProfile:object mail:text?`+writableUser)
)

// cloudOnly is what may be written of a user that comes from Active Directory: all else is mastered there.
var cloudOnly = []string{"usageLocation", "otherMails", "userType", "passwordPolicies"}

// mastered is the refusal of a write to what Active Directory owns.
func mastered() error {
	return badRequest("Unable to update the specified properties for on-premises mastered Directory Sync objects or objects " +
		"currently undergoing migration.")
}

// checkMastered refuses what Active Directory or Exchange owns.
func (e *edit) checkMastered(user *object) error {
	for name := range e.body {
		owned := user.get("onPremisesSyncEnabled") == true && !slices.Contains(cloudOnly, name) && name != "@odata.type"
		once := name == extensionAttributes && user.get("onPremisesLastSyncDateTime") != nil
		if owned || once {
			return mastered()
		}
	}
	if e.body.has("mail") && e.t.mailboxes[user.id()] != "" {
		return badRequest("Unable to update the specified properties for objects that have originated within an external service.")
	}
	return nil
}

// checkUserValues holds the values of a body against the rules that a form cannot tell.
func (e *edit) checkUserValues() error {
	if upn := e.body.text("userPrincipalName"); upn != "" {
		if err := e.checkUPN(upn); err != nil {
			return err
		}
	}
	if name := e.body.text("mailNickname"); strings.ContainsFunc(name, oddInNickname) {
		return invalidValue("mailNickname")
	}
	if place := e.body.text("usageLocation"); e.body.has("usageLocation") && (len(place) != 2 || strings.ContainsFunc(place, notLetter)) {
		return invalidValue("usageLocation")
	}
	if kind := e.body.text("userType"); e.body.has("userType") && kind != "Member" && kind != "Guest" {
		return invalidValue("userType")
	}
	if mail := e.body.text("mail"); mail != "" && strings.Count(mail, "@") != 1 {
		return invalidValue("mail")
	}
	var phones []string
	if err := e.body.into("businessPhones", &phones); err != nil || len(phones) > 1 {
		return invalidValue("businessPhones")
	}
	return nil
}

func (e *edit) checkUPN(upn string) error {
	local, _, ok := strings.Cut(upn, "@")
	if !ok || local == "" || strings.ContainsFunc(local, oddInUPN) {
		return badRequest("Property userPrincipalName is invalid.")
	}
	if e.t.domainOf(upn) == nil {
		return badRequest("The domain portion of the userPrincipalName property is invalid. You must use one of the verified " +
			"domain names in your organization.")
	}
	return nil
}

func notLetter(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }

func oddInUPN(r rune) bool {
	return notLetter(r) && (r < '0' || r > '9') && !strings.ContainsRune("'.-_!#^~", r)
}

func oddInNickname(r rune) bool {
	return r > '~' || r <= ' ' || strings.ContainsRune(`@()\[]";:<>,`, r)
}

const extensionAttributes = "onPremisesExtensionAttributes"

// mergedExtensions are the fifteen attributes of a user with those of the body in their place: what the body does
// not name stays.
func (e *edit) mergedExtensions(have any) (any, error) {
	all := map[string]any{}
	for i := range 15 {
		all["extensionAttribute"+strconv.Itoa(i+1)] = nil
	}
	if raw, ok := have.(json.RawMessage); ok && json.Unmarshal(raw, &all) != nil {
		return nil, invalidValue(extensionAttributes)
	}
	if !e.body.has(extensionAttributes) {
		return plainValue(all)
	}
	var given map[string]*string
	if err := e.body.into(extensionAttributes, &given); err != nil {
		return nil, err
	}
	for name, value := range given {
		_, known := all[name]
		switch {
		case !known:
			return nil, badRequest("Invalid property '%s'.", name)
		case value == nil:
			all[name] = nil
		case *value == "" || len([]rune(*value)) > 1024:
			return nil, invalidValue(name)
		default:
			all[name] = *value
		}
	}
	return plainValue(all)
}
