package graphsim

import (
	"strings"
	"sync"
)

// Tenant is what the simulated directory holds. Its methods may be called while the server runs; a listing
// that has begun goes on over what it began with.
type Tenant struct {
	mu   sync.RWMutex
	seed uint64
	ids  *dice // ids of what is added later

	users, groups, servicePrincipals, applications []*object
	roleDefinitions, roleAssignments               []*object
	organization, subscribedSkus, domains          []*object
	deletedUsers                                   []*object // restorable

	byID       map[string]*object // every object, by folded id
	byUPN      map[string]*object
	spByAppID  map[string]*object
	appByAppID map[string]*object

	members  map[string][]string  // group → members
	owners   map[string][]string  // group, service principal or application → owners
	manager  map[string]string    // user → manager
	assigned map[string][]*object // service principal → appRoleAssignedTo

	mailboxes   map[string]string // user → userPurpose
	licences    licences
	appRoles    map[string][]string // application → directory roles, by Options or SetDirectoryRoles
	passwords   map[string]password // user → what was set last
	methods     map[string]*methods // user → authentication methods, once they were needed
	bin         map[string]traces   // deleted user → what comes back with it
	exchange    exchange
	jobs        map[string][]*syncJob // service principal → synchronization jobs
	provisioned []Provision

	activated   map[string]activation // role assignment → its activation
	memberships memberships
	replication replication

	audits  *recordLog
	signIns *signInLog
	writing initiator // who writes, while somebody does by a request
}

func newTenant(o Options) *Tenant {
	return &Tenant{
		ids:  newDice(o.Seed, "later"),
		byID: map[string]*object{}, byUPN: map[string]*object{},
		spByAppID: map[string]*object{}, appByAppID: map[string]*object{},
		members: map[string][]string{}, owners: map[string][]string{},
		manager: map[string]string{}, assigned: map[string][]*object{},
		mailboxes: map[string]string{}, licences: newLicences(), appRoles: map[string][]string{},
		passwords: map[string]password{}, methods: map[string]*methods{}, bin: map[string]traces{},
		exchange: exchange{delay: o.ExchangeDelay, now: o.Now}, jobs: map[string][]*syncJob{}, seed: o.Seed,
		activated:   map[string]activation{},
		replication: newReplication(o),
		audits:      newRecordLog(o),
	}
}

// fold brings a key to the form in which it is looked up: GUIDs are compared without case. Ids that are
// already lower case, nearly all, cost nothing.
func fold(key string) string { return strings.ToLower(key) }

// objects turns ids into rows. Ids of objects that are gone give nothing.
func (t *Tenant) objects(ids ...string) []*object {
	out := make([]*object, 0, len(ids))
	for _, id := range ids {
		if o := t.object(id); o != nil {
			out = append(out, o)
		}
	}
	return out
}

// object finds an object by its id, nil where there is none. Ids mostly come as they are kept.
func (t *Tenant) object(id string) *object {
	if o := t.byID[id]; o != nil {
		return o
	}
	return t.byID[fold(id)]
}

// list returns where rows of a kind are kept, nil where they are kept under their parent.
func (t *Tenant) list(c *class) *[]*object {
	switch c {
	case userClass:
		return &t.users
	case groupClass:
		return &t.groups
	case servicePrincipalClass:
		return &t.servicePrincipals
	case applicationClass:
		return &t.applications
	case roleDefinitionClass:
		return &t.roleDefinitions
	case roleAssignmentClass:
		return &t.roleAssignments
	case organizationClass:
		return &t.organization
	case subscribedSkuClass:
		return &t.subscribedSkus
	case domainClass:
		return &t.domains
	}
	return nil
}

// insert appends a row. A reader that holds the shorter list does not see it.
func (t *Tenant) insert(o *object) *object {
	rows := t.list(o.class)
	*rows = append(*rows, o)
	t.enter(o)
	return o
}

// enter makes a row findable by its keys.
func (t *Tenant) enter(o *object) {
	t.byID[fold(o.id())] = o
	for keys, name := range t.alternates(o.class) {
		if key := o.text(name); key != "" {
			(*keys)[fold(key)] = o
		}
	}
}

// leave removes the keys of a row.
func (t *Tenant) leave(o *object) {
	delete(t.byID, fold(o.id()))
	for keys, name := range t.alternates(o.class) {
		delete(*keys, fold(o.text(name)))
	}
}

// alternates are the indexes, apart from the id's, that a kind is in, with the property of each.
func (t *Tenant) alternates(c *class) map[*map[string]*object]string {
	switch c {
	case userClass:
		return map[*map[string]*object]string{&t.byUPN: "userPrincipalName"}
	case servicePrincipalClass:
		return map[*map[string]*object]string{&t.spByAppID: "appId"}
	case applicationClass:
		return map[*map[string]*object]string{&t.appByAppID: "appId"}
	}
	return nil
}
