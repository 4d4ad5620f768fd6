package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/c1zfile"
	"github.com/conductorone/baton-microsoft-entra/cmd/internal/requestplan"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// bench is one run of the benchmark, and what it has found out.
type bench struct {
	set      *settings
	progress io.Writer
	measured []measured
	bounds   []bound
	// wasThrottled says that the bucket of a small tenant has been tried, once for all sizes.
	wasThrottled bool
}

// measured is what was found out of a tenant of one size.
type measured struct {
	users   int
	plan    requestplan.Cost // the least that any way of reading takes
	traffic traffic
	// real is the connector, floor the SDK alone with the same rows.
	real, floor      took
	faraway          took // at latency; none for a tenant that is not judged
	farTraffic       traffic
	rows             digest
	checked, missing int              // edges of the tenant
	file             int64            // bytes
	calls            map[string]int64 // see c1zfile.Calls
}

// measure runs everything, size by size.
func (b *bench) measure(ctx context.Context) error {
	if b.set.logs != "" {
		if err := os.MkdirAll(b.set.logs, 0o750); err != nil {
			return fmt.Errorf("make the folder for the logs: %w", err)
		}
	}
	for _, users := range b.set.sizes {
		m, err := b.atRest(ctx, users)
		if err != nil {
			return fmt.Errorf("a tenant of %d users: %w", users, err)
		}
		if err := b.underWay(ctx, &m); err != nil {
			return fmt.Errorf("a tenant of %d users: %w", users, err)
		}
		b.measured = append(b.measured, m)
	}
	b.judgeMemory()
	return nil
}

// say tells the progress.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, time.Now().Format(time.TimeOnly)+" "+format+"\n", args...)
}

// within opens a tenant, lets do use it, and closes it.
func (b *bench) within(options graphsim.Options, do func(*tenant) error) error {
	begun := time.Now()
	t, err := openTenant(options)
	if err != nil {
		return err
	}
	b.say("made a tenant of %d users in %.1f s", options.Users, time.Since(begun).Seconds())
	return errors.Join(do(t), t.close())
}

// sync runs the connector against a tenant once, with more variables if there are any.
func (b *bench) sync(ctx context.Context, t *tenant, name string, variables ...string) (took, error) {
	t.sim.ResetHistory()
	t.sent.Store(0)
	return b.run(ctx, &program{name: name, binary: b.set.connector, env: append(t.environment(), variables...), folder: t.folder, workers: b.set.workers})
}

// runFloor runs the floor once, with the rows that lie beside the tenant's certificate.
func (b *bench) runFloor(ctx context.Context, t *tenant, name, rows string) (took, error) {
	self, err := os.Executable()
	if err != nil {
		return took{}, fmt.Errorf("find this program: %w", err)
	}
	return b.run(ctx, &program{name: name, binary: self, env: []string{rowsVariable + "=" + rows}, folder: t.folder, workers: b.set.workers})
}

func (b *bench) run(ctx context.Context, p *program) (took, error) {
	t, err := p.run(ctx)
	if b.set.logs != "" {
		log, readErr := os.ReadFile(filepath.Join(p.folder, p.name+".log"))
		if readErr == nil {
			readErr = os.WriteFile(filepath.Join(b.set.logs, p.name+".log"), log, 0o600)
		}
		if !errors.Is(readErr, os.ErrNotExist) {
			err = errors.Join(err, readErr)
		}
	}
	if err == nil {
		b.say("%-24s %6.1f s, %6.1f s of CPU of which %.1f s are the connector's, %d and %d MB", p.name,
			t.wall.Seconds(), t.cpu.Seconds(), t.connectorCPU.Seconds(), megabytes(t.worker), megabytes(t.connector))
	}
	return t, err
}

// atRest measures against a tenant that answers at once and always: the connector and the floor in turn.
func (b *bench) atRest(ctx context.Context, users int) (m measured, err error) {
	m.users = users
	err = b.within(sized(users), func(t *tenant) error {
		census := t.sim.Census()
		m.plan = requestplan.Floor(census)
		rows := filepath.Join(t.folder, "rows")
		for i := range b.set.repeat {
			name := fmt.Sprintf("sync-%d-%d", users, i)
			once, err := b.sync(ctx, t, name)
			if err != nil {
				return err
			}
			m.real = best(m.real, once)
			file := filepath.Join(t.folder, name+".c1z")
			if i > 0 {
				err = b.sameFile(ctx, m, file, "another sync")
			} else {
				m.traffic = trafficOf(t)
				err = b.look(ctx, &m, file, census, rows)
			}
			if err != nil {
				return err
			}
			if once, err = b.runFloor(ctx, t, strings.Replace(name, "sync", "floor", 1), rows); err != nil {
				return err
			}
			m.floor = best(m.floor, once)
		}
		return b.sameRows(ctx, m, filepath.Join(t.folder, fmt.Sprintf("floor-%d-0.c1z", users)))
	})
	return m, err
}

// look reads the file of a sync: its rows for the floor, its digest, and the edges of the tenant in it.
func (b *bench) look(ctx context.Context, m *measured, file string, census *graphsim.Census, rows string) (err error) {
	if err := record(ctx, file, rows); err != nil {
		return err
	}
	if m.rows, err = digestOf(ctx, file); err != nil {
		return err
	}
	if m.calls, err = c1zfile.Calls(ctx, file); err != nil {
		return err
	}
	m.checked, m.missing, err = checkEdges(ctx, file, census)
	if info, statErr := os.Stat(file); statErr == nil {
		m.file = info.Size()
	}
	return err
}

// sameFile fails where a file differs from that of the first sync.
func (b *bench) sameFile(ctx context.Context, m measured, file, whose string) error {
	d, err := digestOf(ctx, file)
	if err == nil && d != m.rows {
		err = fmt.Errorf("the file of %s differs from that of the first: %+v, want %+v", whose, d, m.rows)
	}
	return err
}

// sameRows fails where the floor's file has not the rows of the connector's. Of the grants that follow from others a few
// come from the connector: those of groups that contain each other.
func (b *bench) sameRows(ctx context.Context, m measured, file string) error {
	d, err := digestOf(ctx, file)
	if err != nil {
		return err
	}
	few := max(100, m.rows.Derived/100)
	if d.Resources != m.rows.Resources || d.Entitlements != m.rows.Entitlements || d.Grants != m.rows.Grants || d.Derived < m.rows.Derived-few {
		return fmt.Errorf("the floor does not write the rows of the connector: %+v, want %+v", d, m.rows)
	}
	return nil
}

// best is the lower of each time of two runs, and the higher of each memory. The first may be none.
func best(a, b took) took {
	if a.wall == 0 {
		return b
	}
	b.wall, b.cpu, b.connectorCPU = min(a.wall, b.wall), min(a.cpu, b.cpu), min(a.connectorCPU, b.connectorCPU)
	b.worker, b.connector = max(a.worker, b.worker), max(a.connector, b.connector)
	return b
}

func megabytes(bytes int64) int64 { return bytes >> 20 }
