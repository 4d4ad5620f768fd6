package graphsim

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// Census is what the tenant holds at one moment, whole and unpaged, whatever the service answers. It is made
// from the tenant itself and shares no code with the answers but the writing of single values.
type Census struct {
	Users, Groups, ServicePrincipals, Applications   []Record
	RoleDefinitions, RoleAssignments, SubscribedSkus []Record
}

// Record is one object with its relations. It marshals to JSON in Graph's terms.
type Record struct {
	object *object
	// Members and Owners are those of a group, Owners also those of a service principal or application.
	Members, Owners []Ref
	// Manager is the id of a user's manager, "" for none.
	Manager string
	// MailboxPurpose is the userPurpose of a user's mailbox, "" where there is no mailbox.
	MailboxPurpose string
	// AppRoleAssignedTo is who is assigned to a service principal.
	AppRoleAssignedTo []Assignment
}

// Ref is one end of a relation. Type is Graph's: user, group or servicePrincipal.
type Ref struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// Assignment is one edge of appRoleAssignedTo. The principal and the role may be gone.
type Assignment struct{ ID, AppRoleID, PrincipalID, PrincipalType string }

// ID is the object id.
func (r Record) ID() string { return r.object.id() }

// Get returns a property: nil, string, bool, int, []string or json.RawMessage. Keys are without their material.
func (r Record) Get(property string) any {
	v := r.object.get(property)
	if raw, ok := v.(json.RawMessage); ok && property == keyCredentials {
		return json.RawMessage(appendKeys(nil, raw, selected))
	}
	return v
}

// Text returns a string property, "" where it is null.
func (r Record) Text(property string) string { return r.object.text(property) }

// Census takes stock. It is cheap: the rows are shared, not copied.
func (s *Server) Census() *Census {
	t := s.tenant
	_ = s.settleExchange() // what it can fail at, encoding a licence, does not fail
	t.mu.RLock()
	defer t.mu.RUnlock()
	return &Census{
		Users: t.records(t.users), Groups: t.records(t.groups),
		ServicePrincipals: t.records(t.servicePrincipals), Applications: t.records(t.applications),
		RoleDefinitions: t.records(t.roleDefinitions), RoleAssignments: t.records(t.roleAssignments),
		SubscribedSkus: t.records(t.subscribedSkus),
	}
}

func (t *Tenant) records(rows []*object) []Record {
	out := make([]Record, len(rows))
	for i, o := range rows {
		id := o.id()
		out[i] = Record{object: o, Manager: t.managerOf(id), MailboxPurpose: t.mailboxes[id], Members: t.refs(t.members[id]), Owners: t.refs(t.owners[id])}
		for _, a := range t.assigned[id] {
			out[i].AppRoleAssignedTo = append(out[i].AppRoleAssignedTo, Assignment{
				a.id(), a.text("appRoleId"), a.text("principalId"), a.text("principalType")})
		}
	}
	return out
}

// managerOf is the id of a user's manager, "" where there is none or it was deleted.
func (t *Tenant) managerOf(id string) string {
	if manager := t.manager[id]; t.byID[manager] != nil {
		return manager
	}
	return ""
}

func (t *Tenant) refs(ids []string) []Ref {
	out := make([]Ref, len(ids))
	for i, id := range ids {
		out[i].ID = id
		if o := t.byID[id]; o != nil {
			out[i].Type = o.class.name
		}
	}
	return out
}

// MarshalJSON writes the census as one object of arrays.
func (c *Census) MarshalJSON() ([]byte, error) {
	var b appender
	err := c.Write(&b)
	return b, err
}

// Write writes the census as one JSON object, record by record.
func (c *Census) Write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	parts := []struct {
		name    string
		records []Record
	}{
		{"users", c.Users}, {"groups", c.Groups}, {"servicePrincipals", c.ServicePrincipals},
		{"applications", c.Applications}, {"roleDefinitions", c.RoleDefinitions},
		{"roleAssignments", c.RoleAssignments}, {"subscribedSkus", c.SubscribedSkus},
	}
	var b []byte
	for i, part := range parts {
		b = append(b, "{,"[min(i, 1)])
		b = append(b, "\n"+`"`+part.name+`":[`...)
		for j, r := range part.records {
			if j > 0 {
				b = append(b, ',')
			}
			b = r.append(append(b, '\n'))
			_, _ = out.Write(b) // a bufio.Writer keeps its first error for Flush
			b = b[:0]
		}
		b = append(b, ']')
	}
	_, _ = out.Write(append(b, "\n}\n"...))
	if err := out.Flush(); err != nil {
		return fmt.Errorf("graphsim: write census: %w", err)
	}
	return nil
}
