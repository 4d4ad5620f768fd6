package entra

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// writing is an operation of the README's tables: the rows that it needs, by how they begin, and the conditions of
// theirs that it meets; the permissions that its reads take; and what there is to be done.
type writing struct {
	name       string
	rows, when []string
	reads      []string // those that a permission to write may stand in for
	also       []string // and those for which none does
	onlyReads  bool
	begin      func(*bench) []step
}

// step is something that the connector is asked for. One does not take all that the whole operation does.
type step struct {
	name    string
	do      func() error
	without []string // what this step does not need
	only    string   // the part of the path of the writes that have to stay away when it is refused
}

func writings() []writing {
	return slices.Concat(groupWritings(), rightWritings(), accountWritings(), actionWritings())
}

// Each row of the tables is enough for what it speaks of, in each of the ways that it allows.
func TestWrites_WhatTheREADMENamesIsEnough(t *testing.T) {
	t.Parallel()
	check := graphcheck(t)
	rows := writeRows(t)
	for _, w := range writings() {
		n := w.needed(t, rows)
		for way := range n.ways() {
			t.Run(w.name, func(t *testing.T) {
				t.Parallel()
				b := openBench(t)
				steps := w.begin(b)
				permissions := w.least(n, way)
				b.narrow(permissions, pick(n.roles, way))
				for _, s := range steps {
					b.succeeds(s, w, permissions)
				}
				check(t, permissions, b.traffic.Bytes(), w.unseen(permissions)...)
			})
		}
	}
}

// Nothing in a row is too much: without it a step is refused with its name, and nothing is written.
func TestWrites_WithoutWhatTheREADMENamesAreRefused(t *testing.T) {
	t.Parallel()
	rows := writeRows(t)
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			n := w.needed(t, rows)
			for i, missing := range n.permissions {
				rest := needed{slices.Delete(slices.Clone(n.permissions), i, i+1), n.roles}
				w.refused(t, w.least(rest, 0), pick(n.roles, 0), missing)
			}
			for i, missing := range n.roles {
				w.refused(t, w.least(n, 0), pick(slices.Delete(slices.Clone(n.roles), i, i+1), 0), missing)
			}
		})
	}
}

// refused does each step with too little, after those before it with everything.
func (w writing) refused(t *testing.T, permissions, roles, missing []string) {
	t.Helper()
	b := openBench(t)
	for _, s := range w.begin(b) {
		if !slices.Equal(s.without, missing) {
			b.narrow(permissions, roles)
			b.refuses(s, missing)
		}
		b.widen()
		if err := s.do(); err != nil {
			t.Fatalf("%s with everything: %v", s.name, err)
		}
	}
}

// documentedWrite is the list that ConductorOne's documentation asks for to write, with what its optional actions
// and groups of Exchange take.
func documentedWrite() []string {
	return []string{"Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Directory.ReadWrite.All", "Group.ReadWrite.All",
		"GroupMember.ReadWrite.All", "MailboxSettings.ReadWrite", "RoleManagement.ReadWrite.Directory", "ServicePrincipalEndpoint.ReadWrite.All",
		"Synchronization.ReadWrite.All", "User.ReadWrite.All", "User.EnableDisableAccount.All", "Group.Create", "User.RevokeSessions.All",
		"UserAuthenticationMethod.ReadWrite.All", "Exchange.ManageAsApp"}
}

// An application that was set up for ConductorOne's own connector needs nothing more to write either.
func TestWrites_ConductorOnesListIsEnoughForEverything(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			b := openBench(t)
			steps := w.begin(b)
			permissions := append(documentedRead(), documentedWrite()...)
			b.narrow(permissions, []string{"Privileged Authentication Administrator", "Exchange Administrator"})
			for _, s := range steps {
				b.succeeds(s, w, permissions)
			}
		})
	}
}

// unseen are the permissions that an operation takes, and that the published table of paths finds idle. It has none of
// Exchange. What is needed for some objects only, groups that can hold roles, or for one property, accountEnabled, is
// said on the operation's own page. Directory.Read.All is the other half of what adds an owner to an application, and
// the table counts the first half alone.
func (w writing) unseen(permissions []string) (out []string) {
	idle := map[string]bool{
		"Exchange.ManageAsApp":               true,
		"RoleManagement.ReadWrite.Directory": slices.Contains(w.rows, rowRoleGroup) || slices.Contains(w.when, "role-assignable"),
		"User.Read.All":                      slices.Contains(permissions, "User.EnableDisableAccount.All"),
		"Directory.Read.All":                 slices.Contains(w.when, "to add one"),
	}
	for _, p := range permissions {
		if idle[p] {
			out = append(out, p)
		}
	}
	return out
}

func (b *bench) succeeds(s step, w writing, permissions []string) {
	b.t.Helper()
	b.sim.ResetHistory()
	if err := s.do(); err != nil {
		b.t.Errorf("%s with %v: %v", s.name, permissions, err)
	} else if b.changes("") == 0 && !w.onlyReads {
		b.t.Errorf("%s wrote nothing", s.name)
	}
}

func (b *bench) refuses(s step, missing []string) {
	b.t.Helper()
	err := s.do()
	switch {
	case err == nil:
		b.t.Errorf("without %v: %s succeeds", missing, s.name)
	case !strings.Contains(err.Error(), "PermissionDenied") && !strings.Contains(err.Error(), "FailedPrecondition"):
		b.t.Errorf("without %v: %s: %v", missing, s.name, err)
	}
	if err != nil && !slices.ContainsFunc(missing, func(m string) bool { return strings.Contains(err.Error(), m) }) {
		b.t.Errorf("without %v: %s does not name it: %v", missing, s.name, err)
	}
	if n := b.changes(s.only); n > 0 {
		b.t.Errorf("without %v: %s wrote %d times", missing, s.name, n)
	}
}

// changes counts the writes that were taken, of those whose path has a part.
func (b *bench) changes(part string) (n int) {
	for _, r := range b.sim.History() {
		toGraph := strings.HasPrefix(r.Path, "/v1.0/") && r.Method != http.MethodGet && r.Path != "/v1.0/$batch"
		toExchange := strings.HasPrefix(r.Path, "/adminapi/") && !strings.Contains(r.Body, `"Get-`)
		if (toGraph || toExchange) && r.Status >= 200 && r.Status < 300 && strings.Contains(r.Path, part) {
			n++
		}
	}
	return n
}

func everyWrite() []string {
	return slices.Concat(graphsim.ReadPermissions(), graphsim.WritePermissions(),
		[]string{"User.EnableDisableAccount.All", "User-PasswordProfile.ReadWrite.All", "User.DeleteRestore.All", "Group.Create"})
}
