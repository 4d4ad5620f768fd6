package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/directory"
	"github.com/microsoftgraph/msgraph-sdk-go/organization"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// GetUser returns a user by object id or user principal name, with all that a row of ListUsers always has.
// The error is Missing where there is none, or none yet.
//
// https://learn.microsoft.com/graph/api/user-get, least permission User.Read.All.
func (c *Client) GetUser(ctx context.Context, idOrUPN string) (User, error) {
	stored, err := c.GetStoredUser(ctx, idOrUPN)
	return stored.User, err
}

// StoredUser is a user as Graph keeps it: what GetStoredUser was asked for.
type StoredUser struct {
	User
	// Properties are by Graph's names, as JSON decodes them.
	Properties map[string]any
	// Read is the time of the answer by the clock of the directory, zero where the answer does not say.
	Read time.Time
}

// GetStoredUser is GetUser with further properties.
func (c *Client) GetStoredUser(ctx context.Context, idOrUPN string, properties ...string) (StoredUser, error) {
	selected := slices.Clone(userSelect)
	for _, p := range properties {
		if !slices.Contains(selected, p) {
			selected = append(selected, p)
		}
	}
	op := "read user " + idOrUPN
	if strings.Contains(idOrUPN, "@") {
		op = "read a user by principal name" // which is a person's, and stays out of errors
	}
	answer, header, err := c.getUser(ctx, op, idOrUPN, selected, expandManager(false))
	if statusOf(err) == http.StatusBadRequest {
		answer, header, err = c.getUser(ctx, op, idOrUPN, selected, expandManager(true)) // as with lists
	}
	if err != nil {
		return StoredUser{}, err
	}
	return storedUser(op, answer, header)
}

func storedUser(op string, answer []byte, header http.Header) (StoredUser, error) {
	var u StoredUser
	if err := errors.Join(json.Unmarshal(answer, &u.User), json.Unmarshal(answer, &u.Properties)); err != nil {
		return StoredUser{}, fmt.Errorf("graph: %s: decode the answer: %w", op, err)
	}
	if u.ID == "" {
		return StoredUser{}, fmt.Errorf("graph: %s: %w", op, errors.New("the answer is no user: it has no id"))
	}
	// RFC 9110 6.6.1. One that cannot be read is none.
	u.Read, _ = http.ParseTime(header.Get("Date"))
	return u, nil
}

func (c *Client) getUser(ctx context.Context, op, idOrUPN string, selected []string, manager string) ([]byte, http.Header, error) {
	info, err := c.sdk.Users().ByUserId(idOrUPN).ToGetRequestInformation(ctx, &users.UserItemRequestBuilderGetRequestConfiguration{
		QueryParameters: &users.UserItemRequestBuilderGetQueryParameters{Select: selected, Expand: []string{manager}}})
	if err != nil {
		return nil, nil, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	return c.answer(ctx, op, info)
}

// IsDeletedUser says whether an id is that of a user in the recycle bin, where there are other objects as well.
//
// https://learn.microsoft.com/graph/api/directory-deleteditems-list, least permission User.Read.All.
func (c *Client) IsDeletedUser(ctx context.Context, userID string) (bool, error) {
	filter := "id eq " + literal(userID)
	found, err := find[Object](ctx, c, 1, listing{op: "look for user " + userID + " in the recycle bin", first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.Directory().DeletedItems().GraphUser().ToGetRequestInformation(ctx, &directory.DeletedItemsGraphUserRequestBuilderGetRequestConfiguration{
			QueryParameters: &directory.DeletedItemsGraphUserRequestBuilderGetQueryParameters{Filter: &filter, Select: []string{"id"}}})
	}})
	return amongObjects(found, userID), err
}

// FindUsersByEmployeeID returns the users with an employee id, which need not be one: at most a few of them.
//
// https://learn.microsoft.com/graph/api/user-list, least permission User.Read.All.
func (c *Client) FindUsersByEmployeeID(ctx context.Context, employeeID string) ([]User, error) {
	const enough = 2
	filter := "employeeId eq " + literal(employeeID)
	return find[User](ctx, c, enough, listing{op: "find users by employee id", first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.Users().ToGetRequestInformation(ctx, &users.UsersRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.UsersRequestBuilderGetQueryParameters{Select: userSelect, Filter: &filter}})
	}})
}

// find reads pages until it has enough rows, or there are no more.
func find[T row](ctx context.Context, c *Client, enough int, l listing) ([]T, error) {
	var found []T
	for next, first := "", true; first || next != "" && len(found) < enough; first = false {
		page, err := list[T](ctx, c, l, next)
		if err != nil {
			return nil, err
		}
		found, next = append(found, page.Items...), page.Next
	}
	return found, nil
}

// Domain is one that user principal names of the tenant may end in.
// https://learn.microsoft.com/graph/api/resources/verifieddomain
type Domain struct {
	Name string `json:"name"`
	// Type is Managed or Federated, "" where Graph does not say it.
	Type string `json:"type"`
}

// Federated says whether users of the domain sign in elsewhere.
func (d Domain) Federated() bool { return strings.EqualFold(d.Type, "Federated") }

// organizationRow is the tenant itself.
type organizationRow struct {
	ID      string   `json:"id"`
	Domains []Domain `json:"verifiedDomains"`
}

func (o organizationRow) rowID() string { return o.ID }

// ListVerifiedDomains returns the domains that the tenant has proven to be its own.
//
// https://learn.microsoft.com/graph/api/organization-list, least permission Organization.Read.All; that for
// users, User.Read.All, will do.
func (c *Client) ListVerifiedDomains(ctx context.Context) ([]Domain, error) {
	page, err := list[organizationRow](ctx, c, listing{op: "read the verified domains", first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.Organization().ToGetRequestInformation(ctx, &organization.OrganizationRequestBuilderGetRequestConfiguration{
			QueryParameters: &organization.OrganizationRequestBuilderGetQueryParameters{Select: []string{"id", "verifiedDomains"}}})
	}}, "")
	if err != nil {
		return nil, err
	}
	var domains []Domain
	for _, o := range page.Items {
		domains = append(domains, o.Domains...)
	}
	return domains, nil
}

// literal is a string as a filter holds it. https://learn.microsoft.com/graph/query-parameters#escaping-single-quotes
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
