package graph

import (
	"errors"
	"net/http"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// anyRow is the id of one row of each getter.
func anyRow(t *testing.T, sim *graphsim.Server) map[string]string {
	t.Helper()
	census := sim.Census()
	return map[string]string{"GetUserRow": census.Users[3].ID(), "GetGroupRow": census.Groups[3].ID(),
		"GetServicePrincipal": census.ServicePrincipals[3].ID(), "GetRoleDefinition": census.RoleDefinitions[3].ID()}
}

func TestGetters_FailWithoutAnObject(t *testing.T) {
	t.Parallel()
	sim := startSim(t, generousSmall())
	ids := anyRow(t, sim)
	for _, g := range getters() {
		for _, f := range failures() {
			if f.fault.Kind == graphsim.NullElement || f.fault.Kind == graphsim.ForeignNextLink {
				continue // what one object does not have
			}
			// A client of its own, so that no pause of the last failure is left.
			c := simClient(t, sim)
			fault := f.fault
			fault.PathContains, fault.Times = "/v1.0/", -1
			sim.Fail(fault)
			sim.ResetHistory()
			_, id, err := g.read(t.Context(), c, ids[g.name])
			var answered *Error
			if is := errors.As(err, &answered); err == nil || id != "" || is != (f.status != 0) || is && answered.Status != f.status {
				t.Errorf("%s, %s: the object %q, %v, want an error alone, with the status %d", g.name, f.name, id, err, f.status)
			}
			if tries := len(graphRequests(sim)); tries != f.tries {
				t.Errorf("%s, %s: sent %d times, want %d", g.name, f.name, tries, f.tries)
			}
			if Missing(err) != (f.fault.Kind == "" && f.status == http.StatusNotFound) {
				t.Errorf("%s, %s: missing is %t", g.name, f.name, Missing(err))
			}
			sim.ClearFaults()
		}
	}
}

func TestGetters_FallBackOnceWhereTheNarrowFormIsRefused(t *testing.T) {
	t.Parallel()
	sim := startSim(t, generousSmall())
	c, ids := simClient(t, sim), anyRow(t, sim)
	for _, g := range getters() {
		sim.Fail(graphsim.Fault{Status: 400, PathContains: "/v1.0/"})
		sim.ResetHistory()
		_, id, err := g.read(t.Context(), c, ids[g.name])
		sent := graphRequests(sim)
		sim.ClearFaults()
		if g.plain == nil {
			if len(sent) != 1 || err == nil {
				t.Errorf("%s: %d requests, %v, want the one 400", g.name, len(sent), err)
			}
			continue
		}
		if err != nil || id != ids[g.name] || len(sent) != 2 {
			t.Fatalf("%s: the object %q, %d requests, %v", g.name, id, len(sent), err)
		}
		checkPlain(t, queryOf(t, sent[0]), queryOf(t, sent[1]), g.plain)
	}
}

// An object of another kind is not there either.
func TestGetters_TellWhatIsNotThere(t *testing.T) {
	t.Parallel()
	sim := startSim(t, generousSmall())
	c := simClient(t, sim)
	for _, g := range getters() {
		for name, id := range anyRow(t, sim) {
			if _, _, err := g.read(t.Context(), c, id); Missing(err) == (name == g.name) {
				t.Errorf("%s of an id for %s: %v", g.name, name, err)
			}
		}
		if _, _, err := g.read(t.Context(), c, "00000000-1111-2222-3333-444444444444"); !Missing(err) {
			t.Errorf("%s of nobody's id: %v", g.name, err)
		}
	}
}

func TestGetUserRow_TellsAMissingLicenceFromAMissingPermission(t *testing.T) {
	t.Parallel()
	poor := generous()
	poor.WithoutPremium = true
	for name, o := range map[string]graphsim.Options{"licence": poor, "permission": {Seed: 7}} {
		sim := startSim(t, o)
		_, err := simClient(t, sim).GetUserRow(t.Context(), UserQuery{SignInActivity: true}, sim.Census().Users[0].ID())
		var refused *Error
		if !errors.As(err, &refused) || refused.Status != http.StatusForbidden || errors.Is(err, ErrNoPremium) != (name == "licence") {
			t.Errorf("no %s: %v", name, err)
		}
	}
}
