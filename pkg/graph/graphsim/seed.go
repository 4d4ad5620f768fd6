package graphsim

import "fmt"

const (
	domain            = "contoso.com"
	onMicrosoftDomain = "contoso.onmicrosoft.com"
)

// builder makes a tenant out of a seed. Shapes that hurt readers come first and in a fixed order, as far as
// the sizes allow; the rest is ordinary.
type builder struct {
	o Options
	t *Tenant

	users, groups, apps, identities []*object // in the order of creation
	deleted                         []string  // ids of objects that are gone
}

// build makes the whole tenant.
func build(o Options) (*Tenant, error) {
	b := &builder{o: o, t: newTenant(o)}
	dice := newDice(o.Seed, "deleted")
	for range 8 {
		b.deleted = append(b.deleted, dice.guid())
	}
	for _, step := range []func() error{
		b.seedDomains, b.seedOrganization, b.seedUsers, b.seedManagers, b.seedApps, b.seedIdentities, b.seedRegistrations, b.seedCredentials,
		b.seedGroups, b.seedMembers, b.seedOwners, b.seedAssignments, b.seedRoles, b.seedRoleAssignments, b.seedLicences,
		b.seedActivity, b.seedJobs,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("graphsim: build tenant of seed %d: %w", o.Seed, err)
		}
	}
	b.t.signIns = newSignInLog(b.o, b.t)
	return b.t, nil
}

// insert puts a row of a kind into the tenant.
func (b *builder) insert(c *class, values map[string]any) (*object, error) {
	o, err := newObject(c, values)
	if err != nil {
		return nil, err
	}
	return b.t.insert(o), nil
}

// sample is a walk over n places that meets each exactly once, in an order of its own.
type sample struct{ start, stride, n int }

func newSample(d *dice, n int) sample {
	if n < 2 {
		return sample{0, 1, n}
	}
	s := sample{start: d.IntN(n), stride: 1 + d.IntN(n-1), n: n}
	for gcd(s.stride, n) != 1 {
		s.stride = s.stride%(n-1) + 1
	}
	return s
}

// at is the i-th place of the walk.
func (s sample) at(i int) int { return int((int64(s.start) + int64(i)*int64(s.stride)) % int64(s.n)) }

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// shares splits total into parts that differ a lot in size, none above its limit. The sum is total, or the
// sum of the limits where that is less.
func shares(d *dice, total int, limits []int) []int {
	out := make([]int, len(limits))
	weights, sum := make([]float64, len(limits)), 0.0
	for i, rank := range d.Perm(len(limits)) {
		weights[i] = 1 / float64(rank+3)
		sum += weights[i]
	}
	left := total
	for i, limit := range limits {
		out[i] = min(limit, int(float64(total)*weights[i]/sum))
		left -= out[i]
	}
	spread(left, out, limits)
	return out
}

// spread adds what is left, evenly, where there is room.
func spread(left int, out, limits []int) {
	for left > 0 {
		room := 0
		for i := range out {
			if out[i] < limits[i] {
				room++
			}
		}
		if room == 0 {
			return
		}
		each := (left + room - 1) / room
		for i := range out {
			more := min(each, limits[i]-out[i], left)
			out[i] += more
			left -= more
		}
	}
}
