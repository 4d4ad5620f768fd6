package entra

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	logs "go.uber.org/zap/zaptest/observer"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

func withSCIM(cfg *config.Entra) { cfg.ScheduleScimProvisioning = true }

// jobFor gives the application of a row one synchronization job of a status, whatever jobs others have.
func jobFor(t *testing.T, d *rightsDesk, row rightRow, status string) string {
	t.Helper()
	id, err := d.sim.Tenant().AddSyncJob(row.resource.GetResource(), status)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// provisionedBy are what one job was asked for on demand.
func provisionedBy(d *rightsDesk, job string) []graphsim.Provision {
	return slices.DeleteFunc(d.sim.Provisioned(), func(p graphsim.Provision) bool { return p.JobID != job })
}

// logged does a task and returns the messages and levels that it logged.
func (d *rightsDesk) logged(row rightRow, give bool) (warnings []string) {
	d.t.Helper()
	core, written := logs.New(zap.InfoLevel)
	ctx := ctxzap.ToContext(context.Background(), zap.New(core))
	var err error
	if give {
		_, _, err = row.syncer(d.c).Grant(ctx, v2.Resource_builder{Id: row.holder}.Build(), row.entitlement())
	} else {
		_, err = row.syncer(d.c).Revoke(ctx, row.bare())
	}
	if err != nil {
		d.t.Fatalf("grant %t: %v", give, err)
	}
	for _, l := range written.FilterLevelExact(zap.WarnLevel).All() {
		warnings = append(warnings, l.Message)
	}
	return warnings
}

// E13: after a grant or a revoke, the application's provisioning takes the principal at once.
func TestE13_SchedulesSCIMProvisioning(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status         string
		demand, starts int
	}{
		"a job that runs": {"Active", 2, 0}, "a job at work": {"InProgress", 2, 0}, "a paused job": {"Paused", 1, 1},
		"a job in quarantine": {"Quarantine", 1, 1}, "a job that is not set up": {"NotConfigured", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := openRightsDesk(t, rightsTenant(61), withSCIM)
			row := rightRows(t, d.sim)[0]
			job := jobFor(t, d, row, test.status)
			for _, give := range []bool{true, false} {
				if warned := d.logged(row, give); len(warned) > 0 || row.held(t, d.sim) != give {
					t.Errorf("grant %t: held %t, %q", give, row.held(t, d.sim), warned)
				}
			}
			on := provisionedBy(d, job)
			if len(on) != test.demand || d.sim.JobStarts(row.resource.GetResource(), job) != test.starts {
				t.Errorf("provisioned %v, started %d times", on, d.sim.JobStarts(row.resource.GetResource(), job))
			}
			for _, p := range on {
				if p.ObjectID != row.holder.GetResource() || p.ObjectType != "User" {
					t.Errorf("provisioned %v", p)
				}
			}
		})
	}
}

// TestE13_AGroupGoesWithItsFirstMembers, and an application is not provisioned at all.
func TestE13_AGroupGoesWithItsFirstMembers(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(62), withSCIM)
	rows := rightRows(t, d.sim)
	group, app := rows[1], rows[2]
	newMember(t, d, group.holder.GetResource())
	job := jobFor(t, d, group, "Active")
	d.logged(group, true)
	if on := provisionedBy(d, job); len(on) != 1 || on[0].ObjectType != "Group" || on[0].Result != "Success" || len(on[0].Members) == 0 || len(on[0].Members) > 5 {
		t.Errorf("provisioned %v", on)
	}
	job = jobFor(t, d, app, "Active")
	d.logged(app, true)
	if on := provisionedBy(d, job); len(on) != 0 {
		t.Errorf("provisioned %v", on)
	}
}

// TestE13_IsOffByDefault, and asks nothing of an application then, nor of owners.
func TestE13_IsOffByDefault(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{false, true} {
		d := openRightsDesk(t, rightsTenant(63), func(cfg *config.Entra) { cfg.ScheduleScimProvisioning = on })
		rows := rightRows(t, d.sim)
		row := rows[0]
		if on {
			row = rows[3]
		}
		jobFor(t, d, row, "Active")
		d.sim.ResetHistory()
		d.logged(row, true)
		for _, path := range graphPaths(d.sim) {
			if strings.Contains(path, "/synchronization/") {
				t.Errorf("switch %t: %s was asked for", on, path)
			}
		}
	}
}

// TestE13_NeverFailsAGrant: whatever request about the job fails, and in whichever way, the grant stands, and
// a warning says so.
func TestE13_NeverFailsAGrant(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(64), withSCIM)
	row := rightRows(t, d.sim)[0]
	jobFor(t, d, row, "Active")
	for _, part := range []string{"/synchronization/jobs", "/schema", "/provisionOnDemand"} {
		for _, fault := range []graphsim.Fault{{Status: 403}, {Status: 500}, {Status: 400}, {Kind: graphsim.Drop}, {Kind: graphsim.HTMLBody}} {
			fault.PathContains, fault.Times = part, -1
			d.sim.Fail(fault)
			for _, give := range []bool{true, false} {
				warned := d.logged(row, give)
				if len(warned) != 1 || !strings.Contains(warned[0], "could not be scheduled") || row.held(t, d.sim) != give {
					t.Errorf("%s, %s %d, grant %t: %q", part, fault.Kind, fault.Status, give, warned)
				}
			}
			d.sim.ClearFaults()
		}
	}
}

// TestE13_AnApplicationWithoutProvisioningIsNoFailure, nor one that a repeated grant finds unprovisioned.
func TestE13_AnApplicationWithoutProvisioningIsNoFailure(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(65), withSCIM)
	row := rightRows(t, d.sim)[0]
	d.sim.Fail(graphsim.Fault{PathContains: "/synchronization/jobs", Status: http.StatusNotFound})
	if warned := d.logged(row, true); len(warned) != 0 {
		t.Errorf("%q", warned)
	}
	job := jobFor(t, d, row, "Active")
	d.logged(row, true)
	if on := provisionedBy(d, job); len(on) != 1 || !row.held(t, d.sim) {
		t.Errorf("the grant that was there already provisioned %v", on)
	}
}

// TestE13_AProvisioningThatFailedIsTold.
func TestE13_AProvisioningThatFailedIsTold(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(66), withSCIM)
	row := rightRows(t, d.sim)[0]
	jobFor(t, d, row, "Active")
	c, err := newConnector(func() *config.Entra { cfg := settingsOf(d.sim); withSCIM(cfg); return cfg }(), func(string) bool { return true },
		surroundings{base: failingJob{d.sim.Client().Transport}, clock: &testkit.QuickClock{}})
	if err != nil {
		t.Fatal(err)
	}
	d.c = c
	if warned := d.logged(row, true); len(warned) != 1 {
		t.Errorf("%q", warned)
	}
}

// failingJob answers that nobody could be provisioned.
type failingJob struct{ next http.RoundTripper }

func (f failingJob) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/provisionOnDemand") {
		return canned(req, http.StatusOK, `{"key":"{\"result\":\"Failure\"}","value":"[]"}`), nil
	}
	return f.next.RoundTrip(req)
}
