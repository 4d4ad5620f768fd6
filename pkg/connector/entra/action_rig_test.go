package entra

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// actionDesk is where a test has actions done, through gRPC, on a simulated tenant.
type actionDesk struct {
	t      *testing.T
	sim    *graphsim.Server
	clock  *testkit.QuickClock
	client types.ConnectorClient
}

// openActions starts a small tenant where the application may do everything, unless the options say otherwise.
func openActions(t *testing.T, seed uint64, change func(*graphsim.Options)) *actionDesk {
	t.Helper()
	return openActionsBy(context.Background(), t, seed, change)
}

func openActionsBy(ctx context.Context, t *testing.T, seed uint64, change func(*graphsim.Options)) *actionDesk {
	t.Helper()
	d := &actionDesk{t: t, clock: &testkit.QuickClock{}}
	o := graphsim.Options{Seed: seed, Users: 60, Groups: 8, Memberships: 40, Apps: 4, Assignments: 10, WithoutLimits: true,
		Permissions: append(graphsim.ReadPermissions(), graphsim.WritePermissions()...), DirectoryRoles: []string{"Global Administrator"},
		Now: d.clock.Now}
	if change != nil {
		change(&o)
	}
	d.sim = startTenant(t, o)
	d.client = testkit.Serve(ctx, t, d.connector())
	return d
}

func (d *actionDesk) connector() *Connector {
	return connectAs(d.t, d.sim, d.settings(), d.clock)
}

// settings let a sync show all that an action can write.
func (d *actionDesk) settings() *config.Entra {
	cfg := settingsOf(d.sim)
	cfg.OnPremisesExtensionAttributes = true
	return cfg
}

// invoke has an action done, and returns its result, and why it failed: "" where it did not.
func (d *actionDesk) invoke(name string, args map[string]any) (result map[string]any, failure string) {
	d.t.Helper()
	resourceType := ""
	if name == "create_group" {
		resourceType = typeGroup
	}
	resp, err := d.client.InvokeAction(context.Background(), v2.InvokeActionRequest_builder{Name: name, ResourceTypeId: resourceType,
		Args: newStruct(d.t, args), InlineWait: durationpb.New(time.Minute)}.Build())
	if err != nil {
		d.t.Fatalf("%s: %v", name, err)
	}
	result = resp.GetResponse().AsMap()
	switch resp.GetStatus() {
	case v2.BatonActionStatus_BATON_ACTION_STATUS_COMPLETE:
		if _, flag := result["success"].(bool); !flag {
			d.t.Errorf("%s: the result has no success: %v", name, result)
		}
		return result, ""
	case v2.BatonActionStatus_BATON_ACTION_STATUS_FAILED:
		failure, _ = result["error"].(string)
		return nil, failure
	}
	d.t.Fatalf("%s: %v", name, resp)
	return nil, ""
}

// do has an action done that has to succeed.
func (d *actionDesk) do(name string, args map[string]any) map[string]any {
	d.t.Helper()
	result, failure := d.invoke(name, args)
	if failure != "" || result["success"] != true {
		d.t.Fatalf("seed %d: %s: %v, %s", d.sim.Options().Seed, name, result, failure)
	}
	return result
}

// refuses checks that an action fails with words, and writes nothing.
func (d *actionDesk) refuses(name string, args map[string]any, words ...string) {
	d.t.Helper()
	d.sim.ResetHistory()
	result, failure := d.invoke(name, args)
	if failure == "" {
		d.t.Errorf("%s %v succeeds: %v", name, args, result)
	}
	for _, w := range words {
		if !strings.Contains(failure, w) {
			d.t.Errorf("%s %v: %q is not in %q", name, args, w, failure)
		}
	}
	for _, w := range d.writes() {
		if w.Status >= 200 && w.Status < 300 {
			d.t.Errorf("%s %v: it wrote %s %s", name, args, w.Method, w.Path)
		}
	}
}

// writes are the requests that changed something, or tried to, since they were last forgotten.
func (d *actionDesk) writes() []graphsim.Request {
	var out []graphsim.Request
	for _, r := range d.sim.History() {
		if strings.HasPrefix(r.Path, "/v1.0/") && r.Method != http.MethodGet && r.Path != "/v1.0/$batch" {
			out = append(out, r)
		}
	}
	return out
}

// wrote checks how many writes there were, and forgets them.
func (d *actionDesk) wrote(n int) {
	d.t.Helper()
	if w := d.writes(); len(w) != n {
		d.t.Errorf("%d writes, want %d: %+v", len(w), n, w)
	}
	d.sim.ResetHistory()
}

// synced is what a whole sync finds.
func (d *actionDesk) synced() *testkit.Contents {
	d.t.Helper()
	path := filepath.Join(d.t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), d.t, d.connector(), path); err != nil {
		d.t.Fatal(err)
	}
	d.sim.ResetHistory()
	return testkit.Read(context.Background(), d.t, path)
}

// profile is a user as a sync shows it.
func (d *actionDesk) profile(userID string) (*v2.Resource, map[string]any) {
	d.t.Helper()
	r := d.synced().Resources["user:"+userID]
	if r == nil {
		d.t.Fatalf("the sync does not show the user %s", userID)
	}
	return r, r.GetProfile().AsMap()
}

// members are ordinary users of the cloud.
func (d *actionDesk) members(n int) []string {
	d.t.Helper()
	var ids []string
	for _, u := range d.sim.Census().Users {
		ordinary := u.Get("onPremisesSyncEnabled") != true && u.Text("userType") == "Member" && u.Get("accountEnabled") == true
		if ordinary && !d.sim.Tenant().Administrator(u.ID()) && len(ids) < n {
			ids = append(ids, u.ID())
		}
	}
	if len(ids) < n {
		d.t.Fatalf("seed %d: the tenant has only %d ordinary users", d.sim.Options().Seed, len(ids))
	}
	return ids
}

// record is a user, or a group, as the tenant has it.
func (d *actionDesk) record(id string) *graphsim.Record {
	c := d.sim.Census()
	for _, list := range [][]graphsim.Record{c.Users, c.Groups} {
		for _, r := range list {
			if r.ID() == id {
				return &r
			}
		}
	}
	return nil
}

// deleteUser puts a user into the recycle bin.
func (d *actionDesk) deleteUser(id string) {
	d.t.Helper()
	if _, err := d.connector().graph.DeleteUser(context.Background(), id); err != nil {
		d.t.Fatal(err)
	}
	d.sim.ResetHistory()
}

func resourceArg(resourceType, id string) map[string]any {
	return map[string]any{"resource_type_id": resourceType, "resource_id": id}
}
