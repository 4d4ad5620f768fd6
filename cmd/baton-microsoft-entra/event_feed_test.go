package main_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// event is what of a line of events a test looks at, as the SDK prints it.
type event struct {
	ID       string `json:"id"`
	Resource struct {
		ID struct{ ResourceType, Resource string } `json:"resourceId"`
	} `json:"resourceChangeEvent"`
}

func TestEventFeed_OneShotPrintsWhatHasChanged(t *testing.T) {
	t.Parallel()
	o := smallTenant()
	o.Permissions = graphsim.EveryReadPermission()
	sim := startTenant(t, o)
	s := stageOf(t, sim)
	user := sim.Census().Users[3].ID()
	if err := sim.Tenant().Update(user, map[string]any{"department": "Elsewhere"}); err != nil {
		t.Fatal(err)
	}
	ended := s.Run("--event-feed=true", "--event-feed-id", "entra_audit").WantExit(0)
	var found bool
	for line := range strings.Lines(ended.Stdout) {
		var e event
		if json.Unmarshal([]byte(line), &e) == nil && e.Resource.ID.Resource == user {
			found = e.ID != "" && e.Resource.ID.ResourceType == "user"
		}
	}
	if !found {
		t.Errorf("no event of the user %s: it ends with\n%s", user, ended.End())
	}
}
