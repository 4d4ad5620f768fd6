package graph

import (
	"context"
	"slices"
	"strings"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// User is a member or a guest of the tenant. Empty strings stand for null.
// https://learn.microsoft.com/graph/api/resources/user
type User struct {
	ID                          string     `json:"id"`
	DisplayName                 string     `json:"displayName"`
	GivenName                   string     `json:"givenName"`
	Surname                     string     `json:"surname"`
	UserPrincipalName           string     `json:"userPrincipalName"`
	Mail                        string     `json:"mail"`
	OtherMails                  []string   `json:"otherMails"`
	ProxyAddresses              []string   `json:"proxyAddresses"`
	AccountEnabled              *bool      `json:"accountEnabled"`
	UserType                    string     `json:"userType"`
	ExternalUserState           string     `json:"externalUserState"`
	CreatedDateTime             *time.Time `json:"createdDateTime"`
	JobTitle                    string     `json:"jobTitle"`
	Department                  string     `json:"department"`
	CompanyName                 string     `json:"companyName"`
	EmployeeID                  string     `json:"employeeId"`
	EmployeeType                string     `json:"employeeType"`
	EmployeeHireDate            *time.Time `json:"employeeHireDate"`
	MailNickname                string     `json:"mailNickname"`
	MobilePhone                 string     `json:"mobilePhone"`
	OfficeLocation              string     `json:"officeLocation"`
	BusinessPhones              []string   `json:"businessPhones"`
	StreetAddress               string     `json:"streetAddress"`
	PostalCode                  string     `json:"postalCode"`
	City                        string     `json:"city"`
	State                       string     `json:"state"`
	Country                     string     `json:"country"`
	UsageLocation               string     `json:"usageLocation"`
	PreferredLanguage           string     `json:"preferredLanguage"`
	OnPremisesSyncEnabled       *bool      `json:"onPremisesSyncEnabled"`
	OnPremisesSamAccountName    string     `json:"onPremisesSamAccountName"`
	OnPremisesDistinguishedName string     `json:"onPremisesDistinguishedName"`
	OnPremisesImmutableID       string     `json:"onPremisesImmutableId"`
	Manager                     *Manager   `json:"manager"`

	// What follows comes only where the UserQuery asks for it.

	// SignInActivity is nil for who has never signed in, or not since April 2020.
	SignInActivity *SignInActivity `json:"signInActivity"`
	// ExtensionAttributes are extensionAttribute1 to extensionAttribute15, by name.
	ExtensionAttributes map[string]string `json:"onPremisesExtensionAttributes"`
	// AssignedLicenses are held, whichever way; LicenseAssignmentStates tell the ways apart.
	AssignedLicenses        []AssignedLicense `json:"assignedLicenses"`
	LicenseAssignmentStates []LicenseState    `json:"licenseAssignmentStates"`
}

// Manager is what a user row tells of the user's manager.
type Manager struct {
	ID   string `json:"id"`
	Mail string `json:"mail"`
}

func (u User) rowID() string { return u.ID }

// UserQuery says what a list of users is to have besides what it always has.
type UserQuery struct {
	// SignInActivity makes the pages smaller, and puts them under the limit of LaneReports.
	SignInActivity      bool
	ExtensionAttributes bool
	Licenses            bool
	// Top is the size of a page, where the largest is too large.
	Top int32
	// From and To, where they are set, bound the users by their security identifiers, both bounds included, in the
	// service's own order: S-1-12-1- and four numbers that are drawn from the object id, so that they never change. Who has
	// none, if there is anybody, is on neither side of a bound.
	From, To string
}

// userSelect names each property, since Graph sends only eleven unasked. Selecting also costs one
// resource unit less.
var userSelect = []string{"id", "displayName", "givenName", "surname", "userPrincipalName", "mail", "otherMails",
	"proxyAddresses", "accountEnabled", "userType", "externalUserState", "createdDateTime", "jobTitle", "department",
	"companyName", "employeeId", "employeeType", "employeeHireDate", "mailNickname", "mobilePhone", "businessPhones",
	"officeLocation", "streetAddress", "postalCode", "city", "state", "country", "usageLocation", "preferredLanguage", "onPremisesSyncEnabled", "onPremisesSamAccountName", "onPremisesDistinguishedName", "onPremisesImmutableId"}

func (q UserQuery) selected() []string {
	s := slices.Clone(userSelect)
	if q.SignInActivity {
		s = append(s, "signInActivity")
	}
	if q.ExtensionAttributes {
		s = append(s, "onPremisesExtensionAttributes")
	}
	if q.Licenses {
		s = append(s, "assignedLicenses", "licenseAssignmentStates")
	}
	return s
}

func (q UserQuery) top() int32 {
	top := maxPage
	if q.SignInActivity {
		top = maxActivityPage
	}
	if q.Top > 0 {
		top = min(top, q.Top)
	}
	return top
}

// filter is what bounds the list: "" where nothing does. Microsoft's text of the property names ge and le among the
// operators that $filter supports; whether they may stand beside $expand it does not say.
func (q UserQuery) filter() string {
	var terms []string
	if q.From != "" {
		terms = append(terms, "securityIdentifier ge "+literal(q.From))
	}
	if q.To != "" {
		terms = append(terms, "securityIdentifier le "+literal(q.To))
	}
	return strings.Join(terms, " and ")
}

// ListUsers returns a page of users, guests included, each with its manager. The query has to be the same
// for all pages of a list.
//
// https://learn.microsoft.com/graph/api/user-list, least permission User.Read.All (User.ReadBasic.All
// gives only names), with AuditLog.Read.All for sign-in activity: without it the error is a 403, and
// ErrNoPremium on a tenant that has no sign-in activity to give.
func (c *Client) ListUsers(ctx context.Context, q UserQuery, next string) (Page[User], error) {
	op := "list users"
	if q.SignInActivity {
		op, ctx = "list users with sign-in activity", transport.WithLane(ctx, LaneReports)
	}
	page, err := list[User](ctx, c, listing{op: op, first: c.usersQuery(ctx, q.selected(), q.top(), true, q.filter())}, next)
	return page, noPremium(err)
}

// ProbeUsers asks for one user: it succeeds where ListUsers may be called.
func (c *Client) ProbeUsers(ctx context.Context) error {
	_, err := list[Object](ctx, c, listing{op: "list users", first: c.usersQuery(ctx, []string{"id"}, 1, false, "")}, "")
	return err
}

func (c *Client) usersQuery(ctx context.Context, selected []string, top int32, manager bool, filter string) func(bool) (*abstractions.RequestInformation, error) {
	return func(plain bool) (*abstractions.RequestInformation, error) {
		q := &users.UsersRequestBuilderGetQueryParameters{Select: selected, Top: ptr(top)}
		if filter != "" {
			q.Filter = ptr(filter)
		}
		if manager {
			q.Expand = []string{expandManager(plain)}
		}
		return c.sdk.Users().ToGetRequestInformation(ctx, &users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: q})
	}
}

// expandManager asks for what Manager has.
func expandManager(plain bool) string {
	if plain {
		return "manager"
	}
	return "manager($select=id,mail)"
}
