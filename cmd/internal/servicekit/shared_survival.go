//go:build unix

package servicekit

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// A process that is stopped in a task ends within its grace, says nothing to ConductorOne and leaves nothing behind; of
// one that is killed the next start clears everything away. Either way the task is handed out again and done, and in the
// directory nothing is done twice: the write had arrived when the process was stopped.
func isStoppedInATask(t *testing.T, c Connector) {
	for _, stop := range []stopped{
		{"stopped in a sync", syscall.SIGTERM, false},
		{"stopped in a write", syscall.SIGTERM, true},
		{"killed in a sync", syscall.SIGKILL, false},
		{"killed in a write", syscall.SIGKILL, true},
	} {
		t.Run(stop.name, func(t *testing.T) {
			t.Parallel()
			stop.test(t, c)
		})
	}
}

// stopped is a service that is stopped by a signal, in a sync or in a write.
type stopped struct {
	name   string
	signal syscall.Signal
	write  bool
}

func (stop stopped) test(t *testing.T, c Connector) {
	mark := c.ReadMark
	if stop.write {
		mark = c.WriteMark
	}
	gate := NewHurdle(t, mark)
	d := open(t, c, gate)
	user := d.account.Newcomer(t)
	right := d.account.Rights(t, user)[0]
	task := conductoronesim.FullSync(conductoronesim.SyncOptions{})
	if stop.write {
		task = grantOf(right, c.User, user)
	}
	d.account.ResetHistory()
	d.Begin("--provisioning")
	id := d.C1.Hand(task)
	gate.Wait(t)
	stop.end(d)
	gate.Release()
	d.C1.EndLeases()
	d.Begin("--provisioning")
	result := d.Await(id)
	if result.Status != codes.OK || result.HandedOut != 2 {
		t.Errorf("%v, %s, handed out %d times", result.Status, result.Message, result.HandedOut)
	}
	if stop.write {
		d.WantWritten(right.Grant)
		if holders := d.account.Holders()[right.ID]; !slices.Contains(holders, c.User+":"+user) {
			t.Errorf("%s is held by %q", right.ID, holders)
		}
	} else {
		d.WantWritten()
		WantResources(t, d.Uploaded(result), d.account.Resources())
	}
	swept := strings.Contains(d.End().Stderr, "removed what earlier runs left")
	if swept != (stop.signal == syscall.SIGKILL) {
		t.Errorf("the next start has removed something: %v", swept)
	}
}

// end stops the process and looks at what it leaves behind.
func (stop stopped) end(d *desk) {
	const grace = 10 * time.Second
	began := time.Now()
	e := d.Stop(stop.signal)
	took := time.Since(began)
	if stop.signal == syscall.SIGTERM && (e.Code != 0 || took > grace || d.Spooled() > 0) {
		d.T.Errorf("exit code %d after %v, with %d files left", e.Code, took, d.Spooled())
	}
	if stop.signal == syscall.SIGKILL && d.Spooled() == 0 {
		d.T.Error("nothing is left behind: the test shows nothing")
	}
	if results := d.C1.Results(); len(results) > 0 {
		d.T.Errorf("ConductorOne was told: %+v", results)
	}
}

// The directory's tokens end again and again under a sync, and it brings what an undisturbed one does.
func outlivesTokens(t *testing.T, c Connector) {
	d := serve(t, c, "--workers", "1")
	want := d.Synced(conductoronesim.SyncOptions{})
	d.account.ResetHistory()
	skips := []int{1, 9, 17, 25}
	for _, skip := range skips {
		d.account.EndTokenAfter(skip)
	}
	WantSame(t, d.Synced(conductoronesim.SyncOptions{}), want)
	if n := d.account.SignIns(); n != len(skips) {
		t.Errorf("it signed in %d times for %d tokens that were refused", n, len(skips))
	}
}

// The directory drops every connection for a while, in the middle of a sync. The sync waits, sends little, and brings
// what an undisturbed one does.
func waitsForTheDirectory(t *testing.T, c Connector) {
	d := serve(t, c, "--workers", "1")
	want := d.Synced(conductoronesim.SyncOptions{})
	d.account.ResetHistory()
	d.account.DropAfter(10)
	sync := d.C1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	const tries = 3
	d.Until("it has met the first", func() bool { return d.account.Dropped() > 0 })
	began := time.Now()
	d.Until("it has tried", func() bool { return d.account.Dropped() >= tries })
	d.account.ClearFaults()
	away := time.Since(began)
	WantSame(t, d.Uploaded(d.Await(sync)), want)
	// net/http asks once more by itself for each connection that it has kept from requests side by side.
	const kept = 6
	if n := d.account.Dropped(); n > (tries+1+kept)*(1+int(away/(10*time.Second))) {
		t.Errorf("it sent %d requests while the directory was away for %v", n, away)
	}
}

// ConductorOne cannot be reached when the service starts. The service waits for it, and then tells who it is, with the form
// of a new account.
func waitsForConductorOne(t *testing.T, c Connector) {
	d := open(t, c, nil)
	d.C1.Away()
	knocks := ListenFor(t, d.C1.Address())
	d.Begin()
	d.Until("it has tried twice", func() bool { return knocks.Count() >= 2 })
	knocks.Close()
	must(t, d.C1.Back())
	metadata := Done[*v2.ConnectorMetadata](d.Service, conductoronesim.Hello())
	if form := metadata.GetAccountCreationSchema().GetFieldMap(); metadata.GetDisplayName() != c.Title || form[c.Required] == nil {
		t.Errorf("it is %q, with %d fields for a new account", metadata.GetDisplayName(), len(form))
	}
}
