package entra

import (
	"context"
	"net/mail"
	"strconv"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// extensionAttributes is how many Active Directory has of them.
const extensionAttributes = 15

// userSyncer lists members and guests. Users hold, and give, nothing of their own.
type userSyncer struct{ c *Connector }

// ResourceType describes users.
func (s *userSyncer) ResourceType(context.Context) *v2.ResourceType { return userType() }

// List returns a page of users.
func (s *userSyncer) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	var purposes map[string]string
	return list(ctx, s.c, o, collection[graph.User]{
		resourceType: typeUser, name: "users", count: s.c.graph.CountUsers, always: true,
		read: func(ctx context.Context, cursor *connector.Cursor) (page graph.Page[graph.User], err error) {
			if page, err = s.read(ctx, cursor); err == nil {
				purposes, err = s.purposes(ctx, o, page.Items)
			}
			return page, err
		},
		id:       func(u graph.User) string { return u.ID },
		mark:     s.mark,
		note:     s.note,
		resource: func(u graph.User) (*v2.Resource, error) { return userResource(u, purposes[u.ID], s.c.cloud) },
	})
}

// query is what the pages of a walk have to bring.
func (s *userSyncer) query(walk string) graph.UserQuery {
	q := graph.UserQuery{
		SignInActivity:      s.c.switches.signInActivity && walk != walkWithoutActivity,
		ExtensionAttributes: s.c.switches.extensionAttributes,
		Licenses:            s.c.willSync(typeLicense),
	}
	if s.c.switches.mailboxSettings {
		q.Top = mailboxesAtOnce
	}
	return q
}

// mark marks a user from on-premises, where the memberships of such users are not synced.
func (s *userSyncer) mark(u graph.User) mark {
	if s.c.switches.dropsOnPremMembers() && u.OnPremisesSyncEnabled != nil && *u.OnPremisesSyncEnabled {
		return fromOnPremises
	}
	return plain
}

// note notes who was given which licence.
func (s *userSyncer) note(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor, users []graph.User) error {
	if !s.c.willSync(typeLicense) {
		return nil
	}
	return rememberLicenses(ctx, o, typeUser, cursor, users, userLicenses)
}

