package onelogin

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxUsers is the largest page of users; the service may give fewer.
const maxUsers = 100

// Status is what a user can do at the sign-in. OneLogin's API documentation, version 2, users.
type Status int

// The statuses of a user. 6 is not used.
const (
	StatusUnactivated           Status = 0
	StatusActive                Status = 1
	StatusSuspended             Status = 2
	StatusLocked                Status = 3
	StatusPasswordExpired       Status = 4
	StatusAwaitingPasswordReset Status = 5
	StatusPasswordPending       Status = 7
	StatusSecurityQuestions     Status = 8
)

// State is whether a user was let into the account at all, whatever the status.
type State int

// The states of a user.
const (
	StateUnapproved State = 0
	StateApproved   State = 1
	StateRejected   State = 2
	StateUnlicensed State = 3
)

// User is a user of the account.
type User struct {
	ID                ID         `json:"id"`
	Username          string     `json:"username"`
	Email             string     `json:"email"`
	FirstName         string     `json:"firstname"`
	LastName          string     `json:"lastname"`
	Status            *Status    `json:"status"`
	State             *State     `json:"state"`
	GroupID           ID         `json:"group_id"`
	ExternalID        string     `json:"external_id"`
	DirectoryID       ID         `json:"directory_id"`
	TrustedIDPID      ID         `json:"trusted_idp_id"`
	SAMAccountName    string     `json:"samaccountname"`
	UserPrincipalName string     `json:"userprincipalname"`
	DistinguishedName string     `json:"distinguished_name"`
	Company           string     `json:"company"`
	Department        string     `json:"department"`
	Title             string     `json:"title"`
	ManagerUserID     ID         `json:"manager_user_id"` // OneLogin's id
	ManagerADID       ID         `json:"manager_ad_id"`   // the directory's
	CreatedAt         Time       `json:"created_at"`
	UpdatedAt         Time       `json:"updated_at"`
	ActivatedAt       Time       `json:"activated_at"`
	LastLogin         Time       `json:"last_login"`
	LockedUntil       Time       `json:"locked_until"`
	PasswordChangedAt Time       `json:"password_changed_at"`
	CustomAttributes  Attributes `json:"custom_attributes"`

	// Lacks are the fields that were asked for and that the answer does not have, not even as null.
	Lacks []string `json:"-"`
}

// Attributes are the custom attributes of a user by their short names; nil where one is not set.
type Attributes map[string]*string

// UnmarshalJSON takes values of every kind as texts.
func (a *Attributes) UnmarshalJSON(b []byte) error {
	var raw map[string]any
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*a = make(Attributes, len(raw))
	for name, value := range raw {
		switch v := value.(type) {
		case nil:
			(*a)[name] = nil
		case string:
			(*a)[name] = &v
		default:
			text, err := json.Marshal(v)
			if err != nil {
				return err
			}
			s := string(text)
			(*a)[name] = &s
		}
	}
	return nil
}

func (u User) rowID() string { return string(u.ID) }

// UnmarshalJSON reads a user and which of the fields the answer has.
func (u *User) UnmarshalJSON(b []byte) error {
	type plain User
	if err := json.Unmarshal(b, (*plain)(u)); err != nil {
		return err
	}
	var has map[string]json.RawMessage
	if err := json.Unmarshal(b, &has); err != nil {
		return err
	}
	u.Lacks = nil
	for _, field := range userFields(true) {
		if _, ok := has[field]; !ok {
			u.Lacks = append(u.Lacks, field)
		}
	}
	return nil
}

// userFields are the fields that a list of users is asked for: some come only when they are named, and then no
// others come.
func userFields(attributes bool) []string {
	fields := []string{
		"id", "username", "email", "firstname", "lastname", "status", "state", "group_id", "external_id", "directory_id",
		"trusted_idp_id", "samaccountname", "userprincipalname", "distinguished_name", "company", "department", "title",
		"manager_user_id", "manager_ad_id", "created_at", "updated_at", "activated_at", "last_login", "locked_until",
		"password_changed_at",
	}
	if attributes {
		fields = append(fields, "custom_attributes")
	}
	return fields
}

// ListUsers returns a page of users, in the service's own order, with their custom attributes where they are asked for. A
// field that the service left out of a row is among its Lacks, for GetUser.
// OneLogin's API documentation, version 2, users. The credential's scope is Read Users.
func (c *Client) ListUsers(ctx context.Context, attributes bool, cursor string) (Page[User], error) {
	page, err := listV2[User](ctx, c, listing{op: "list users", path: []string{"api", "2", "users"}, limit: maxUsers,
		query: url.Values{"fields": {strings.Join(userFields(attributes), ",")}}}, cursor)
	if !attributes {
		for i := range page.Items {
			page.Items[i].Lacks = slices.DeleteFunc(page.Items[i].Lacks, func(field string) bool { return field == "custom_attributes" })
		}
	}
	return page, err
}

// GetUser returns a user with every field.
// OneLogin's API documentation, version 2, users. The credential's scope is Read Users.
func (c *Client) GetUser(ctx context.Context, id ID) (User, error) {
	return one[User](ctx, c, call{op: "read user " + string(id), method: http.MethodGet, path: []string{"api", "2", "users", string(id)}})
}

// FindUsers returns the users whose field ("email", "username", "external_id") has the value, at most a page of them.
func (c *Client) FindUsers(ctx context.Context, field, value string) ([]User, error) {
	page, err := listV2[User](ctx, c, listing{op: "look up a user by " + field, path: []string{"api", "2", "users"}, limit: maxUsers,
		query: url.Values{field: {value}}}, "")
	return page.Items, err
}
