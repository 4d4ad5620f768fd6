package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

const (
	// judgedFrom is the least number of users of a tenant that bounds are held against: below, most of what a sync
	// takes is the start of its processes.
	judgedFrom = 10_000
	// farawayFrom is the same for the wall time at latency: for a smaller tenant the first answers, of which each waits for
	// the one before, are too much of the whole.
	farawayFrom = 100_000
	latency     = 100 * time.Millisecond
	parallel    = 16 // requests under way at once, by which the time of the plan is reckoned
	// faults are one in a hundred requests.
	faults = "429=0.0025,503=0.0025,cut=0.0025,drop=0.0025"
	// smallPages make many requests of few rows, so that the bucket of a small tenant binds, and for longer than anything
	// else: the plan for the largest tenant spends less than that bucket holds when it is full.
	smallPages = 10
	// smallBucket is what a small tenant lets an application spend in bucketWindow.
	smallBucket  = 3500
	bucketWindow = 10 * time.Second
)

// underWay measures what a tenant that is far away, strict or out of order makes of it.
func (b *bench) underWay(ctx context.Context, m *measured) error {
	if m.users < judgedFrom {
		return nil
	}
	b.judgeAtRest(*m)
	if err := b.faraway(ctx, m); err != nil {
		return err
	}
	if !b.wasThrottled {
		b.wasThrottled = true
		if err := b.throttled(ctx); err != nil {
			return err
		}
	}
	if m.users >= farawayFrom {
		b.judgeFaraway(*m)
	}
	if m.users == b.set.sizes[len(b.set.sizes)-1] {
		return b.faulty(ctx, *m)
	}
	return nil
}

// faraway adds latency, and the buckets of a large tenant.
func (b *bench) faraway(ctx context.Context, m *measured) error {
	options := sized(m.users)
	options.Latency, options.Throttle = latency, "large"
	return b.within(options, func(t *tenant) (err error) {
		m.faraway, err = b.sync(ctx, t, fmt.Sprintf("faraway-%d", m.users))
		m.farTraffic = trafficOf(t)
		return err
	})
}

// judgeFaraway holds that against the larger of the floor and the network.
func (b *bench) judgeFaraway(m measured) {
	b.judge(bound{users: m.users, what: fmt.Sprintf("wall time at %d ms, against the larger of the floor (%.1f s) and the plan at %d in parallel (%.1f s)",
		latency.Milliseconds(), m.floor.wall.Seconds(), parallel, m.network().Seconds()),
		have: m.faraway.wall.Seconds(), of: max(m.floor.wall, m.network()).Seconds(), most: 1.3, unit: "s"})
	b.judge(bound{users: m.users, what: fmt.Sprintf("requests at %d ms, against the plan", latency.Milliseconds()),
		have: float64(m.farTraffic.requests), of: float64(m.plan.Requests), most: 1.1})
}

// network is how long the requests of the plan take where each takes latency, and nothing else any time.
func (m measured) network() time.Duration {
	return time.Duration(m.plan.Requests) * latency / parallel
}

// manyRequests is a tenant of groups of thirty members, which are listed one by one, side by side and at two units a page,
// since it refuses the delta of groups. A long list in small pages, of which each waits for the one before, would not use
// what the bucket gives, and pages at one unit take more time of the machine than the bucket takes.
func manyRequests() graphsim.Options {
	return graphsim.Options{Seed: 1, Users: 3_000, Groups: 3_000, Memberships: 90_000, Apps: 60, Assignments: 3_000,
		PageSize: smallPages, DeltaStatus: http.StatusNotImplemented, Throttle: "small"}
}

// throttled has small pages and the bucket of a small tenant, which is then what decides how long it takes. Credentials
// are left out, which have a limit of their own.
func (b *bench) throttled(ctx context.Context) error {
	options := manyRequests()
	return b.within(options, func(t *tenant) error {
		once, err := b.sync(ctx, t, "throttled", "BATON_SYNC_RESOURCE_TYPES=user,group,enterprise_application,managed_identity,role,license")
		if err != nil {
			return err // a request that is given up ends the sync
		}
		asked := trafficOf(t)
		allowed := time.Duration(float64(asked.units-smallBucket) / smallBucket * float64(bucketWindow))
		if once.wall < allowed*9/10 {
			return fmt.Errorf("the bucket did not bind: it allows %d resource units in %.1f s, and they took %.1f s", asked.units, allowed.Seconds(), once.wall.Seconds())
		}
		b.judge(bound{users: options.Users, what: fmt.Sprintf("requests refused with 429 under the bucket of a small tenant, of %s in pages of %d", thousands(asked.requests), smallPages),
			have: float64(asked.refused), of: float64(asked.requests), most: 0.02})
		b.judge(bound{users: options.Users, what: "wall time under that bucket, against what it allows for as many resource units",
			have: once.wall.Seconds(), of: allowed.Seconds(), most: 1.2, unit: "s"})
		return nil
	})
}

// faulty fails one request in a hundred, which must not show in the file.
func (b *bench) faulty(ctx context.Context, m measured) error {
	options := sized(m.users)
	options.Faults, options.FaultSeed = faults, 1
	return b.within(options, func(t *tenant) error {
		name := fmt.Sprintf("faulty-%d", m.users)
		if _, err := b.sync(ctx, t, name); err != nil {
			return err
		}
		if trafficOf(t).failed == 0 {
			return errors.New("no request failed, where one in a hundred should have")
		}
		other, err := digestOf(ctx, filepath.Join(t.folder, name+".c1z"))
		if err != nil {
			return err
		}
		differ := 0.0
		if other != m.rows {
			differ = 1
		}
		b.judge(bound{users: m.users, what: "files that differ where one request in a hundred fails", have: differ, of: 1, most: 0})
		return nil
	})
}