// Entitlements is never called: the resource type says so.
func (s *userSyncer) Entitlements(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grants is never called: the resource type says so.
func (s *userSyncer) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// userResource maps a user, whose mailbox is for a purpose, "" where that is not known. Its profile keys
// are Graph's property names, but for mailboxPurpose, and live on in attribute mappings: add, never rename.
func userResource(u graph.User, mailboxPurpose string, cloud graph.Cloud) (*v2.Resource, error) {
	status, details := userStatus(u)
	trait := []rs.UserTraitOption{
		connector.TraitStatus(status, details),
		rs.WithUserLogin(u.UserPrincipalName),
		rs.WithAccountType(accountType(mailboxPurpose)),
		rs.WithStructuredName(v2.UserTrait_StructuredName_builder{GivenName: u.GivenName, FamilyName: u.Surname}.Build()),
	}
	for i, address := range mailAddresses(u) {
		trait = append(trait, rs.WithEmail(address, i == 0))
	}
	if u.EmployeeID != "" {
		trait = append(trait, rs.WithEmployeeID(u.EmployeeID))
	}
	if last := lastSignIn(u.SignInActivity); last != nil {
		trait = append(trait, rs.WithLastLogin(*last))
	}
	profile := userProfile(u)
	profile.Text("mailboxPurpose", mailboxPurpose)
	options := []rs.ResourceOption{
		rs.WithResourceProfile(profile),
		rs.WithResourceStatus(status, details),
		rs.WithAnnotation(userLink(cloud, u.ID)),
	}
	if u.CreatedDateTime != nil {
		options = append(options, rs.WithResourceCreatedAt(*u.CreatedDateTime))
	}
	return rs.NewUserResource(connector.NameOr(u.DisplayName, u.UserPrincipalName, u.ID), userType(), u.ID, trait, options...)
}

// userStatus reads the two places where Entra says whether somebody can sign in: the account's switch,
// and for guests whether the invitation was accepted.
func userStatus(u graph.User) (v2.Status_ResourceStatus, string) {
	switch {
	case u.AccountEnabled == nil:
		return v2.Status_RESOURCE_STATUS_UNSPECIFIED, "accountEnabled is not known"
	case !*u.AccountEnabled:
		return v2.Status_RESOURCE_STATUS_DISABLED, "sign-in is blocked"
	case strings.EqualFold(u.ExternalUserState, "PendingAcceptance"):
		return v2.Status_RESOURCE_STATUS_PENDING, "the invitation is not accepted yet"
	}
	return v2.Status_RESOURCE_STATUS_ENABLED, ""
}

// mailAddresses returns all of a user's addresses, each once, the primary one first. Where there is no
// mailbox, the user principal name stands in if it is an address; a guest's, which holds #EXT#, is none.
func mailAddresses(u graph.User) []string {
	var primary, rest []string
	primary = append(primary, u.Mail)
	for _, p := range u.ProxyAddresses {
		switch scheme, address, _ := strings.Cut(p, ":"); scheme {
		case "SMTP":
			primary = append(primary, address)
		case "smtp":
			rest = append(rest, address)
		}
	}
	if strings.Join(primary, "") == "" && isAddress(u.UserPrincipalName) {
		primary = append(primary, u.UserPrincipalName)
	}
	return distinct(append(append(primary, rest...), u.OtherMails...))
}

func isAddress(upn string) bool {
	a, err := mail.ParseAddress(upn)
	return err == nil && a.Address == upn && !strings.Contains(strings.ToUpper(upn), "#EXT#")
}

// distinct drops empty strings, and repetitions whatever their case.
func distinct(addresses []string) []string {
	seen := map[string]bool{"": true}
	var out []string
	for _, a := range addresses {
		a = strings.TrimSpace(a)
		if key := strings.ToLower(a); !seen[key] {
			seen[key] = true
			out = append(out, a)
		}
	}
	return out
}

func userProfile(u graph.User) connector.Profile {
	p := connector.Profile{}
	p.Text("givenName", u.GivenName)
	p.Text("surname", u.Surname)
	p.Text("jobTitle", u.JobTitle)
	p.Text("department", u.Department)
	p.Text("companyName", u.CompanyName)
	p.Text("employeeId", u.EmployeeID)
	p.Text("employeeType", u.EmployeeType)
	p.Time("employeeHireDate", u.EmployeeHireDate)
	p.Text("mailNickname", u.MailNickname)
	p.Text("mobilePhone", u.MobilePhone)
	p.Text("officeLocation", u.OfficeLocation)
	p.List("businessPhones", u.BusinessPhones)
	p.Text("streetAddress", u.StreetAddress)
	p.Text("postalCode", u.PostalCode)
	p.Text("city", u.City)
	p.Text("state", u.State)
	p.Text("country", u.Country)
	p.Text("usageLocation", u.UsageLocation)
	p.Text("preferredLanguage", u.PreferredLanguage)
	p.Text("userType", u.UserType)
	p.Flag("onPremisesSyncEnabled", u.OnPremisesSyncEnabled)
	p.Text("onPremisesSamAccountName", u.OnPremisesSamAccountName)
	p.Text("onPremisesDistinguishedName", u.OnPremisesDistinguishedName)
	p.Text("onPremisesImmutableId", u.OnPremisesImmutableID)
	p.Text("externalUserState", u.ExternalUserState)
	if u.Manager != nil {
		p.Text("managerId", u.Manager.ID)
		p.Text("managerEmail", u.Manager.Mail)
	}
	if a := u.SignInActivity; a != nil {
		p.Time("lastSuccessfulSignInDateTime", a.LastSuccessful)
		p.Time("lastSignInDateTime", a.LastInteractive)
		p.Time("lastNonInteractiveSignInDateTime", a.LastNonInteractive)
	}
	for i := range extensionAttributes {
		key := "extensionAttribute" + strconv.Itoa(i+1)
		p.Text(key, u.ExtensionAttributes[key])
	}
	return p
}
