package entra

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// getFault is one thing that goes wrong, and its code where one object is read and where a list is.
type getFault struct {
	fault      graphsim.Fault
	one, lists codes.Code
}

func getFaults() []getFault {
	same := func(f graphsim.Fault, c codes.Code) getFault { return getFault{f, c, c} }
	return []getFault{
		same(graphsim.Fault{Status: 401}, codes.Unauthenticated),
		same(graphsim.Fault{Status: 403}, codes.PermissionDenied),
		{graphsim.Fault{Status: 404}, codes.NotFound, codes.FailedPrecondition},
		same(graphsim.Fault{Kind: graphsim.HTMLBody, Status: 404}, codes.FailedPrecondition), // a proxy's
		same(graphsim.Fault{Status: 429}, codes.Unavailable),
		same(graphsim.Fault{Status: 500}, codes.Unavailable),
		same(graphsim.Fault{Status: 503, RetryAfter: "7"}, codes.Unavailable),
		same(graphsim.Fault{Kind: graphsim.Cut}, codes.Unavailable),
		same(graphsim.Fault{Kind: graphsim.Drop}, codes.Unavailable),
		same(graphsim.Fault{Kind: graphsim.BadJSON}, codes.Internal),
		same(graphsim.Fault{Kind: graphsim.HTMLBody, Status: 200}, codes.Internal),
	}
}

func TestGet_FailsWithTheCodeOfTheFault(t *testing.T) {
	t.Parallel()
	g := newGetTest(t, smallTenant(67), everyAddition)
	ids, client := oneOfEach(t, g.file(t)), g.client(t)
	try := func(resourceType, path string, f graphsim.Fault, want codes.Code) {
		t.Helper()
		f.PathContains, f.Times = path, -1
		g.sim.Fail(f)
		defer g.sim.ClearFaults()
		got, _, err := g.get(t, client, resourceType, ids[resourceType])
		if status.Code(err) != want || got != nil {
			t.Errorf("seed 67: %s under %+v: %v, %v, want %s", resourceType, f, got, err, want)
		}
	}
	for _, f := range getFaults() {
		for _, resourceType := range everyResourceType() {
			want := f.one
			if resourceType == typeLicense || resourceType == typeCredential {
				want = f.lists
			}
			try(resourceType, "/v1.0/", f.fault, want)
		}
		// A user who is there, and whose mailbox cannot be read, is not gone.
		try(typeUser, "/v1.0/$batch", f.fault, f.lists)
	}
}
