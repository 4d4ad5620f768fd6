package graph

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// pacedClient reads a simulated tenant, and returns the clock by which its pipeline waits and the sum of the units
// that it was told of for requests within requests.
func pacedClient(t *testing.T, sim *graphsim.Server) (*Client, *fakeClock, *float64) {
	t.Helper()
	base, err := url.Parse(sim.URL())
	if err != nil {
		t.Fatal(err)
	}
	clock, units := &fakeClock{now: time.Now()}, 0.0
	c, err := New(base, transport.New(transport.Config{Base: sim.Client().Transport, Host: base.Host, Tokens: simTokens(sim), Clock: clock,
		Lanes: Lanes(), Metered: func(_ context.Context, u float64) { units += u }}))
	if err != nil {
		t.Fatal(err)
	}
	return c, clock, &units
}

// TestBatch_ARefusalWithinHoldsBackAllOthers: each request of a batch is refused by itself, in an answer of 200.
func TestBatch_ARefusalWithinHoldsBackAllOthers(t *testing.T) {
	sim := startSim(t, generous())
	c, clock, units := pacedClient(t, sim)
	upn := "zz@" + tenantDomain(t, c)
	sim.ResetHistory()
	if _, err := c.LookUpAddresses(t.Context(), upn); err != nil {
		t.Fatal(err)
	}
	if sent := graphRequests(sim); len(sent) != 1 || *units != float64(sent[0].ResourceUnits) || *units == 0 {
		t.Errorf("told of %v units for %d requests", *units, len(sent))
	}
	start := clock.Now()
	sim.Fail(graphsim.Fault{PathContains: "/groups", Status: http.StatusTooManyRequests, RetryAfter: "7"})
	if _, err := c.LookUpAddresses(t.Context(), upn); !Throttled(err) || clock.Now() != start {
		t.Fatalf("got %v after %v, want the refusal", err, clock.Now().Sub(start))
	}
	if err := c.ProbeSignInActivity(t.Context()); err != nil || clock.Now() != start {
		t.Errorf("the reports waited %v, %v", clock.Now().Sub(start), err)
	}
	if err := c.ProbeUsers(t.Context()); err != nil || clock.Now().Sub(start) != 7*time.Second {
		t.Errorf("the next request waited %v, %v, want 7 s", clock.Now().Sub(start), err)
	}
}

// TestMailboxes_WhatExchangeRefusesHoldsBackNoDirectory, and a mailbox that is refused holds back no other.
func TestMailboxes_WhatExchangeRefusesHoldsBackNoDirectory(t *testing.T) {
	sim := startSim(t, generous())
	c, clock, _ := pacedClient(t, sim)
	start := clock.Now()
	ids, _ := mailboxesOf(sim.Census())
	sim.Fail(graphsim.Fault{PathContains: ids[0] + "/mailboxSettings", Status: http.StatusTooManyRequests, RetryAfter: "300"})
	if _, err := c.ListMailboxPurposes(t.Context(), ids[:1]); !Throttled(err) {
		t.Errorf("got %v", err)
	}
	if _, err := c.ListMailboxPurposes(t.Context(), ids[1:2]); err != nil {
		t.Errorf("another mailbox: %v", err)
	}
	sim.Fail(graphsim.Fault{PathContains: "$batch", Status: http.StatusTooManyRequests, RetryAfter: "300"})
	for range 2 {
		if _, err := c.ListMailboxPurposes(t.Context(), ids[:1]); err == nil {
			t.Error("Exchange asks for five minutes, and is asked at once")
		}
	}
	if err := c.ProbeUsers(t.Context()); err != nil || clock.Now() != start {
		t.Errorf("the directory waited %v, %v", clock.Now().Sub(start), err)
	}
}
