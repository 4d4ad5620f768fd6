package graphsim

import (
	"net/http"
	"slices"
)

// maxOwners is how many owners a group may have.
const maxOwners = 100

var (
	memberWriters = []string{"GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"}
	ownerWriters  = []string{"Group.ReadWrite.All", "Directory.ReadWrite.All"}
)

// linkOperations change the members and owners of groups and the owners of service principals, one at a time.
var linkOperations = []operation{
	{http.MethodPost, "groups/{id}/members/$ref", memberWriters, jsonBody, func(e *edit) (*reply, error) { return e.addToGroup("members") }},
	{http.MethodDelete, "groups/{id}/members/{id}/$ref", memberWriters, noBody, func(e *edit) (*reply, error) { return e.removeFromGroup("members") }},
	{http.MethodPost, "groups/{id}/owners/$ref", ownerWriters, jsonBody, func(e *edit) (*reply, error) { return e.addToGroup("owners") }},
	{http.MethodDelete, "groups/{id}/owners/{id}/$ref", ownerWriters, noBody, func(e *edit) (*reply, error) { return e.removeFromGroup("owners") }},
	// An application may also change those that it owns itself, by Application.ReadWrite.OwnedBy. That is not modelled.
	{http.MethodPost, "servicePrincipals/{id}/owners/$ref",
		[]string{"Application.ReadWrite.All+Directory.Read.All", "Directory.ReadWrite.All"}, jsonBody, (*edit).addAppOwner},
	{http.MethodDelete, "servicePrincipals/{id}/owners/{id}/$ref",
		[]string{"Application.ReadWrite.All", "Directory.ReadWrite.All"}, noBody, (*edit).removeAppOwner},
}

func (e *edit) addToGroup(relation string) (*reply, error) {
	group, err := e.row(groupSet)
	if err != nil {
		return nil, err
	}
	o, err := e.referenced()
	if err != nil {
		return nil, err
	}
	if err := e.checkNew(group, relation, o); err != nil {
		return nil, err
	}
	if err := e.link(relation, group, o); err != nil {
		return nil, err
	}
	return noContent()
}

func (e *edit) removeFromGroup(relation string) (*reply, error) {
	group, err := e.row(groupSet)
	if err != nil {
		return nil, err
	}
	if err := e.mayChange(group, relation); err != nil {
		return nil, err
	}
	if relation == "owners" && slices.Equal(e.t.owners[group.id()], []string{fold(e.keys[1])}) {
		return nil, badRequest("The group must have at least one owner, hence this owner cannot be removed.")
	}
	return e.unlink(relation, group)
}

func (e *edit) addAppOwner() (*reply, error) {
	app, err := e.row(servicePrincipalSet)
	if err != nil {
		return nil, err
	}
	o, err := e.referenced()
	if err != nil {
		return nil, err
	}
	if !oneOf(o.class, ownersRelation.targets) {
		return nil, wrongKind("owners", o)
	}
	if slices.Contains(e.t.owners[app.id()], o.id()) {
		return nil, alreadyLinked("owners")
	}
	if err := e.link("owners", app, o); err != nil {
		return nil, err
	}
	return noContent()
}

func (e *edit) removeAppOwner() (*reply, error) {
	app, err := e.row(servicePrincipalSet)
	if err != nil {
		return nil, err
	}
	return e.unlink("owners", app)
}

func (e *edit) link(relation string, from, to *object) error {
	e.t.replication.returned(relation, from.id(), to.id())
	return e.t.join(relation, e.t.edges(relation), from, to)
}

// unlink ends a link to the second key of the path. One that was removed a moment ago is told apart from one that
// nobody knows.
func (e *edit) unlink(relation string, from *object) (*reply, error) {
	to := fold(e.keys[1])
	if !slices.Contains(e.t.edges(relation)[from.id()], to) {
		if e.t.replication.leftLately(relation, from.id(), to) {
			return nil, badRequest("One or more removed object references do not exist for the following modified properties: '%s'.", relation)
		}
		return nil, notFound(to)
	}
	if o := e.t.byID[to]; o != nil {
		e.t.replication.removed(relation, from.id(), o)
	}
	if err := e.t.part(relation, e.t.edges(relation), from.id(), to); err != nil {
		return nil, err
	}
	return noContent()
}

func alreadyLinked(relation string) *refusal {
	return badRequest("One or more added object references already exist for the following modified properties: '%s'.", relation)
}

func wrongKind(relation string, o *object) *refusal {
	return badRequest("Objects of type '%s' cannot be among the %s here.", o.class.name, relation)
}
