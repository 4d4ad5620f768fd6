package graphsim

import (
	"fmt"
	"net/http"
	"time"
)

// roleInstanceClass is an assignment that works now, as Privileged Identity Management sees it.
var roleInstanceClass = newClass("unifiedRoleAssignmentScheduleInstance", `
	principalId*= roleDefinitionId*= directoryScopeId* appScopeId* startDateTime* endDateTime* assignmentType*= memberType*=
	roleAssignmentOriginId* roleAssignmentScheduleId*`)

// roleInstanceSet shows direct assignments, and who has one as a member of a group.
var roleInstanceSet = &entitySet{
	path: "roleManagement/directory/roleAssignmentScheduleInstances", class: roleInstanceClass, premium: true,
	rows: (*Tenant).roleInstances,
}

// activation is a role that its holder was eligible for and switched on for a while.
type activation struct{ from, until time.Time }

// ActivateRole makes an assignment one that was activated until then, by somebody who is eligible for the role.
func (t *Tenant) ActivateRole(assignmentID string, until time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o := t.byID[fold(assignmentID)]; o == nil || o.class != roleAssignmentClass {
		return fmt.Errorf("graphsim: activate role: no assignment %s", assignmentID)
	}
	t.activated[assignmentID] = activation{t.replication.now(), until}
	return nil
}

func (t *Tenant) roleInstances() []*object {
	var out []*object
	for _, a := range t.roleAssignments {
		out = append(out, t.roleInstance(a, a.text("principalId"), "Direct"))
		for _, member := range t.members[a.text("principalId")] {
			out = append(out, t.roleInstance(a, member, "Group"))
		}
	}
	return out
}

func (t *Tenant) roleInstance(a *object, holder, how string) *object {
	o := &object{class: roleInstanceClass, values: make([]any, len(roleInstanceClass.props))}
	set := func(name string, v any) { o.values[roleInstanceClass.index[name]] = v }
	set("id", newDice(hashOf(a.id(), holder), "instance").opaque())
	set("principalId", holder)
	set("assignmentType", "Assigned")
	set("memberType", how)
	set("roleDefinitionId", a.text("roleDefinitionId"))
	set("directoryScopeId", a.text("directoryScopeId"))
	set("roleAssignmentOriginId", a.id())
	set("roleAssignmentScheduleId", a.id())
	if on, ok := t.activated[a.id()]; ok {
		set("assignmentType", "Activated")
		set("startDateTime", on.from.UTC().Format(time.RFC3339))
		set("endDateTime", on.until.UTC().Format(time.RFC3339))
	}
	return o
}

// admitPremium refuses a collection that takes P1 or P2 to a tenant that has neither.
func (s *Server) admitPremium(t *target) error {
	if !t.set.premium || !s.options.WithoutPremium {
		return nil
	}
	if t.set.isLog() {
		return nonPremium()
	}
	return &refusal{status: http.StatusBadRequest, code: "AadPremiumLicenseRequired",
		message: "The tenant needs a premium license for Privileged Identity Management."}
}
