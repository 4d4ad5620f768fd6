package graphsim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// groupOperations create, change and delete groups.
var groupOperations = []operation{
	{http.MethodPost, "groups", []string{"Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All"}, jsonBody, (*edit).createGroup},
	{http.MethodPatch, "groups/{id}", []string{"Group.ReadWrite.All", "Directory.ReadWrite.All"}, jsonBody, (*edit).updateGroup},
	{http.MethodDelete, "groups/{id}", []string{"Group.ReadWrite.All"}, noBody, (*edit).deleteGroup},
}

var newGroupForm = newForm(groupClass, `displayName:text/256! mailNickname:text/64! mailEnabled:bool! securityEnabled:bool!
	description:text? groupTypes:texts visibility:text? isAssignableToRole:bool? membershipRule:text?
	membershipRuleProcessingState:text? owners@odata.bind:texts members@odata.bind:texts`)

var groupForm = newForm(groupClass, `displayName:text/256 mailNickname:text/64 securityEnabled:bool description:text? visibility:text
	membershipRule:text membershipRuleProcessingState:text owners@odata.bind:texts members@odata.bind:texts`)

// bindable are the relations that a group may be given in the body, in the order in which they are looked at.
var bindable = []string{"owners", "members"}

func (e *edit) createGroup() (*reply, error) {
	if err := newGroupForm.check(e.body); err != nil {
		return nil, err
	}
	if err := e.checkReferences(); err != nil {
		return nil, err
	}
	draft, err := newObject(groupClass, newGroupForm.values(e.body))
	if err != nil {
		return nil, err
	}
	if err := e.checkNewGroup(draft); err != nil {
		return nil, err
	}
	links, err := e.newLinks(draft)
	if err != nil {
		return nil, err
	}
	group, err := e.t.create(groupClass, e.newGroupValues())
	if err != nil {
		return nil, err
	}
	if err := e.linkAll(group, links); err != nil {
		return nil, err
	}
	return e.entity(http.StatusCreated, "groups", group)
}

// newGroupValues is what the body says and what the directory adds.
func (e *edit) newGroupValues() map[string]any {
	now := e.t.replication.now().UTC().Format(time.RFC3339)
	values := map[string]any{"createdDateTime": now, "renewedDateTime": now, "isManagementRestricted": false}
	if e.body.text("mailNickname") != "" && string(e.body["mailEnabled"]) == "true" {
		mail := e.body.text("mailNickname") + "@" + domain
		values["mail"], values["proxyAddresses"], values["visibility"] = mail, []string{"SMTP:" + mail}, "Public"
	}
	for name, v := range newGroupForm.values(e.body) {
		if v != nil {
			values[name] = v
		}
	}
	return values
}

// checkNewGroup refuses what no group can be.
func (e *edit) checkNewGroup(draft *object) error {
	kind := kindOf(draft)
	types, _ := draft.get("groupTypes").([]string)
	odd := slices.ContainsFunc(types, func(s string) bool { return s != "Unified" && s != "DynamicMembership" })
	switch {
	case odd:
		return invalidValue("groupTypes")
	case kind.exchange, kind.unified && draft.get("mailEnabled") == false:
		return invalidValue("mailEnabled")
	case !kind.unified && draft.get("securityEnabled") == false:
		return invalidValue("securityEnabled")
	case kind.dynamic != (draft.text("membershipRule") != ""):
		return invalidValue("membershipRule")
	case kind.forRoles && (kind.dynamic || draft.get("securityEnabled") == false):
		return invalidValue("isAssignableToRole")
	case kind.forRoles && !e.has("RoleManagement.ReadWrite.Directory"):
		return denied()
	}
	return e.checkNickname(draft)
}

// checkNickname holds the alias against the characters that it may have, and that of a Microsoft 365 group
// against those of the others.
func (e *edit) checkNickname(draft *object) error {
	nickname := draft.text("mailNickname")
	if strings.ContainsFunc(nickname, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`@()\[]";:<>,`, r) }) {
		return invalidValue("mailNickname")
	}
	if !kindOf(draft).unified {
		return nil
	}
	for _, g := range e.t.groups {
		if g.id() != draft.id() && kindOf(g).unified && fold(g.text("mailNickname")) == fold(nickname) {
			return conflict("mailNickname")
		}
	}
	return nil
}

// newLinks finds and checks what the body binds to a group, all of it before any of it is written.
func (e *edit) newLinks(group *object) (map[string][]*object, error) {
	out := map[string][]*object{}
	for _, relation := range bindable {
		objects, err := e.bound(relation)
		if err != nil {
			return nil, err
		}
		if len(objects) == 0 {
			continue
		}
		if err := e.checkNew(group, relation, objects...); err != nil {
			return nil, err
		}
		out[relation] = objects
	}
	return out, nil
}

func (e *edit) linkAll(group *object, links map[string][]*object) error {
	for _, relation := range bindable {
		for _, o := range links[relation] {
			if err := e.link(relation, group, o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *edit) updateGroup() (*reply, error) {
	group, err := e.row(groupSet)
	if err != nil {
		return nil, err
	}
	if err := groupForm.check(e.body); err != nil {
		return nil, err
	}
	if err := e.checkReferences(); err != nil {
		return nil, err
	}
	if err := e.mayChange(group, ""); err != nil {
		return nil, err
	}
	links, err := e.newLinks(group)
	if err != nil {
		return nil, err
	}
	next, err := group.with(groupForm.values(e.body))
	if err != nil {
		return nil, err
	}
	if err := e.checkNickname(next); err != nil {
		return nil, err
	}
	if err := e.change(group, groupForm.values(e.body)); err != nil {
		return nil, err
	}
	if err := e.linkAll(group, links); err != nil {
		return nil, err
	}
	return noContent()
}

func (e *edit) deleteGroup() (*reply, error) {
	group, err := e.row(groupSet)
	if err != nil {
		return nil, err
	}
	if err := e.mayChange(group, ""); err != nil {
		return nil, err
	}
	if err := e.t.remove(group); err != nil {
		return nil, err
	}
	return noContent()
}
