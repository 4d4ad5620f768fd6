package graphsim

import (
	"slices"
	"time"
)

// licences is who was given which product. What a user holds follows from it: what the user was given and
// what each group gives that the user is a direct member of. Groups inside a group inherit nothing.
type licences struct {
	given map[string][]licence // user or group → products
	flaws map[assignment]flaw
	held  map[string][]string // user → products that take a seat
}

// licence is one product in somebody's hands. Its JSON is an assignedLicense.
type licence struct {
	DisabledPlans []string `json:"disabledPlans"`
	SkuID         string   `json:"skuId"`
	since         string
}

// assignment is a product that a user has: from a group, or directly where group is "".
type assignment struct{ user, group, sku string }

// flaw is the state of an assignment that is not as it should be, and the reason.
type flaw struct{ state, reason string }

// licenceState is one entry of licenseAssignmentStates.
type licenceState struct {
	SkuID           string   `json:"skuId"`
	DisabledPlans   []string `json:"disabledPlans"`
	AssignedByGroup *string  `json:"assignedByGroup"`
	State           string   `json:"state"`
	Error           string   `json:"error"`
	Updated         string   `json:"lastUpdatedDateTime"`
}

func newLicences() licences {
	return licences{given: map[string][]licence{}, flaws: map[assignment]flaw{}, held: map[string][]string{}}
}

func (l *licences) forget(id string) {
	delete(l.given, id)
	delete(l.held, id)
}

// states are the assignments of a user: the direct ones, then those of each group.
func (t *Tenant) licenceStates(user string) []licenceState {
	out := t.statesFrom(nil, user, "")
	for _, g := range t.groupsOf(user) {
		out = t.statesFrom(out, user, g.id())
	}
	return out
}

func (t *Tenant) statesFrom(out []licenceState, user, group string) []licenceState {
	source, byGroup := user, (*string)(nil)
	if group != "" {
		source, byGroup = group, &group
	}
	for _, given := range t.licences.given[source] {
		s := licenceState{SkuID: given.SkuID, DisabledPlans: given.DisabledPlans, AssignedByGroup: byGroup,
			State: "Active", Error: "None", Updated: given.since}
		if f, ok := t.licences.flaws[assignment{user, group, given.SkuID}]; ok {
			s.State, s.Error = f.state, f.reason
		}
		out = append(out, s)
	}
	return out
}

// effective merges the states into assignedLicenses: each product once, without what is in error. A plan is
// disabled where every assignment disables it.
func effective(states []licenceState) []licence {
	var out []licence
	for _, s := range states {
		if s.State == "Error" {
			continue
		}
		i := slices.IndexFunc(out, func(l licence) bool { return l.SkuID == s.SkuID })
		if i < 0 {
			out = append(out, licence{SkuID: s.SkuID, DisabledPlans: slices.Clone(s.DisabledPlans)})
			continue
		}
		out[i].DisabledPlans = slices.DeleteFunc(out[i].DisabledPlans, func(p string) bool {
			return !slices.Contains(s.DisabledPlans, p)
		})
	}
	return out
}

// licensed is a user's row with the licences that the user has now, and notes the seats that they take.
func (t *Tenant) licensed(user *object) (*object, error) {
	states := t.licenceStates(user.id())
	have := effective(states)
	seats := make([]string, len(have))
	for i, l := range have {
		seats[i] = l.SkuID
	}
	t.licences.held[user.id()] = seats
	return user.with(map[string]any{"assignedLicenses": have, "licenseAssignmentStates": states})
}

// relicense brings users up to date with what they and their groups were given, and the seats with the users.
func (t *Tenant) relicense(ids ...string) error {
	for _, id := range ids {
		o := t.byID[fold(id)]
		if o == nil || o.class != userClass {
			continue
		}
		next, err := t.licensed(o)
		if err != nil {
			return err
		}
		t.replace(o, next)
	}
	return t.countSeats()
}

// relicenseMember follows a change of who is in a group, where that group gives licences.
func (t *Tenant) relicenseMember(group, member string) error {
	if len(t.licences.given[group]) == 0 {
		return nil
	}
	return t.relicense(member)
}

// countSeats sets consumedUnits to the number of users that hold a product.
func (t *Tenant) countSeats() error {
	used := map[string]int{}
	for _, skus := range t.licences.held {
		for _, sku := range skus {
			used[sku]++
		}
	}
	for _, old := range t.subscribedSkus {
		if old.get("consumedUnits") == used[old.text("skuId")] {
			continue
		}
		next, err := old.with(map[string]any{"consumedUnits": used[old.text("skuId")]})
		if err != nil {
			return err
		}
		t.replace(old, next)
	}
	return nil
}

// sku finds a product by its id.
func (t *Tenant) sku(id string) *object {
	for _, o := range t.subscribedSkus {
		if o.text("skuId") == fold(id) {
			return o
		}
	}
	return nil
}

// give notes that a user or a group was given a product.
func (l *licences) give(to string, sku string, since time.Time, disabledPlans ...string) {
	l.given[to] = append(l.given[to], licence{SkuID: sku, DisabledPlans: append([]string{}, disabledPlans...), since: since.UTC().Format(time.RFC3339)})
}
