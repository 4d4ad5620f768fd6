package onelogin

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// observed is a connector that keeps the summary of its sync.
type observed struct {
	*Connector
	summary connector.Summary
}

func (o *observed) SyncDone(_ context.Context, s connector.Summary) { o.summary = s }

// What is deleted between its own row and its lists does not fail the sync: it has no grants, all others have theirs, and
// its lists are counted.
func TestSync_PassesOverWhatIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, smallAccount(34))
	census, want := sim.Census(), contentsOf(t, sim)
	for _, gone := range []struct {
		kind, path, id string
		lists          int
	}{
		{typeRole, "/api/2/roles/", text(census.Roles[0].ID), 2}, {typeApp, "/api/2/apps/", text(census.Apps[0].ID), 1},
		{typePrivilege, "/api/1/privileges/", census.Privileges[0].ID, 2},
	} {
		sim.ClearFaults()
		sim.Fail(oneloginsim.Fault{PathContains: gone.path + gone.id, Times: -1, Status: http.StatusNotFound, Message: "gone"})
		c := &observed{Connector: connectTo(t, sim)}
		path := filepath.Join(t.TempDir(), "sync.c1z")
		if err := testkit.Sync(t.Context(), t, c, path); err != nil {
			t.Errorf("seed 34: %s %s is gone: %v", gone.kind, gone.id, err)
			continue
		}
		if n := c.summary.LeftOut[reasonDeletedMeanwhile]; n != gone.lists {
			t.Errorf("seed 34: %s %s is gone: %d lists are counted, want %d", gone.kind, gone.id, n, gone.lists)
		}
		got, own := testkit.Read(t.Context(), t, path), gone.kind+":"+gone.id+":"
		for id, g := range want.Grants {
			if mine := strings.HasPrefix(id, own); testkit.Direct(g) && (got.Grants[id] == nil) != mine {
				t.Errorf("seed 34: %s %s is gone: the grant %s is there: %v", gone.kind, gone.id, id, mine)
			}
		}
	}
}
