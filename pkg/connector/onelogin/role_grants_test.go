package onelogin

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// Each right is granted and revoked, twice each: the second time nothing is written, and the answer says so.
func TestO05_RightsAreGrantedAndRevokedTwice(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 5, nil, nil)
	for _, row := range d.rows() {
		d.sim.ResetHistory()
		notes, err := d.grant(t.Context(), row)
		if err != nil || len(notes) > 0 || !row.there() {
			t.Fatalf("grant %s: %v, %v, there: %v", row.name, notes, err, row.there())
		}
		d.wrote("grant "+row.name, 1)
		notes, err = d.grant(t.Context(), row)
		if err != nil || !notes.Contains(&v2.GrantAlreadyExists{}) || !row.there() {
			t.Errorf("grant %s again: %v, %v", row.name, notes, err)
		}
		d.wrote("grant again "+row.name, 0)
		notes, err = d.revoke(t.Context(), row)
		if err != nil || len(notes) > 0 || row.there() {
			t.Errorf("revoke %s: %v, %v, there: %v", row.name, notes, err, row.there())
		}
		d.wrote("revoke "+row.name, 1)
		notes, err = d.revoke(t.Context(), row)
		if err != nil || !notes.Contains(&v2.GrantAlreadyRevoked{}) || row.there() {
			t.Errorf("revoke %s again: %v, %v", row.name, notes, err)
		}
		d.wrote("revoke again "+row.name, 0)
	}
}

// Fifty users at once become members of one role, and fifty apps at once are given by it: none is lost, and every second
// one is taken again, at once as well.
func TestO05_FiftyAtOnce(t *testing.T) {
	t.Parallel()
	const n = 50
	d := openWriting(t, 6, func(o *oneloginsim.Options) { o.Users, o.Apps = 120, n }, nil)
	role := d.sim.Account().AddRole("Crowd")
	ofRole := connector.ResourceID(typeRole, numbered(role))
	var rows []writeRow
	for i, user := range d.people(n) {
		app := d.sim.Census().Apps[i].ID
		rows = append(rows,
			writeRow{"member", ofRole, slugMember, connector.ResourceID(typeUser, numbered(user)), nil},
			writeRow{"app", connector.ResourceID(typeApp, numbered(app)), slugAssigned, ofRole, nil})
	}
	d.together(rows, func(r writeRow) error { _, err := d.grant(t.Context(), r); return err })
	if r := d.role(role); len(r.Members) != n || len(r.Apps) != n {
		t.Errorf("the role has %d members and %d apps, want %d of each", len(r.Members), len(r.Apps), n)
	}
	var odd []writeRow
	for i, row := range rows {
		if i/2%2 == 1 {
			odd = append(odd, row)
		}
	}
	d.together(odd, func(r writeRow) error { _, err := d.revoke(t.Context(), r); return err })
	if r := d.role(role); len(r.Members) != n/2 || len(r.Apps) != n/2 {
		t.Errorf("the role has %d members and %d apps, want %d of each", len(r.Members), len(r.Apps), n/2)
	}
	if held := d.c.turns.Held(); held != 0 {
		t.Errorf("%d objects are still held", held)
	}
}

func (d *writeDesk) together(rows []writeRow, do func(writeRow) error) {
	d.t.Helper()
	var all sync.WaitGroup
	for _, row := range rows {
		all.Go(func() {
			if err := do(row); err != nil {
				d.t.Errorf("%s: %v", row.id(), err)
			}
		})
	}
	all.Wait()
}

// What OneLogin answers to a member who is there, or one who is not, is not documented: whatever it is, reading decides.
func TestO05_ARepeatedWriteThatIsRefusedIsFoundOutByReading(t *testing.T) {
	t.Parallel()
	for _, refusal := range []int{0, http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity} {
		d := openWriting(t, 7, func(o *oneloginsim.Options) { o.RepeatStatus = refusal }, nil)
		for _, row := range d.rows()[:2] {
			p, err := partOf(row.entitlement(), row.holder)
			if err != nil {
				t.Fatal(err)
			}
			s := &roleSyncer{c: d.c}
			for _, add := range []bool{true, true, false, false} {
				// Without the look before it, as where somebody else is faster.
				result, err := d.c.apply(t.Context(), s.writing(p, add))
				if err != nil || row.there() != add {
					t.Errorf("%d: %s, add %v: %s, %v", refusal, row.name, add, result, err)
				}
			}
		}
	}
}

// A list that moves while it is read does not become the list that is written.
func TestRoleApps_AListThatMovesIsReadAgain(t *testing.T) {
	t.Parallel()
	total := int64(3)
	readings := 0
	pages := func(_ context.Context, cursor string) (onelogin.Page[onelogin.App], error) {
		switch {
		case cursor == "":
			readings++
			return onelogin.Page[onelogin.App]{Items: []onelogin.App{{ID: "1"}, {ID: "2"}}, Next: "2", Total: &total}, nil
		case readings == 1: // a row slipped to the page before
			return onelogin.Page[onelogin.App]{Total: &total}, nil
		}
		return onelogin.Page[onelogin.App]{Items: []onelogin.App{{ID: "2"}, {ID: "3"}}, Total: &total}, nil
	}
	id := func(a onelogin.App) onelogin.ID { return a.ID }
	if rows, err := wholeList(t.Context(), pages, id); err != nil || len(rows) != 3 || readings != 2 {
		t.Errorf("%v, %v after %d readings", rows, err, readings)
	}
	total = 4
	if rows, err := wholeList(t.Context(), pages, id); status.Code(err) != codes.Unavailable || rows != nil {
		t.Errorf("a list that is never whole: %v, %v", rows, err)
	}
	if there, err := found(t.Context(), pages, id, func(a onelogin.App) bool { return a.ID == "3" }); err != nil || !there {
		t.Errorf("what is there is not found: %v", err)
	}
	circle := func(_ context.Context, cursor string) (onelogin.Page[onelogin.App], error) {
		return onelogin.Page[onelogin.App]{Next: map[string]string{"": "a", "a": "b", "b": "a"}[cursor]}, nil
	}
	if _, err := wholeList(t.Context(), circle, id); status.Code(err) != codes.Unavailable {
		t.Errorf("a circle: %v", err)
	}
	if _, err := wholeList(t.Context(), func(context.Context, string) (onelogin.Page[onelogin.App], error) {
		return onelogin.Page[onelogin.App]{}, errors.New("away")
	}, id); err == nil {
		t.Error("a list that cannot be read is one without rows")
	}
}
