package oneloginsim

import (
	"encoding/json"
	"io"
	"slices"
)

// Census is what the account holds at one moment, whole and unpaged, whatever the service answers.
type Census struct {
	Users      []UserRecord      `json:"users"`
	Roles      []RoleRecord      `json:"roles"`
	Groups     []GroupRecord     `json:"groups"`
	Apps       []AppRecord       `json:"apps"`
	Privileges []PrivilegeRecord `json:"privileges"`
	Attributes []string          `json:"customAttributes"` // short names
	Events     int               `json:"events"`
}

// UserRecord is a user.
type UserRecord struct {
	ID       int64  `json:"id"`
	Username string `json:"username"` // "" where it is null
	Email    string `json:"email"`
	Status   int64  `json:"status"`
	State    int64  `json:"state"`
	Group    int64  `json:"group"` // 0 for none
	// Fields are all fields under OneLogin's names, as an answer for one user has them.
	Fields map[string]any `json:"fields"`
}

// RoleRecord is a role with the ids of who and what it has, upward.
type RoleRecord struct {
	ID      int64   `json:"id"`
	Name    string  `json:"name"`
	Members []int64 `json:"members"`
	Admins  []int64 `json:"admins"`
	Apps    []int64 `json:"apps"`
	Mapped  []int64 `json:"mapped"` // the members whom a mapping made that
}

// GroupRecord is a group with the ids of its users, upward.
type GroupRecord struct {
	ID    int64   `json:"id"`
	Name  string  `json:"name"`
	Users []int64 `json:"users"`
}

// AppRecord is an app with the ids of who has it, upward.
type AppRecord struct {
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	Users       []int64 `json:"users"`    // by whatever way
	Roles       []int64 `json:"roles"`    // that give it
	Personal    []int64 `json:"personal"` // users who have it by themselves, and maybe by a role as well
	Provisioned bool    `json:"provisioned"`
}

// PrivilegeRecord is a privilege with the ids of who holds it, upward.
type PrivilegeRecord struct {
	ID    string  `json:"id"` // a UUID
	Name  string  `json:"name"`
	Users []int64 `json:"users"`
	Roles []int64 `json:"roles"`
}

// Census takes stock, after the mappings that are due.
func (s *Server) Census() *Census {
	a := s.account
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle(s.options.Now())
	c := &Census{Events: len(a.events)}
	inGroup, roles := map[int64][]int64{}, a.memberships()
	for _, u := range sorted(a.users) {
		r := UserRecord{Username: text(u["username"]), Email: text(u["email"]), Fields: a.wholeIn(u, roles)}
		r.ID, _ = u["id"].(int64)
		r.Status, _ = u["status"].(int64)
		r.State, _ = u["state"].(int64)
		r.Group, _ = u["group_id"].(int64)
		inGroup[r.Group] = append(inGroup[r.Group], r.ID)
		c.Users = append(c.Users, r)
	}
	for _, r := range sorted(a.roles) {
		c.Roles = append(c.Roles, r.census())
	}
	for _, g := range sorted(a.groups) {
		c.Groups = append(c.Groups, GroupRecord{g.id, g.name, upward(inGroup[g.id])})
	}
	for _, app := range sorted(a.apps) {
		c.Apps = append(c.Apps, AppRecord{app.id, text(app.row["name"]), a.appUsers(app), a.appRoles(app.id), upward(app.personal), app.provisioned()})
	}
	for _, p := range a.privileges {
		c.Privileges = append(c.Privileges, PrivilegeRecord{p.id, text(p.row["name"]), upward(p.users), upward(p.roles)})
	}
	for _, at := range a.attributes {
		c.Attributes = append(c.Attributes, at.shortName)
	}
	return c
}

// Write writes the census as one JSON object.
func (c *Census) Write(w io.Writer) error { return json.NewEncoder(w).Encode(c) }

func (r *role) census() RoleRecord {
	mapped := slices.DeleteFunc(slices.Clone(r.users), func(h holder) bool { return !h.mapped })
	return RoleRecord{r.id, r.name, userIDs(r.users), userIDs(r.admins), upward(r.apps), userIDs(mapped)}
}

// upward is a sorted copy, never nil.
func upward(ids []int64) []int64 {
	out := append([]int64{}, ids...)
	slices.Sort(out)
	return out
}
