//go:build unix

package main_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// E16: the settings of a self-hosted connector come by variables or by flags, with the same result.
func TestE16_SettingsComeByVariablesOrByFlags(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"variables", "flags"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s := newService(t, startTenant(t, smallTenant()), conductoronesim.Options{})
			var flags []string
			for name, value := range s.env {
				if setting, ok := strings.CutPrefix(name, "BATON_"); ok && way == "flags" {
					flags = append(flags, "--"+strings.ToLower(strings.ReplaceAll(setting, "_", "-")), value)
					delete(s.env, name)
				}
			}
			wantResources(t, s.begin(flags...).synced(conductoronesim.SyncOptions{}), resourcesOf(s.sim.Census()))
			if status := s.c1.Status(); status != "Connected" {
				t.Errorf("the status is %q", status)
			}
		})
	}
}

// Asked who it is, it tells the form of a new account with it.
func TestService_TellsWhoItIs(t *testing.T) {
	t.Parallel()
	s := serve(t, smallTenant())
	metadata := done[*v2.ConnectorMetadata](s, conductoronesim.Hello())
	if form := metadata.GetAccountCreationSchema().GetFieldMap(); metadata.GetDisplayName() != "Microsoft Entra ID" || form["userPrincipalName"] == nil {
		t.Errorf("it is %q, with %d fields for a new account", metadata.GetDisplayName(), len(form))
	}
}

// E16: the service is there for one sync after the other, each of which shows what has changed. Its status goes from
// Syncing to Connected, and over an error back. The log of all that is checked at its end.
func TestE16_SyncsAgainAndAgain(t *testing.T) {
	t.Parallel()
	g := newGate(t, 12)
	o := smallTenant()
	o.Traffic = g
	s := newService(t, startTenant(t, o), conductoronesim.Options{})
	s.wantStatus("Not connected")
	s.begin()
	first := s.c1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	select {
	case <-g.reached:
	case <-time.After(patience / 2):
		t.Fatal("the sync has not come so far")
	}
	s.wantStatus("Syncing")
	g.release()
	s.uploaded(s.await(first))
	s.wantStatus("Connected")
	for _, u := range ordinary(t, s.sim, 3) {
		name := fmt.Sprintf("Renamed %s", u.ID())
		if err := s.sim.Tenant().Update(u.ID(), map[string]any{"displayName": name}); err != nil {
			t.Fatal(err)
		}
		if got := row(t, s.synced(conductoronesim.SyncOptions{ResourceTypes: []string{"user"}}).resources, "user:"+u.ID(), &v2.Resource{}).GetDisplayName(); got != name {
			t.Errorf("the name is %q, want %q", got, name)
		}
	}
	s.sim.Fail(graphsim.Fault{PathContains: "/roleAssignments", Status: http.StatusBadRequest, Times: -1})
	if failed := s.do(conductoronesim.FullSync(conductoronesim.SyncOptions{})); failed.Status != codes.InvalidArgument || len(failed.Uploads) > 0 {
		t.Errorf("%v, %s, with %d uploads", failed.Status, failed.Message, len(failed.Uploads))
	}
	s.wantStatus("Error")
	s.sim.ClearFaults()
	wantResources(t, s.synced(conductoronesim.SyncOptions{}), resourcesOf(s.sim.Census()))
	s.wantStatus("Connected")
}

// A sync that is to be looked into brings its log for debugging, which holds no secrets and no people either.
func TestService_UploadsALogForDebugging(t *testing.T) {
	t.Parallel()
	s := serve(t, smallTenant())
	result := s.do(conductoronesim.FullSync(conductoronesim.SyncOptions{}).WithDebug())
	if result.Status != codes.OK || len(result.Uploads) != 2 || result.Uploads[0].Debug || !result.Uploads[1].Debug {
		t.Fatalf("%v, %s, with the uploads %v", result.Status, result.Message, result.Uploads)
	}
	wantResources(t, readContents(t, result.Uploads[0].Path), resourcesOf(s.sim.Census()))
	log, err := os.ReadFile(result.Uploads[1].Path)
	if err != nil || !strings.Contains(string(log), `"level":"debug"`) {
		t.Errorf("a log of %d bytes without a line for debugging: %v", len(log), err)
	}
	wantNoSecrets(t, string(log), s.sim)
}

func (s *service) wantStatus(want string) {
	s.t.Helper()
	if got := s.c1.Status(); got != want {
		s.t.Errorf("the status is %q, want %q", got, want)
	}
}
