package graphsim

// entitySet is a collection that can be listed by its path.
type entitySet struct {
	path      string
	class     *class
	directory bool   // of directory objects: advanced queries, $count
	unpaged   bool   // one answer, no $top
	premium   bool   // takes P1 or P2
	log       string // the property of a log that tells the time of a record; "" is no log
	tips      bool   // advises $select where there is none
	rows      func(*Tenant) []*object
	find      func(*Tenant, string) *object            // by a name that may stand for the id, or nil
	altKeys   map[string]func(*Tenant, string) *object // servicePrincipals(appId='…')
	relations map[string]*relation
}

// relation leads from a row to other rows.
type relation struct {
	name    string
	single  bool // one object, not a list
	path    bool // can be listed on its own
	targets []*class
	rows    func(*Tenant, *object) []*object
	// ids are those of the rows, where the tenant keeps them as a list; nil elsewhere.
	ids func(*Tenant, *object) []string

	// filtered marks a list that an advanced query may filter, by what its objects have in common: the id.
	filtered bool
	// hidesServicePrincipals marks a list that shows them only to an advanced query.
	hidesServicePrincipals bool
	// nullWhenGone says, for a single relation, whether a missing object is written as null.
	nullWhenGone func(*object) bool
}

// mixed says whether the rows are of several kinds and so carry their type.
func (r *relation) mixed() bool { return r.typed() && len(r.targets) > 1 }

// typed says whether the rows are directory objects, which carry their type in a relation.
func (r *relation) typed() bool { return r.targets[0] != appRoleAssignmentClass }

// targetNamed finds the kind that a cast names.
func (r *relation) targetNamed(name string) *class {
	for _, c := range r.targets {
		if c.name == name {
			return c
		}
	}
	return nil
}

// entitySets are all collections that the tenant serves.
func entitySets() []*entitySet {
	return []*entitySet{
		userSet, groupSet, servicePrincipalSet, applicationSet,
		roleDefinitionSet, roleAssignmentSet, roleInstanceSet, organizationSet, subscribedSkuSet, domainSet, deletedUserSet,
		directoryAuditSet, signInSet,
	}
}

// lookup finds a row by id, or by what may stand for it.
func (s *entitySet) lookup(t *Tenant, key string) *object {
	if o := t.byID[fold(key)]; o != nil && o.class == s.class {
		return o
	}
	if s.find != nil {
		return s.find(t, key)
	}
	return nil
}
