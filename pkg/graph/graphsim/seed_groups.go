package graphsim

import (
	"fmt"
	"slices"
)

// team is a group in the making.
type team struct {
	d      *dice
	n      int
	values map[string]any
}

// Places of the shapes at the head of the list of groups. A shape is there when the tenant has that many
// groups; what its members are is in seed_members.go.
const (
	groupEverybody = iota
	groupRingA     // three groups that are members of each other in a ring
	groupRingB
	groupRingC
	groupMixed20 // exactly 20 members, of whom some are service principals
	group19
	group20
	group21
	groupMixed30 // the service principals come last
	groupEmpty
	groupEmptyUnified
	groupGuests // dynamic: all guests
	groupDynamic
	groupSynced
	groupOnceSynced
	groupMailSecurity
	groupDistribution
	groupPrivate
	groupForRoles
	groupForRolesToo
	groupOfGroups
	groupManyOwners // 100
	group20Owners
	group21Owners
	groupOwnedByApp
	group100
	group999
	group1000
	groupPausedRule
	groupShapes // how many there are
)

var groupMakers = map[int]func(*team){
	groupEverybody: func(g *team) {
		unified(g)
		g.values["displayName"], g.values["visibility"] = "All Company", "Public"
	},
	groupEmptyUnified: unified,
	groupPrivate: func(g *team) {
		unified(g)
		g.values["displayName"], g.values["visibility"] = "All Company", "Private" // the name of another
	},
	groupGuests:  func(g *team) { dynamic(g, `(user.userType -eq "Guest")`) },
	groupDynamic: func(g *team) { dynamic(g, `(user.department -eq "Sales") and (user.accountEnabled -eq true)`) },
	groupPausedRule: func(g *team) {
		unified(g)
		dynamic(g, `(user.jobTitle -contains "Manager")`)
		g.values["groupTypes"] = []string{"DynamicMembership", "Unified"}
		g.values["membershipRuleProcessingState"] = "Paused"
	},
	groupSynced:     syncedGroup,
	groupOnceSynced: func(g *team) { syncedGroup(g); g.values["onPremisesSyncEnabled"] = false },
	groupMailSecurity: func(g *team) {
		mailEnabled(g)
		g.values["securityEnabled"] = true
	},
	groupDistribution: mailEnabled,
	groupForRoles:     roleAssignable,
	groupForRolesToo:  roleAssignable,
}

// seedGroups makes the groups, without members.
func (b *builder) seedGroups() error {
	d := newDice(b.o.Seed, "groups")
	for n := range b.o.Groups {
		g := newTeam(d, n)
		switch {
		case groupMakers[n] != nil:
			groupMakers[n](g)
		case n >= groupShapes:
			ordinaryTeam(g)
		}
		if n > 0 && n <= len(oddNames) {
			g.values["displayName"] = oddNames[n-1]
		}
		o, err := b.insert(groupClass, g.values)
		if err != nil {
			return err
		}
		b.groups = append(b.groups, o)
	}
	return b.hideMembers()
}

// hideMembers turns the first Microsoft 365 groups, but for that of everybody, into groups with hidden membership.
func (b *builder) hideMembers() error {
	left := b.o.HiddenMembership
	for n, o := range b.groups {
		types, _ := o.get("groupTypes").([]string)
		if left == 0 || n == groupEverybody || !slices.Contains(types, "Unified") {
			continue
		}
		left--
		if err := o.fill(map[string]any{"visibility": hiddenMembership}); err != nil {
			return err
		}
	}
	return nil
}

func newTeam(d *dice, n int) *team {
	name := d.pick(groupTopics) + " " + d.pick(groupRoles)
	return &team{d: d, n: n, values: map[string]any{
		"id": d.guid(), "displayName": fmt.Sprintf("%s %d", name, n), "description": "Everybody in " + name,
		"mailNickname": fmt.Sprintf("group%d", n), "mailEnabled": false, "securityEnabled": true, "createdDateTime": d.day(),
		"renewedDateTime": d.day(), "securityIdentifier": fmt.Sprintf("S-1-12-1-%d-%d-%d-%d", d.Uint32(), d.Uint32(), d.Uint32(), d.Uint32()),
		"isManagementRestricted": false,
	}}
}

func ordinaryTeam(g *team) {
	switch roll := g.d.IntN(100); {
	case roll < 35:
		unified(g)
	case roll < 45:
		dynamic(g, fmt.Sprintf(`(user.city -eq "%s")`, places[g.d.IntN(len(places))][0]))
	case roll < 60:
		syncedGroup(g)
	case roll < 65:
		mailEnabled(g)
	case roll < 68:
		mailEnabled(g)
		g.values["securityEnabled"] = true
	}
	if g.d.chance(20) {
		g.values["description"] = nil
	}
}

func unified(g *team) {
	mailEnabled(g)
	g.values["groupTypes"], g.values["visibility"] = []string{"Unified"}, g.d.pick([]string{"Public", "Private"})
	if g.d.chance(50) {
		g.values["resourceProvisioningOptions"] = []string{"Team"}
	}
}

// mailEnabled alone is a distribution list.
func mailEnabled(g *team) {
	mail := fmt.Sprintf("group%d@%s", g.n, domain)
	g.values["mailEnabled"], g.values["securityEnabled"] = true, false
	g.values["mail"], g.values["proxyAddresses"] = mail, []string{"SMTP:" + mail}
}

func dynamic(g *team, rule string) {
	g.values["groupTypes"] = []string{"DynamicMembership"}
	g.values["membershipRule"], g.values["membershipRuleProcessingState"] = rule, "On"
}

func syncedGroup(g *team) {
	g.values["onPremisesSyncEnabled"], g.values["onPremisesSamAccountName"] = true, fmt.Sprintf("grp_%d", g.n)
	g.values["onPremisesDomainName"], g.values["onPremisesNetBiosName"] = "corp."+domain, "CORP"
	g.values["onPremisesLastSyncDateTime"] = "2024-12-30T04:00:00Z"
	g.values["onPremisesSecurityIdentifier"] = fmt.Sprintf("S-1-5-21-1004336348-1177238915-682003330-%d", 900000+g.n)
}

func roleAssignable(g *team) {
	g.values["isAssignableToRole"], g.values["visibility"] = true, "Private"
}
