package graphsim

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Options says what tenant to build and how awkward the service is to be. The zero value is a tenant of
// 200 users and a calm service.
type Options struct {
	// Seed makes the tenant: the same seed and sizes give the same tenant, byte for byte.
	Seed uint64
	// Users, Groups, Memberships (edges from groups to members), Apps (service principals that are not
	// managed identities) and Assignments (edges of appRoleAssignedTo) are the sizes. 0 means the default,
	// 200, 40, 1000, 30 and 300; a negative number means none. A shape that does not fit the sizes (a group
	// of 1,000 members among 200 users) is left out.
	Users, Groups, Memberships, Apps, Assignments int

	// TenantID, ClientID and ClientSecret are made from the seed where they are empty.
	TenantID, ClientID, ClientSecret string
	// Permissions are the application permissions with consent; nil means ReadPermissions().
	Permissions []string

	// PageSize caps every page, whatever $top says; 0 leaves Graph's own 100 and 999.
	PageSize int
	// Latency is added to every answer.
	Latency time.Duration
	// Throttle is the size of the tenant by which resource units are limited: "off" (default), "small",
	// "medium" or "large".
	Throttle string
	// Faults are random failures, "429=0.02,503=0.01,500=0.01,504=0.01,cut=0.01,drop=0.01", drawn by FaultSeed.
	Faults    string
	FaultSeed uint64
	// EmptyPages puts an empty page with a nextLink in front of some pages, chosen by the seed.
	EmptyPages bool
	// TokenLifetime is how long an access token works; 0 means an hour.
	TokenLifetime time.Duration
	// Traffic receives each request as a line of JSON, secrets replaced.
	Traffic io.Writer
	// Now is the clock of tokens and throttling; nil means time.Now.
	Now func() time.Time
}

// ReadPermissions are the application permissions that reading the tenant takes.
func ReadPermissions() []string {
	return []string{"User.Read.All", "GroupMember.Read.All", "Application.Read.All", "RoleManagement.Read.Directory"}
}

// withDefaults fills in what was left empty and refuses what makes no sense.
func (o Options) withDefaults() (Options, error) {
	o.Users = size(o.Users, 200)
	o.Groups = size(o.Groups, 40)
	o.Memberships = size(o.Memberships, 1000)
	o.Apps = size(o.Apps, 30)
	o.Assignments = size(o.Assignments, 300)
	ids := newDice(o.Seed, "identity")
	o.TenantID = strings.ToLower(orElse(o.TenantID, ids.guid()))
	o.ClientID = strings.ToLower(orElse(o.ClientID, ids.guid()))
	o.ClientSecret = orElse(o.ClientSecret, ids.secret())
	if o.Permissions == nil {
		o.Permissions = ReadPermissions()
	}
	if o.TokenLifetime == 0 {
		o.TokenLifetime = time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Throttle = orElse(o.Throttle, "off")
	return o, o.Check()
}

// Check says what makes no sense in the options, without building anything.
func (o Options) Check() error {
	if o.PageSize < 0 || o.PageSize > maxTop {
		return fmt.Errorf("graphsim: page size %d is not between 1 and %d", o.PageSize, maxTop)
	}
	if o.Latency < 0 || o.TokenLifetime < 0 {
		return fmt.Errorf("graphsim: latency and token lifetime cannot be negative")
	}
	if _, ok := throttleSizes[o.Throttle]; !ok && o.Throttle != "" {
		return fmt.Errorf("graphsim: throttle %q is none of off, small, medium, large", o.Throttle)
	}
	_, err := parseChance(o.Faults, o.FaultSeed)
	return err
}

func size(n, otherwise int) int {
	switch {
	case n == 0:
		return otherwise
	case n < 0:
		return 0
	}
	return n
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
