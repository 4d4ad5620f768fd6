package graphsim

// licensing hands out products.
type licensing struct {
	b    *builder
	d    *dice
	main string // the product that most people have
}

// seedLicences gives products to people and groups, and the tenant the seats that this takes. The shapes: held
// directly and through a group, through two groups, with a plan disabled, in error, and a group of groups whose
// members get nothing.
func (b *builder) seedLicences() error {
	l := &licensing{b: b, d: newDice(b.o.Seed, "licences"), main: skuE5}
	if b.o.WithoutPremium {
		l.main = skuOfficeE3
	}
	l.people()
	if err := l.groups(); err != nil {
		return err
	}
	l.shapes()
	for _, o := range b.users {
		next, err := b.t.licensed(o)
		if err != nil {
			return err
		}
		*o = *next // nobody reads the tenant yet
	}
	if err := b.t.countSeats(); err != nil {
		return err
	}
	return b.settleSeats()
}

// give gives a product, unless the tenant does not have it or it was given already.
func (l *licensing) give(id, sku string, disabledPlans ...string) {
	if l.b.t.sku(sku) != nil && !l.b.t.wasGiven(id, sku) {
		l.b.t.licences.give(id, sku, longAgo.AddDate(0, l.d.IntN(12), 0), disabledPlans...)
	}
}

func (l *licensing) people() {
	for n, o := range l.b.users {
		if o.text("userType") != "Member" || o.get("accountEnabled") != true {
			continue
		}
		if l.d.chance(60) {
			var disabled []string
			if l.d.chance(10) {
				disabled = []string{planTeams}
			}
			l.give(o.id(), l.main, disabled...)
		}
		switch {
		case n < 8:
			l.give(o.id(), skuPremiumP2)
		case n < 11:
			l.give(o.id(), skuE3)
		}
	}
}

// groups license those that are there: everybody, one with service principals and a group among its members,
// one that is in a ring, one of groups alone, and an on-premises one.
func (l *licensing) groups() error {
	for _, g := range []struct {
		n   int
		sku string
	}{
		{groupEverybody, skuFlowFree}, {group20, skuFlowFree}, {group20, l.main}, {groupMixed20, skuEMS},
		{groupRingA, skuOfficeE3}, {groupOfGroups, skuPowerBI}, {groupSynced, skuPowerBI}, {groupGuests, skuFlowFree},
	} {
		if g.n >= len(l.b.groups) {
			continue
		}
		o := l.b.groups[g.n]
		l.give(o.id(), g.sku)
		next, err := l.b.t.licensedGroup(o)
		if err != nil {
			return err
		}
		*o = *next // nobody reads the tenant yet
	}
	return nil
}

// shapes are about the group of twenty: its first member has the product directly as well, the second and third
// failed to get it, and the fourth has it without a part.
func (l *licensing) shapes() {
	if group20 >= len(l.b.groups) {
		return
	}
	group := l.b.groups[group20].id()
	members := l.b.t.members[group]
	if len(members) < 4 {
		return
	}
	l.give(members[0], l.main, planTeams)
	for i, f := range []flaw{{"Error", "CountViolation"}, {"Error", "ProhibitedInUsageLocationViolation"}, {"ActiveWithError", "DependencyViolation"}} {
		l.b.t.licences.flaws[assignment{members[1+i], group, l.main}] = f
	}
}
