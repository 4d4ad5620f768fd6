package entra

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// task is a grant or a revoke of a row, done as the SDK does it: what may pass is tried again, three times.
func (d *rightsDesk) task(row rightRow, give bool) error {
	var err error
	for range 4 {
		if give {
			_, _, err = row.syncer(d.c).Grant(context.Background(), v2.Resource_builder{Id: row.holder}.Build(), row.entitlement())
		} else {
			_, err = row.syncer(d.c).Revoke(context.Background(), row.bare())
		}
		if c := status.Code(err); c != codes.Unavailable && c != codes.DeadlineExceeded {
			return err
		}
	}
	return err
}

// sentWrites are the requests since the last time that were meant to change something, whatever became of them.
func (d *rightsDesk) sentWrites() int {
	n := 0
	for _, r := range d.sim.History() {
		if r.Method != http.MethodGet && strings.HasPrefix(r.Path, "/v1.0/") {
			n++
		}
	}
	d.sim.ResetHistory()
	return n
}

// TestRights_SurviveAFaultAtEachRequest: whatever request of a task is lost, before or after it was done, the
// task ends right, and nothing is done twice.
func TestRights_SurviveAFaultAtEachRequest(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(32), nil)
	faults := []graphsim.Fault{
		{Kind: graphsim.Drop}, {Status: http.StatusServiceUnavailable},
		{Kind: graphsim.AnswerLost}, {Kind: graphsim.AnswerLost, Status: http.StatusGatewayTimeout},
	}
	for _, row := range rightRows(t, d.sim) {
		for _, fault := range faults {
			t.Run(fmt.Sprintf("%s, %s %d", row.name, fault.Kind, fault.Status), func(t *testing.T) {
				d.t = t
				for i, steps := 0, 1; i < steps; i++ {
					for _, give := range []bool{true, false} {
						steps = max(steps, d.disturbed(row, give, fault, i))
					}
				}
			})
		}
	}
}

// disturbed does a task with a fault at one of its requests, and returns how many requests it took.
func (d *rightsDesk) disturbed(row rightRow, give bool, fault graphsim.Fault, at int) int {
	d.t.Helper()
	fault.PathContains, fault.Skip = "/v1.0/", at
	d.sim.ClearFaults()
	d.sim.Fail(fault)
	d.sim.ResetHistory()
	err := d.task(row, give)
	requests := len(graphPaths(d.sim))
	writes := d.sentWrites()
	if err != nil {
		d.t.Fatalf("fault at request %d, grant %t: %v", at, give, err)
	}
	if n := row.copies(d.t, d.sim); (n > 0) != give || n > 1 {
		d.t.Fatalf("fault at request %d, grant %t: the tenant has it %d times", at, give, n)
	}
	if fault.Kind == graphsim.AnswerLost && writes != 1 || writes > 2 {
		d.t.Errorf("fault at request %d, grant %t: %d writes", at, give, writes)
	}
	return requests
}

// TestRights_FailWhereGraphRefuses: what Graph refuses is no success, and not tried for ever.
func TestRights_FailWhereGraphRefuses(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(33), nil)
	for _, row := range rightRows(t, d.sim) {
		for code, want := range map[int]codes.Code{403: codes.PermissionDenied, 401: codes.Unauthenticated, 400: codes.InvalidArgument} {
			for _, give := range []bool{true, false} {
				if !give {
					if err := d.task(row, true); err != nil {
						t.Fatal(row.name, err)
					}
				}
				d.sim.Fail(graphsim.Fault{PathContains: "/v1.0/", Times: -1, Status: code, Code: "Refused", Message: "It is refused."})
				if err := d.task(row, give); status.Code(err) != want {
					t.Errorf("%s: grant %t: %d became %v", row.name, give, code, err)
				}
				d.sim.ClearFaults()
				if err := d.task(row, false); err != nil {
					t.Fatal(row.name, err)
				}
			}
		}
	}
}

// TestRights_WaitForWhatIsNotKnownYet: whom a replica does not know a moment after being made is waited for.
func TestRights_WaitForWhatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	d := openRightsDesk(t, rightsTenant(34), nil)
	for _, row := range rightRows(t, d.sim) {
		d.sim.Fail(graphsim.Fault{Method: http.MethodPost, PathContains: "/v1.0/", Times: 2, Status: 404, Code: "Request_ResourceNotFound"})
		d.sim.Fail(graphsim.Fault{Method: http.MethodPost, PathContains: "/v1.0/", Status: 409})
		if err := d.task(row, true); err != nil || !row.held(t, d.sim) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

// TestRights_AreFoundOutBehindReplication: a lost answer is found out though reads lag behind, and nothing is
// done twice.
func TestRights_AreFoundOutBehindReplication(t *testing.T) {
	t.Parallel()
	o := rightsTenant(37)
	o.ReplicationDelay = 6 * time.Second
	d := openRightsDesk(t, o, nil)
	for _, row := range rightRows(t, d.sim) {
		for _, give := range []bool{true, false} {
			for _, method := range []string{http.MethodPost, http.MethodDelete} {
				d.sim.Fail(graphsim.Fault{Method: method, PathContains: "/v1.0/", Kind: graphsim.AnswerLost})
			}
			d.sim.ResetHistory()
			err := d.task(row, give)
			if n := d.sentWrites(); err != nil || n != 1 || row.held(t, d.sim) != give {
				t.Errorf("%s: grant %t: %v after %d writes", row.name, give, err, n)
			}
			d.sim.ClearFaults()
			if err := d.clock.Sleep(t.Context(), 2*o.ReplicationDelay); err != nil {
				t.Fatal(err)
			}
		}
	}
}
