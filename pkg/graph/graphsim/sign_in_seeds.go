package graphsim

import (
	"slices"
	"strings"
	"time"
)

// signInSeeds is what the sign-ins of a new tenant are made of: a few of each user within a month, some of which
// failed, to applications of the tenant and to some of Microsoft's that it does not list, and a few of applications
// themselves.
type signInSeeds struct {
	seed        uint64
	until       time.Time
	users, apps []*object
}

// maxSeeded is how many users have sign-ins at the most; in a larger tenant they are spread over it.
const maxSeeded = 2000

func newSignInSeeds(o Options, t *Tenant) *signInSeeds {
	return &signInSeeds{seed: o.Seed, until: o.Now().UTC(), users: slices.Clone(t.users), apps: slices.Clone(t.servicePrincipals)}
}

// microsoftApps are applications of Microsoft that people sign in to and that have no service principal here.
func microsoftApps() [][2]string {
	return [][2]string{{"de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer"}, {"c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal"},
		{"1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams"}}
}

func (s *signInSeeds) fill(log *recordLog) {
	d := newDice(s.seed, "sign-ins")
	var made []record
	step := max(1, len(s.users)/maxSeeded)
	for n := 0; n < len(s.users); n += step {
		for range d.IntN(4) {
			made = append(made, s.ofUser(d, s.users[n]))
		}
	}
	for n := 0; n < min(len(s.apps), 20); n += 4 {
		made = append(made, s.ofApp(d, s.apps[n]))
	}
	slices.SortFunc(made, func(a, b record) int { return a.at.Compare(b.at) })
	log.mu.Lock()
	defer log.mu.Unlock()
	log.list = made
}

func (s *signInSeeds) ofUser(d *dice, user *object) record {
	errorCode := 0
	if d.chance(15) {
		errorCode = 50126
	}
	id, at := d.guid(), s.moment(d)
	values := signInValues(d, id, at, errorCode)
	values["userId"], values["userDisplayName"] = user.id(), user.get("displayName")
	values["userPrincipalName"] = strings.ToLower(user.text("userPrincipalName"))
	if list := microsoftApps(); d.chance(30) || len(s.apps) == 0 {
		app := list[d.IntN(len(list))]
		values["appId"], values["appDisplayName"] = app[0], app[1]
	} else {
		app := s.apps[d.IntN(len(s.apps))]
		values["appId"], values["appDisplayName"] = app.get("appId"), app.get("displayName")
	}
	return s.record(values, at)
}

// ofApp is a sign-in that nobody was there for.
func (s *signInSeeds) ofApp(d *dice, app *object) record {
	id, at := d.guid(), s.moment(d)
	values := signInValues(d, id, at, 0)
	values["isInteractive"], values["clientAppUsed"], values["userId"] = false, nil, ""
	values["appId"], values["appDisplayName"] = app.get("appId"), app.get("displayName")
	values["servicePrincipalId"], values["servicePrincipalName"] = app.id(), app.get("displayName")
	return s.record(values, at)
}

// moment is one of the last thirty days, but for the last hour.
func (s *signInSeeds) moment(d *dice) time.Time {
	return s.until.Add(-time.Hour - time.Duration(d.IntN(30*24*3600-7200))*time.Second).Truncate(time.Second)
}

func (s *signInSeeds) record(values map[string]any, at time.Time) record {
	row := &object{class: signInClass, values: make([]any, len(signInClass.props))}
	for name, v := range values {
		row.values[signInClass.index[name]] = plainOrNull(v)
	}
	return record{row: row, at: at, shows: at}
}

// plainOrNull is plainValue for what always has a plain form.
func plainOrNull(v any) any {
	plain, err := plainValue(v)
	if err != nil {
		return nil
	}
	return plain
}
