package entra

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// census is what a tenant really holds, as the simulator writes it down, read with structs of this test
// so that neither side of the comparison is the connector's.
type census struct {
	Users             []censusUser       `json:"users"`
	Groups            []censusGroup      `json:"groups"`
	ServicePrincipals []censusApp        `json:"servicePrincipals"`
	RoleDefinitions   []censusObject     `json:"roleDefinitions"`
	RoleAssignments   []censusAssignment `json:"roleAssignments"`
	SubscribedSkus    []censusSku        `json:"subscribedSkus"`

	credentials credentialCensus
}

type censusUser struct {
	ID         string `json:"id"`
	OnPremises bool   `json:"onPremisesSyncEnabled"`
	Licenses   []struct {
		SkuID   string  `json:"skuId"`
		ByGroup *string `json:"assignedByGroup"`
		State   string  `json:"state"`
	} `json:"licenseAssignmentStates"`
}

type censusSku struct {
	SkuID string `json:"skuId"`
}

type censusObject struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type censusGroup struct {
	ID         string         `json:"id"`
	OnPremises bool           `json:"onPremisesSyncEnabled"`
	Members    []censusObject `json:"members"`
	Owners     []censusObject `json:"owners"`
	Licenses   []censusSku    `json:"assignedLicenses"`
}

type censusApp struct {
	ID       string         `json:"id"`
	Kind     string         `json:"servicePrincipalType"`
	Owners   []censusObject `json:"owners"`
	AppRoles []struct {
		ID      string   `json:"id"`
		Enabled bool     `json:"isEnabled"`
		Allowed []string `json:"allowedMemberTypes"`
	} `json:"appRoles"`
	AssignedTo []struct {
		RoleID        string `json:"appRoleId"`
		PrincipalID   string `json:"principalId"`
		PrincipalType string `json:"principalType"`
	} `json:"appRoleAssignedTo"`
}

type censusAssignment struct {
	ID          string `json:"id"`
	PrincipalID string `json:"principalId"`
	RoleID      string `json:"roleDefinitionId"`
	Scope       string `json:"directoryScopeId"`
}

func readCensus(t testing.TB, sim *graphsim.Server) census {
	t.Helper()
	b, err := json.Marshal(sim.Census())
	if err != nil {
		t.Fatal(err)
	}
	var c census
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	c.credentials = readCredentialCensus(t, sim)
	return c
}

// expected is what a c1z of the tenant has to hold.
type expected struct {
	testkit.Rows

	kinds  map[string]string          // object id -> resource type
	scopes map[string]map[string]bool // role grant id -> assignment ids
	left   map[string]int             // reason -> count

	members map[string][]string // group -> resource keys of its direct members

	switches   switches
	onPremises map[string]bool // users from there
	skus       map[string]bool
}

func expect(c census) *expected { return expectWith(c, switches{}) }

// expectWith is what a c1z has to hold when some switches are on.
func expectWith(c census, s switches) *expected {
	e := &expected{Rows: testkit.NewRows(), switches: s, onPremises: map[string]bool{}, skus: map[string]bool{}, kinds: map[string]string{},
		scopes: map[string]map[string]bool{}, left: map[string]int{}, members: map[string][]string{}}
	e.addResources(c)
	e.addGroups(c.Groups)
	for _, r := range c.RoleDefinitions {
		e.Entitlements["role:"+r.ID+":assigned"] = true
	}
	for _, a := range c.ServicePrincipals {
		if e.kinds[a.ID] == "enterprise_application" {
			e.addApp(a)
		}
	}
	for _, a := range c.RoleAssignments {
		e.addRoleAssignment(a)
	}
	for _, g := range c.Groups {
		for holder := range e.reach(g.ID) {
			e.Derived["group:"+g.ID+":members:"+holder] = true
		}
	}
	e.addLicenses(c)
	credentials, elsewhere := expectedCredentials(c.credentials, s)
	for key := range credentials {
		e.Resources[key] = true
	}
	e.left["credential"] = elsewhere
	return e
}

func (e *expected) addGroups(groups []censusGroup) {
	for _, g := range groups {
		if e.kinds[g.ID] == "" {
			continue // left out
		}
		e.Entitlements["group:"+g.ID+":members"] = true
		e.Entitlements["group:"+g.ID+":owners"] = true
		e.members[g.ID] = e.links("group:"+g.ID+":members", e.synced(g.Members))
		e.links("group:"+g.ID+":owners", g.Owners)
	}
}

