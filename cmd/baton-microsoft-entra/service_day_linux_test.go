package main_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

const (
	// dayVariable, set to anything, asks for the whole day: 2,000 tasks, 20 syncs among them, 100 tokens of the tenant
	// that are refused, 50 times all connections cut. Otherwise it is a morning. "make day" sets it.
	dayVariable  = "DAY"
	tasksAnHour  = 20 // one of them a sync in every fifth hour
	hoursADay    = 100
	hoursMorning = 6
)

// A day of a service in miniature: grants, revokes, actions, events and syncs, while tokens expire and connections are
// lost. Every task is done, the tenant has taken each change once, and the two processes take no more memory, threads
// and files at its end than in its middle.
func TestService_ADayInMiniature(t *testing.T) {
	t.Parallel()
	hours := hoursMorning
	if os.Getenv(dayVariable) != "" {
		hours = hoursADay
	}
	d := newDay(t)
	for hour := range hours {
		d.hour(hour)
	}
	d.done(0)
	d.judge(hours)
}

// day is a service through its day.
type day struct {
	*service
	group           string
	users           []string
	open            []string // tasks that were handed out and not awaited yet
	grants, revokes int
	again           int        // tasks that were handed out more than once
	usage           [][2]usage // of parent and connector, hour by hour
}

func newDay(t *testing.T) *day {
	o := auditedTenant()
	o.Users, o.WithoutLimits = 400, true
	sim := startTenant(t, o)
	s := newService(t, sim, conductoronesim.Options{
		NextPoll: time.Millisecond, Lease: 5 * time.Second, TokenLife: 11 * time.Second, // a new token each second
	})
	s.Patience = 6 * time.Minute
	s.Env["BATON_GET_TASKS"] = "true"
	// Without a limit the memory of a process is what the last syncs have left to collect, and tells little.
	s.Env["GOMEMLIMIT"] = "256MiB"
	d := &day{service: s, group: newGroup(t, sim)}
	for _, u := range ordinary(t, sim, 200) {
		d.users = append(d.users, u.ID())
	}
	s.Begin("--provisioning").Polls()
	return d
}

// hour hands out the tasks of an hour, at whose beginning the tenant's token expires, and under which, every other hour,
// all connections to ConductorOne break. When it returns, half of the tasks are done, and all of the hour before.
func (d *day) hour(hour int) {
	tokens := signIns(d.sim)
	d.sim.ExpireTokens()
	for i := range tasksAnHour {
		d.open = append(d.open, d.C1.Hand(d.task(hour, i)))
	}
	d.Until("it has a new token", func() bool { return signIns(d.sim) > tokens })
	if hour%2 == 1 {
		d.Until("it is at work", func() bool { return d.C1.Waiting() < tasksAnHour/2 })
		d.C1.DropConnections()
	}
	d.done(tasksAnHour / 2) // none that met the old token is under way when the next one expires
	parent := d.Process.Cmd.Process.Pid
	d.usage = append(d.usage, [2]usage{usageOf(d.T, parent), usageOf(d.T, connectorOf(d.T, parent))})
}

// task is one of the tasks of an hour. A user who becomes a member in one hour is none any more in the next but one.
func (d *day) task(hour, i int) conductoronesim.Task {
	const each = 7
	switch {
	case i < each:
		d.grants++
		return membershipOf(d.group, d.users[(hour*each+i)%len(d.users)])
	case i < 2*each && hour >= 2:
		d.revokes++
		return noMembershipOf(d.group, d.users[((hour-2)*each+i-each)%len(d.users)])
	case i == tasksAnHour-1 && hour%5 == 0:
		return conductoronesim.FullSync(conductoronesim.SyncOptions{})
	case i == tasksAnHour-2 && hour%5 == 0: // not more: the log may be read five times in ten seconds
		return conductoronesim.Events(auditFeed, "", time.Now(), 0)
	case i%2 == 0:
		return conductoronesim.InvokeAction("check_upn", "", map[string]any{"proposed_upn": fmt.Sprintf("new.%d.%d@contoso.com", hour, i)})
	}
	return conductoronesim.Hello()
}

// done awaits tasks until no more than a number are open.
func (d *day) done(left int) {
	for len(d.open) > left {
		r := d.Await(d.open[0])
		if r.Status != codes.OK {
			d.T.Errorf("%s: %v, %s, handed out %d times", r.Type, r.Status, r.Message, r.HandedOut)
		}
		if r.HandedOut > 1 {
			d.again++
		}
		d.open = d.open[1:]
	}
}

// judge holds what the day has left to what it was.
func (d *day) judge(hours int) {
	t := d.T
	if n := len(d.C1.Results()); n != hours*tasksAnHour {
		t.Errorf("%d results of %d tasks", n, hours*tasksAnHour)
	}
	taken := map[string]int{}
	for _, r := range takenOnce(d.sim.History()) {
		method, _, _ := strings.Cut(r, " ")
		taken[method]++
	}
	if taken[http.MethodPost] != d.grants || taken[http.MethodDelete] != d.revokes || len(taken) != 2 {
		t.Errorf("the tenant took %v for %d grants and %d revokes", taken, d.grants, d.revokes)
	}
	if n := len(record(d.sim.Census().Groups, d.group).Members); n != d.grants-d.revokes {
		t.Errorf("%d members, want %d", n, d.grants-d.revokes)
	}
	if tenant, c1 := signIns(d.sim), d.Answered("token", codes.OK); tenant < hours || c1 < 2 {
		t.Errorf("%d tokens of the tenant, %d of ConductorOne", tenant, c1)
	}
	d.Until("the files of all syncs are gone", func() bool { return d.Spooled() == 1 }) // the lock stays
	t.Logf("%d tasks, %d of them handed out again, %d tokens of the tenant, %d of ConductorOne",
		hours*tasksAnHour, d.again, signIns(d.sim), d.Answered("token", codes.OK))
	for i, name := range []string{"parent", "connector"} {
		d.wantFlat(name, i)
	}
}

// wantFlat compares the last fifth of the day with the third, for those before warm up; a morning is too short for that.
// The least counts: what is lost is there at the least as well, while most of the rest comes and goes with what is under
// way, and of memory with what the last sync has left to collect, which is more than twice the least.
func (d *day) wantFlat(name string, process int) {
	fifth := len(d.usage) / 5
	before, after := d.taken(process, 2*fifth, 3*fifth), d.taken(process, 4*fifth, len(d.usage))
	d.T.Logf("%s: %+v in the third fifth, %+v in the last", name, before, after)
	if len(d.usage) < hoursADay {
		return
	}
	const megabytes, few = 40, 3
	if after.rss > before.rss+megabytes || after.threads > before.threads+few || after.files > before.files+few {
		d.T.Errorf("%s: it took %+v, and takes %+v", name, before, after)
	}
}

// taken is the least memory, threads and files that a process took in some hours, and the peak of its memory.
func (d *day) taken(process, from, to int) usage {
	taken := d.usage[from][process]
	for _, u := range d.usage[from:to] {
		taken.rss, taken.peak = min(taken.rss, u[process].rss), max(taken.peak, u[process].peak)
		taken.threads, taken.files = min(taken.threads, u[process].threads), min(taken.files, u[process].files)
	}
	return taken
}
