//go:build unix

package servicekit

import (
	"net/http"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// The service is there for one sync after the other, each of which shows what has changed. Its status is Syncing until the
// first sync is through, then Connected, and over an error back. The log of all that is checked at its end.
func goesFromSyncingToConnected(t *testing.T, c Connector) {
	gate := NewHurdle(t, c.ReadMark)
	d := open(t, c, gate)
	d.WantStatus("Not connected")
	d.Begin("--workers", "1")
	first := d.C1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	gate.Wait(t)
	d.WantStatus("Syncing")
	gate.Release()
	d.Uploaded(d.Await(first))
	d.WantStatus("Connected")
	user := d.account.Newcomer(t)
	for _, name := range []string{"Renamed once", "Renamed again"} {
		d.account.Rename(t, user, name)
		users := d.Synced(conductoronesim.SyncOptions{ResourceTypes: []string{c.User}}).Resources
		if got := Row(t, users, c.User+":"+user, &v2.Resource{}).GetDisplayName(); got != name {
			t.Errorf("the name is %q, want %q", got, name)
		}
	}
	d.account.RefuseForGood(http.StatusBadRequest)
	if failed := d.Do(conductoronesim.FullSync(conductoronesim.SyncOptions{})); failed.Status != codes.InvalidArgument || len(failed.Uploads) > 0 {
		t.Errorf("%v, %s, with %d uploads", failed.Status, failed.Message, len(failed.Uploads))
	}
	d.WantStatus("Error")
	d.account.ClearFaults()
	WantResources(t, d.Synced(conductoronesim.SyncOptions{}), d.account.Resources())
	d.WantStatus("Connected")
}
