package graphsim

import (
	"net/http"
	"slices"
	"strings"
)

// conflict is the refusal of a value that another object has.
func conflict(property string) error {
	message := "Another object with the same value for property " + property + " already exists."
	return &refusal{status: http.StatusBadRequest, code: "Request_BadRequest", message: message,
		detail: &refusalDetail{"ObjectConflict", message, property}}
}

// claim is what an object wants to have alone.
type claim struct {
	upn, nickname string
	addresses     []string // without smtp:
	by            string   // the object's own id, "" for a new one
}

// check refuses a claim to what others have: principal names of users, addresses of users and groups, and the
// nicknames of both. Who is in the recycle bin claims nothing. The caller holds the lock.
func (t *Tenant) check(c claim) error {
	if o := t.byUPN[fold(c.upn)]; c.upn != "" && o != nil && o.id() != c.by {
		return conflict("userPrincipalName")
	}
	for _, rows := range [][]*object{t.users, t.groups} {
		for _, o := range rows {
			if o.id() == c.by {
				continue
			}
			if slices.ContainsFunc(c.addresses, o.hasAddress) {
				return conflict("proxyAddresses")
			}
			if c.nickname != "" && o.claimsNickname() && strings.EqualFold(o.text("mailNickname"), c.nickname) {
				return conflict("mailNickname")
			}
		}
	}
	return nil
}

// hasAddress says whether mail for an address goes to the object.
func (o *object) hasAddress(address string) bool {
	list, _ := o.get("proxyAddresses").([]string)
	return slices.ContainsFunc(list, func(p string) bool { return strings.EqualFold(p, "smtp:"+address) })
}

// claimsNickname says whether the nickname must be unique: that of a security group need not.
func (o *object) claimsNickname() bool {
	types, _ := o.get("groupTypes").([]string)
	return o.class == userClass || slices.Contains(types, "Unified")
}