// synced are the members whose membership is synced.
func (e *expected) synced(members []censusObject) []censusObject {
	if !e.switches.skipADGroups || e.switches.includeOnPremMembers {
		return members
	}
	var out []censusObject
	for _, m := range members {
		if e.onPremises[m.ID] {
			e.left["on-premises member"]++
			continue
		}
		out = append(out, m)
	}
	return out
}

func (e *expected) addResources(c census) {
	add := func(kind, id string) {
		e.kinds[id] = kind
		e.Resources[kind+":"+id] = true
	}
	for _, u := range c.Users {
		add("user", u.ID)
		e.onPremises[u.ID] = u.OnPremises
	}
	for _, g := range c.Groups {
		if g.OnPremises && e.switches.skipADGroups {
			e.left["group"]++
			continue
		}
		add("group", g.ID)
	}
	for _, r := range c.RoleDefinitions {
		add("role", r.ID)
	}
	for _, a := range c.ServicePrincipals {
		switch a.Kind {
		case "Application", "Legacy":
			if len(a.AssignedTo) == 0 && e.switches.skipUnassignedApps {
				e.left["application"]++
				continue
			}
			add("enterprise_application", a.ID)
		case "ManagedIdentity":
			add("managed_identity", a.ID)
		}
	}
}

// links expects a grant for each object that is a resource and returns their keys.
func (e *expected) links(entitlement string, objects []censusObject) []string {
	var keys []string
	for _, o := range objects {
		if kind := e.kinds[o.ID]; kind != "" {
			e.Direct[entitlement+":"+kind+":"+o.ID] = true
			keys = append(keys, kind+":"+o.ID)
		} else {
			e.left["principal"]++
		}
	}
	return keys
}

func (e *expected) addApp(a censusApp) {
	prefix := "enterprise_application:" + a.ID + ":"
	e.Entitlements[prefix+"owners"] = true
	e.links(prefix+"owners", a.Owners)

	const zeros = "00000000-0000-0000-0000-000000000000"
	exists := map[string]bool{zeros: true}
	held := map[string]bool{}
	for _, x := range a.AssignedTo {
		held[x.RoleID] = true
	}
	many, takesUsers := len(a.AssignedTo) >= 20, false
	for _, r := range a.AppRoles {
		exists[r.ID] = true
		if r.Enabled || held[r.ID] || many {
			e.Entitlements[prefix+"assignment:"+r.ID] = true
		}
		for _, t := range r.Allowed {
			takesUsers = takesUsers || r.Enabled && t == "User"
		}
	}
	if !takesUsers || held[zeros] || many {
		e.Entitlements[prefix+"assignment:"+zeros] = true
	}
	for _, x := range a.AssignedTo {
		kind := e.kinds[x.PrincipalID]
		switch {
		case !exists[x.RoleID]:
			e.left["role"]++
		case kind == "":
			e.left["principal"]++
		default:
			e.Direct[prefix+"assignment:"+x.RoleID+":"+kind+":"+x.PrincipalID] = true
			if kind == "group" {
				e.expandShallow(prefix+"assignment:"+x.RoleID, x.PrincipalID)
			}
		}
	}
}

// expandShallow gives a role of an application to the direct members of a group that are no groups.
func (e *expected) expandShallow(entitlement, group string) {
	for _, key := range e.members[group] {
		if kind := key[:len(key)-len(":")-36]; kind != "group" {
			e.Derived[entitlement+":"+key] = true
		}
	}
}

func (e *expected) addRoleAssignment(a censusAssignment) {
	kind := e.kinds[a.PrincipalID]
	switch {
	case e.kinds[a.RoleID] != "role":
		e.left["definition"]++
	case kind == "":
		e.left["principal"]++
	default:
		entitlement := "role:" + a.RoleID + ":assigned"
		id := fmt.Sprintf("%s:%s:%s", entitlement, kind, a.PrincipalID)
		e.Direct[id] = true
		if e.scopes[id] == nil {
			e.scopes[id] = map[string]bool{}
		}
		e.scopes[id][a.ID] = true
		if kind == "group" {
			for holder := range e.reach(a.PrincipalID) {
				e.Derived[entitlement+":"+holder] = true
			}
		}
	}
}

// reach is everything that is in a group, through however many groups.
func (e *expected) reach(group string) map[string]bool {
	seen := map[string]bool{}
	work := []string{group}
	for len(work) > 0 {
		next := work[0]
		work = work[1:]
		for _, key := range e.members[next] {
			if seen[key] {
				continue
			}
			seen[key] = true
			if kind, id := key[:len(key)-37], key[len(key)-36:]; kind == "group" {
				work = append(work, id)
			}
		}
	}
	return seen
}
