package graph

import (
	"context"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
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
	MobilePhone                 string     `json:"mobilePhone"`
	OfficeLocation              string     `json:"officeLocation"`
	City                        string     `json:"city"`
	Country                     string     `json:"country"`
	UsageLocation               string     `json:"usageLocation"`
	PreferredLanguage           string     `json:"preferredLanguage"`
	OnPremisesSyncEnabled       *bool      `json:"onPremisesSyncEnabled"`
	OnPremisesSamAccountName    string     `json:"onPremisesSamAccountName"`
	OnPremisesDistinguishedName string     `json:"onPremisesDistinguishedName"`
	OnPremisesImmutableID       string     `json:"onPremisesImmutableId"`
	Manager                     *Manager   `json:"manager"`
}

// Manager is what a user row tells of the user's manager.
type Manager struct {
	ID   string `json:"id"`
	Mail string `json:"mail"`
}

func (u User) rowID() string { return u.ID }

// userSelect names each property, since Graph sends only eleven unasked. Selecting also costs one
// resource unit less.
var userSelect = []string{"id", "displayName", "givenName", "surname", "userPrincipalName", "mail", "otherMails",
	"proxyAddresses", "accountEnabled", "userType", "externalUserState", "createdDateTime", "jobTitle", "department",
	"companyName", "employeeId", "employeeType", "mobilePhone", "officeLocation", "city", "country", "usageLocation",
	"preferredLanguage", "onPremisesSyncEnabled", "onPremisesSamAccountName", "onPremisesDistinguishedName", "onPremisesImmutableId"}

// ListUsers returns a page of users, guests included, each with its manager.
//
// https://learn.microsoft.com/graph/api/user-list, least permission User.Read.All (User.ReadBasic.All
// gives only names).
func (c *Client) ListUsers(ctx context.Context, next string) (Page[User], error) {
	return list[User](ctx, c, listing{op: "list users", first: func(plain bool) (*abstractions.RequestInformation, error) {
		expand := "manager($select=id,mail)"
		if plain {
			expand = "manager"
		}
		return c.sdk.Users().ToGetRequestInformation(ctx, &users.UsersRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.UsersRequestBuilderGetQueryParameters{Select: userSelect, Expand: []string{expand}, Top: ptr(maxPage)},
		})
	}}, next)
}

// ProbeUsers asks for one user: it succeeds where ListUsers may be called.
func (c *Client) ProbeUsers(ctx context.Context) error {
	_, err := list[Object](ctx, c, listing{op: "list users", first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.Users().ToGetRequestInformation(ctx, &users.UsersRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.UsersRequestBuilderGetQueryParameters{Select: []string{"id"}, Top: ptr(int32(1))},
		})
	}}, "")
	return err
}
