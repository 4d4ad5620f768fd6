package graphsim

// seedOwners gives groups, applications and their registrations owners. Groups that come from Exchange or
// from Active Directory show none.
func (b *builder) seedOwners() error {
	d := newDice(b.o.Seed, "owners")
	for n, g := range b.groups {
		if owners := b.groupOwners(d, n); ownable(g) && len(owners) > 0 {
			b.t.owners[g.id()] = owners
		}
	}
	for n, sp := range b.apps {
		if owners := b.appOwners(d, n); len(owners) > 0 {
			b.t.owners[sp.id()] = owners
			if app := b.t.applicationByAppID(sp.text("appId")); app != nil {
				b.t.owners[app.id()] = owners
			}
		}
	}
	return nil
}

// ownable says whether Graph shows owners of a group.
func ownable(g *object) bool {
	types, _ := g.get("groupTypes").([]string)
	exchange := g.get("mailEnabled") == true && len(types) == 0
	return !exchange && g.get("onPremisesSyncEnabled") == nil
}

func (b *builder) groupOwners(d *dice, n int) []string {
	switch n {
	case groupManyOwners:
		return pickIDs(d, b.users, 100)
	case group20Owners:
		return append(pickIDs(d, b.users, 19), pickIDs(d, b.identities, 1)...)
	case group21Owners:
		return append(pickIDs(d, b.actors(), 1), pickIDs(d, b.users, 20)...)
	case groupOwnedByApp:
		return append(pickIDs(d, b.actors(), 1), pickIDs(d, b.identities, 1)...)
	case groupEmpty, groupEverybody:
		return nil
	}
	return pickIDs(d, b.users, d.IntN(4))
}

func (b *builder) appOwners(d *dice, n int) []string {
	switch n {
	case appManyOwners:
		return pickIDs(d, b.users, 25)
	case app20Owners:
		return append(pickIDs(d, b.users, 19), pickIDs(d, b.actors(), 1)...)
	case appOwnedByApp:
		return []string{b.apps[appConnector].id()}
	}
	if b.apps[n].text("appOwnerOrganizationId") != b.o.TenantID {
		return nil
	}
	return pickIDs(d, b.users, d.IntN(3))
}
