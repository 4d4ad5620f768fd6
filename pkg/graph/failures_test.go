package graph

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// failure is one thing that goes wrong with every request, and what has to come of it.
type failure struct {
	name  string
	fault graphsim.Fault
	// status is that of the *Error, 0 where it is another error.
	status int
	// tries is how often the request has to be sent: a probe or a list is a read, so a passing fault is
	// tried four times.
	tries int
}

func failures() []failure {
	answer := func(status, tries int) failure {
		return failure{name: http.StatusText(status), fault: graphsim.Fault{Status: status}, status: status, tries: tries}
	}
	return []failure{
		answer(http.StatusUnauthorized, 2), answer(http.StatusForbidden, 1), answer(http.StatusNotFound, 1),
		answer(http.StatusTooManyRequests, 4), answer(http.StatusInternalServerError, 4), answer(http.StatusServiceUnavailable, 4),
		{name: "cut off", fault: graphsim.Fault{Kind: graphsim.Cut}, tries: 4},
		{name: "dropped", fault: graphsim.Fault{Kind: graphsim.Drop}, tries: 4},
		{name: "HTML with 200", fault: graphsim.Fault{Kind: graphsim.HTMLBody, Status: http.StatusOK}, tries: 1},
		{name: "HTML with 404", fault: graphsim.Fault{Kind: graphsim.HTMLBody, Status: http.StatusNotFound}, status: 404, tries: 1},
		{name: "JSON that ends early", fault: graphsim.Fault{Kind: graphsim.BadJSON}, tries: 1},
		{name: "null element", fault: graphsim.Fault{Kind: graphsim.NullElement}, tries: 1},
		{name: "foreign next link", fault: graphsim.Fault{Kind: graphsim.ForeignNextLink}, tries: 1},
	}
}

func TestReaders_FailWithoutRows(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	p := parentsIn(t, sim.Census())
	for _, r := range readers(p) {
		for _, f := range failures() {
			t.Run(r.name+" "+f.name, func(t *testing.T) {
				// A client of its own, so that no pause of the last failure is left.
				c := simClient(t, sim)
				fault := f.fault
				fault.PathContains, fault.Times = "/v1.0/", -1
				sim.Fail(fault)
				defer sim.ClearFaults()
				sim.ResetHistory()
				mustFail(t, r, c, "", f.status)
				if tries := len(graphRequests(sim)); tries != f.tries {
					t.Errorf("sent %d times, want %d", tries, f.tries)
				}
			})
		}
	}
}

// mustFail reads a page and wants an error, with a status where one is given, and nothing else.
func mustFail(t *testing.T, r reader, c *Client, next string, status int) {
	t.Helper()
	rows, link, err := r.read(t.Context(), c, next)
	if err == nil || rows != nil || link != "" {
		t.Errorf("got %d rows (nil: %v), link %q, error %v; want an error alone", len(rows), rows == nil, link, err)
	}
	var answered *Error
	if is := errors.As(err, &answered); is != (status != 0) || is && answered.Status != status {
		t.Errorf("got %#v, want the status %d", err, status)
	}
}

// TestReaders_SurviveWhatPasses has each passing fault once: the reader must not notice.
func TestReaders_SurviveWhatPasses(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	p := parentsIn(t, sim.Census())
	c := simClient(t, sim)
	passing := []graphsim.Fault{{Status: 401}, {Status: 429}, {Status: 429, RetryAfter: "0.9"}, {Status: 500}, {Status: 502}, {Status: 503, RetryAfter: "2"},
		{Status: 504}, {Kind: graphsim.Cut}, {Kind: graphsim.Drop}}
	for _, r := range readers(p) {
		want, _, err := r.read(t.Context(), c, "")
		if err != nil {
			t.Fatalf("%s: %v", r.name, err)
		}
		for _, fault := range passing {
			fault.PathContains = "/v1.0/"
			sim.Fail(fault)
			got, _, err := r.read(t.Context(), c, "")
			if err != nil || !sameIDs(got, want) {
				t.Errorf("%s, %+v: %d rows, %v, want %d", r.name, fault, len(got), err, len(want))
			}
			sim.ClearFaults()
		}
	}
}

// TestReaders_FailOnALaterPageToo breaks the second page: what has been read stays read, the page is an error.
func TestReaders_FailOnALaterPageToo(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7, PageSize: 1})
	p := parentsIn(t, sim.Census())
	c := simClient(t, sim)
	for _, r := range listers(p) {
		rows, next, err := r.read(t.Context(), c, "")
		if err != nil || len(rows) != 1 || next == "" {
			if onOnePage(r) && err == nil && next == "" {
				continue
			}
			t.Fatalf("%s: %d rows, link %q, %v", r.name, len(rows), next, err)
		}
		for _, f := range []graphsim.Fault{{Status: 403}, {Status: 500}, {Kind: graphsim.Cut}, {Kind: graphsim.Drop}, {Kind: graphsim.NullElement}} {
			f.PathContains, f.Times = "/v1.0/", -1
			sim.Fail(f)
			mustFail(t, r, c, next, f.Status)
			sim.ClearFaults()
		}
		mustFail(t, r, c, next+"x", http.StatusBadRequest)
	}
}

// onOnePage says whether the service gives all rows at once, whatever the size of a page.
func onOnePage(r reader) bool {
	return r.name == "ListRoleDefinitions" || r.name == "ListSubscribedSkus"
}

func TestReaders_FollowAnEmptyPage(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	p := parentsIn(t, sim.Census())
	c, want := simClient(t, sim), expectedRows(sim.Census(), p)
	for _, r := range listers(p) {
		sim.Fail(graphsim.Fault{Kind: graphsim.EmptyPage, PathContains: "/v1.0/", Times: 2})
		rows, next, err := r.read(t.Context(), c, "")
		if r.name == "ListSubscribedSkus" && err == nil && next == "" {
			sim.ClearFaults()
			continue // what has no pages has no empty one
		}
		if err != nil || rows == nil || len(rows) != 0 || next == "" {
			t.Errorf("%s: %d rows, link %q, %v, want none and a link", r.name, len(rows), next, err)
		}
		for next != "" && err == nil {
			var page []string
			page, next, err = r.read(t.Context(), c, next)
			rows = append(rows, page...)
		}
		if err != nil || !sameIDs(rows, want[r.name]) {
			t.Errorf("%s: %d rows, %v, want %d", r.name, len(rows), err, len(want[r.name]))
		}
		sim.ClearFaults()
	}
}

func TestReaders_RefuseTheSameLinkTwice(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	p := parentsIn(t, sim.Census())
	c := simClient(t, sim)
	sim.Fail(graphsim.Fault{Kind: graphsim.SameNextLink, PathContains: "/v1.0/", Times: -1})
	for _, r := range listers(p) {
		_, next, err := r.read(t.Context(), c, "")
		if err != nil || next == "" {
			t.Errorf("%s: link %q, %v", r.name, next, err)
			continue
		}
		mustFail(t, r, c, next, 0)
	}
}

func TestReaders_EndWithTheContext(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 7})
	c := simClient(t, sim)
	if err := c.ProbeUsers(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, r := range readers(parentsIn(t, sim.Census())) {
		if rows, _, err := r.read(ctx, c, ""); !errors.Is(err, context.Canceled) || rows != nil {
			t.Errorf("%s: %d rows, %v", r.name, len(rows), err)
		}
	}
}
