package oneloginsim

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// Options says what account to build and how awkward the service is to be. The zero value is an account of
// 200 users and a calm service.
type Options struct {
	// Seed makes the account: the same seed and sizes give the same account, id by id.
	Seed uint64
	// Users, Roles, Apps, Groups and Privileges are the sizes. 0 means the default, 200, 20, 15, 8 and 6; a
	// negative number means none. A shape that does not fit the sizes (a role of 1,000 members among 200 users)
	// is cut to them.
	Users, Roles, Apps, Groups, Privileges int
	// Events is how many logins the log holds at the start; 0 means 50, a negative number none.
	Events int
	// LastActionField gives the account the custom attribute c1_last_action.
	LastActionField bool

	// ClientID and ClientSecret are the API credential; made from the seed where they are empty.
	ClientID, ClientSecret string
	// Scope is that of the credential: "Authentication Only", "Read Users", "Read All", "Manage Users" or
	// "Manage All" (default).
	Scope string
	// ScopeStatus is what the second version refuses with where the scope is too small: 403 (default) or 401.
	// The first version always answers 401.
	ScopeStatus int
	// WithoutPrivileges is an account without the subscription for privileges: every call for them is refused.
	WithoutPrivileges bool
	// Orphaned makes every call fail with 500, as it does once the user who made the credential is deleted.
	Orphaned bool

	// TokenLifetime is how long an access token works; 0 means 10 hours.
	TokenLifetime time.Duration
	// CountDown makes expires_in what is left of a token that was given out before, rather than the whole.
	CountDown bool

	// UserPage is the largest page of users; 0 means 100. PageSize caps every page, whatever is asked for; 0
	// leaves OneLogin's own maxima.
	UserPage, PageSize int
	// CursorAlone refuses filters and fields beside a cursor.
	CursorAlone bool
	// HolderCursor is the parameter that pages the holders of a privilege: "cursor" (default) or "after_cursor".
	HolderCursor string
	// Withheld are fields that a list of users never has, though they are asked for by name.
	Withheld []string

	// Quota is how many calls there are in an hour; 0 means 5,000, a negative number no limit and no headers.
	Quota int
	// RetryAfter sends a Retry-After with each 429, beside X-RateLimit-Reset.
	RetryAfter bool
	// Burst is how many calls may run at once; 0 means 64. More are answered with 502 by a gateway.
	Burst int
	// EventTypeCalls is how often an hour the types of events may be listed; 0 means 10.
	EventTypeCalls int

	// DuplicateStatus is the refusal of a username or address that is taken: 422 (default) or 400.
	DuplicateStatus int
	// AttributesMerged keeps the custom attributes that a write does not name; otherwise they are cleared.
	AttributesMerged bool
	// GroupStays ignores a group_id of null, instead of taking the user out of the group.
	GroupStays bool
	// RepeatStatus refuses, with this status, to add a member who is there or to remove one who is not; 0 takes it.
	RepeatStatus int
	// MappingDelay is how long after a write mappings run that are not asked for at once, by the clock of Now.
	MappingDelay time.Duration
	// EventLag is the most that an event takes to show, by the clock of Now: each takes a time of its own.
	EventLag time.Duration

	// Latency is added to every answer.
	Latency time.Duration
	// Faults are random failures, "429=0.02,503=0.01,html502=0.01,cut=0.01,drop=0.01", drawn by FaultSeed.
	Faults    string
	FaultSeed uint64
	// Traffic receives each request as a line of JSON, secrets replaced.
	Traffic io.Writer
	// Now is the clock of everything; nil means time.Now.
	Now func() time.Time
}

// The scopes that an API credential can have.
const (
	ScopeAuthentication = "Authentication Only"
	ScopeReadUsers      = "Read Users"
	ScopeReadAll        = "Read All"
	ScopeManageUsers    = "Manage Users"
	ScopeManageAll      = "Manage All"
)

// withDefaults fills in what was left empty and refuses what makes no sense.
func (o Options) withDefaults() (Options, error) {
	for _, n := range []struct {
		size      *int
		otherwise int
	}{{&o.Users, 200}, {&o.Roles, 20}, {&o.Apps, 15}, {&o.Groups, 8}, {&o.Privileges, 6}, {&o.Events, 50}} {
		*n.size = max(cmp.Or(*n.size, n.otherwise), 0)
	}
	d := newDice(o.Seed, "credential")
	o.ClientID, o.ClientSecret = cmp.Or(o.ClientID, d.hex(32)), cmp.Or(o.ClientSecret, d.hex(32))
	o.Scope = cmp.Or(o.Scope, ScopeManageAll)
	o.ScopeStatus = cmp.Or(o.ScopeStatus, http.StatusForbidden)
	o.TokenLifetime = cmp.Or(o.TokenLifetime, 10*time.Hour)
	o.UserPage, o.Quota, o.Burst = cmp.Or(o.UserPage, 100), cmp.Or(o.Quota, 5000), cmp.Or(o.Burst, 64)
	o.HolderCursor = cmp.Or(o.HolderCursor, "cursor")
	o.EventTypeCalls = cmp.Or(o.EventTypeCalls, 10)
	o.DuplicateStatus = cmp.Or(o.DuplicateStatus, http.StatusUnprocessableEntity)
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, o.Check()
}

// Check refuses what makes no sense.
func (o Options) Check() error {
	scopes := []string{"", ScopeAuthentication, ScopeReadUsers, ScopeReadAll, ScopeManageUsers, ScopeManageAll}
	switch {
	case !slices.Contains(scopes, o.Scope):
		return fmt.Errorf("oneloginsim: %q is no scope: there are %q", o.Scope, scopes[1:])
	case !slices.Contains([]int{0, 401, 403}, o.ScopeStatus):
		return errors.New("oneloginsim: a scope is refused with 401 or 403")
	case !slices.Contains([]int{0, 400, 422}, o.DuplicateStatus):
		return errors.New("oneloginsim: what is taken is refused with 400 or 422")
	case o.RepeatStatus != 0 && (o.RepeatStatus < 400 || o.RepeatStatus > 499):
		return errors.New("oneloginsim: a repeated change is refused with a status from 400 to 499")
	case !slices.Contains([]string{"", "cursor", "after_cursor"}, o.HolderCursor):
		return errors.New("oneloginsim: the holders of a privilege are paged by cursor or by after_cursor")
	case o.TokenLifetime < 0 || o.MappingDelay < 0 || o.EventLag < 0 || o.Latency < 0:
		return errors.New("oneloginsim: a time cannot be negative")
	case o.UserPage < 0 || o.PageSize < 0 || o.Burst < 0 || o.EventTypeCalls < 0:
		return errors.New("oneloginsim: a page or a limit cannot be negative")
	}
	for _, field := range o.Withheld {
		if !slices.Contains(allColumns(), field) {
			return fmt.Errorf("oneloginsim: %q is no field of a user: it cannot be withheld", field)
		}
	}
	_, err := o.chance()
	return err
}
