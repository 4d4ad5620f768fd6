package graphsim

import (
	"slices"
	"strings"
	"time"
)

// traces is what a deleted user left, to come back with it.
type traces struct {
	upn            string
	memberOf, owns []string
	manager        string
	reports        []string
	mailbox        string
	licences       []licence
}

// bin is the path of the recycle bin, below which only users are kept here.
const binPath = "directory/deletedItems"

var deletedUserSet = &entitySet{
	path: binPath + "/microsoft.graph.user", class: userClass, directory: true,
	rows: func(t *Tenant) []*object { return t.deletedUsers },
	find: (*Tenant).deletedUser,
}

// softDelete moves a user into the recycle bin: its principal name gets the id in front, without dashes, and is
// free again. The caller holds the lock, for writing.
func (t *Tenant) softDelete(user *object) error {
	id := user.id()
	next, err := user.with(map[string]any{
		"userPrincipalName": strings.ReplaceAll(id, "-", "") + user.text("userPrincipalName"),
		"deletedDateTime":   t.replication.now().UTC().Format(time.RFC3339),
	})
	if err != nil {
		return err
	}
	t.bin[id] = t.tracesOf(user)
	t.deleted(user)
	t.users = without(t.users, user)
	t.leave(user)
	t.unlink(id)
	t.memberships.forget()
	t.licences.forget(id)
	t.deletedUsers = append(slices.Clip(t.deletedUsers), next)
	return t.countSeats()
}

func (t *Tenant) tracesOf(user *object) traces {
	id := user.id()
	left := traces{upn: user.text("userPrincipalName"), manager: t.manager[id], mailbox: t.mailboxes[id], licences: t.licences.given[id]}
	holders := func(edges map[string][]string) (out []string) {
		for from, to := range edges {
			if slices.Contains(to, id) {
				out = append(out, from)
			}
		}
		return out
	}
	left.memberOf, left.owns = holders(t.members), holders(t.owners)
	for report, manager := range t.manager {
		if manager == id {
			left.reports = append(left.reports, report)
		}
	}
	return left
}

// deletedUser finds a user in the recycle bin.
func (t *Tenant) deletedUser(id string) *object {
	i := slices.IndexFunc(t.deletedUsers, func(o *object) bool { return o.id() == fold(id) })
	if i < 0 {
		return nil
	}
	return t.deletedUsers[i]
}

// restore brings a user back under a principal name, with what it was a member of. The caller holds the lock,
// for writing, and has made sure that the name is free.
func (t *Tenant) restore(gone *object, values map[string]any) (*object, error) {
	left := t.bin[gone.id()]
	values["deletedDateTime"] = nil
	next, err := gone.with(values)
	if err != nil {
		return nil, err
	}
	t.deletedUsers = without(t.deletedUsers, gone)
	delete(t.bin, gone.id())
	t.insert(next)
	t.relink(next.id(), left)
	t.memberships.forget()
	if err := t.relicense(next.id()); err != nil {
		return nil, err
	}
	t.onUser("Restore user", t.byID[next.id()])
	return t.byID[next.id()], nil
}

// relink puts back the relations whose other end is still there.
func (t *Tenant) relink(id string, left traces) {
	for _, r := range []struct {
		edges map[string][]string
		from  []string
	}{{t.members, left.memberOf}, {t.owners, left.owns}} {
		for _, from := range r.from {
			if t.byID[from] != nil {
				r.edges[from] = append(slices.Clip(r.edges[from]), id)
			}
		}
	}
	if t.byID[left.manager] != nil {
		t.manager[id] = left.manager
	}
	for _, report := range left.reports {
		if t.byID[report] != nil && t.manager[report] == "" {
			t.manager[report] = id
		}
	}
	if left.mailbox != "" {
		t.mailboxes[id] = left.mailbox
	}
	if len(left.licences) > 0 {
		t.licences.given[id] = left.licences
	}
}
