package onelogin

import (
	"fmt"
	"net/mail"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// userResource maps a user, with the manager's mail, "" where that is not known, and those of the custom attributes
// that are asked for.
func userResource(u onelogin.User, managerMail string, attributes []string) (*v2.Resource, error) {
	status, details := userStatus(u)
	trait := []rs.UserTraitOption{
		connector.TraitStatus(status, details),
		rs.WithAccountType(v2.UserTrait_ACCOUNT_TYPE_HUMAN),
		rs.WithStructuredName(v2.UserTrait_StructuredName_builder{GivenName: u.FirstName, FamilyName: u.LastName}.Build()),
	}
	if login := connector.NameOr(u.Username, u.Email); login != "" {
		trait = append(trait, rs.WithUserLogin(login))
	}
	if isAddress(u.Email) {
		trait = append(trait, rs.WithEmail(u.Email, true))
	}
	if !u.LastLogin.IsZero() {
		trait = append(trait, rs.WithLastLogin(u.LastLogin.Time))
	}
	options := []rs.ResourceOption{
		rs.WithResourceProfile(userProfile(u, managerMail, attributes)),
		rs.WithResourceStatus(status, details),
	}
	if !u.CreatedAt.IsZero() {
		options = append(options, rs.WithResourceCreatedAt(u.CreatedAt.Time))
	}
	name := strings.TrimSpace(u.FirstName + " " + u.LastName)
	return rs.NewUserResource(connector.NameOr(name, u.Username, u.Email, string(u.ID)), userType(), string(u.ID), trait, options...)
}

// userResource maps a user who was read alone, without the manager's mail.
func (c *Connector) userResource(u onelogin.User) (*v2.Resource, error) {
	return userResource(u, "", c.switches.attributes)
}

func isAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

// userStatus tells whether somebody can sign in, by the status; the details tell the statuses apart, and the state, which
// is independent of it.
func userStatus(u onelogin.User) (v2.Status_ResourceStatus, string) {
	status, details := statusOf(u.Status)
	if state := stateOf(u.State); state != "" {
		details = strings.TrimPrefix(details+"; "+state, "; ")
	}
	return status, details
}

func statusOf(s *onelogin.Status) (v2.Status_ResourceStatus, string) {
	if s == nil {
		return v2.Status_RESOURCE_STATUS_UNSPECIFIED, "the status is not known"
	}
	const enabled, disabled = v2.Status_RESOURCE_STATUS_ENABLED, v2.Status_RESOURCE_STATUS_DISABLED
	switch *s {
	case onelogin.StatusUnactivated:
		return disabled, "unactivated"
	case onelogin.StatusActive:
		return enabled, ""
	case onelogin.StatusSuspended:
		return disabled, "suspended"
	case onelogin.StatusLocked:
		return enabled, "locked"
	case onelogin.StatusPasswordExpired:
		return enabled, "the password has expired"
	case onelogin.StatusAwaitingPasswordReset:
		return enabled, "a password reset is awaited"
	case onelogin.StatusPasswordPending:
		return enabled, "no password is set yet"
	case onelogin.StatusSecurityQuestions:
		return enabled, "security questions have to be answered first"
	}
	return v2.Status_RESOURCE_STATUS_UNSPECIFIED, fmt.Sprintf("status %d is not known", *s)
}

// stateOf tells the states apart; approved is as it has to be.
func stateOf(s *onelogin.State) string {
	if s == nil {
		return ""
	}
	switch *s {
	case onelogin.StateApproved:
		return ""
	case onelogin.StateUnapproved:
		return "unapproved"
	case onelogin.StateRejected:
		return "rejected"
	case onelogin.StateUnlicensed:
		return "unlicensed"
	}
	return fmt.Sprintf("state %d is not known", *s)
}

// attributeKey is the key of a custom attribute in a profile.
const attributeKey = "custom_attributes."

func userProfile(u onelogin.User, managerMail string, attributes []string) connector.Profile {
	p := connector.Profile{}
	p.Text("firstname", u.FirstName)
	p.Text("lastname", u.LastName)
	p.Text("username", u.Username)
	p.Text("title", u.Title)
	p.Text("department", u.Department)
	p.Text("company", u.Company)
	p.Text("managerId", string(u.ManagerUserID))
	p.Text("managerEmail", managerMail)
	p.Text("manager_ad_id", string(u.ManagerADID))
	p.Text("external_id", u.ExternalID)
	p.Text("directory_id", string(u.DirectoryID))
	p.Text("trusted_idp_id", string(u.TrustedIDPID))
	p.Text("group_id", string(u.GroupID))
	p.Text("samaccountname", u.SAMAccountName)
	p.Text("userprincipalname", u.UserPrincipalName)
	p.Text("distinguished_name", u.DistinguishedName)
	moment(p, "locked_until", u.LockedUntil)
	moment(p, "last_login", u.LastLogin)
	for _, name := range attributes {
		if value := u.CustomAttributes[name]; value != nil {
			p.Text(attributeKey+name, *value)
		}
	}
	return p
}

// moment sets a moment that is not never.
func moment(p connector.Profile, key string, at onelogin.Time) {
	if !at.IsZero() {
		value := at.Time
		p.Time(key, &value)
	}
}
