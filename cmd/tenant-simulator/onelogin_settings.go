package main

import (
	"errors"
	"flag"
	"net/http"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/kindflags"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// oneloginSettings are the flags that only a OneLogin account has.
type oneloginSettings struct {
	options  oneloginsim.Options
	withheld string
}

func (a *oneloginSettings) declare(f *flag.FlagSet) {
	a.accountFlags(f)
	a.serviceFlags(f)
	a.writeFlags(f)
}

func (a *oneloginSettings) accountFlags(f *flag.FlagSet) {
	o := &a.options
	f.IntVar(&o.Roles, "roles", 20, "how many roles")
	f.IntVar(&o.Privileges, "privileges", 6, "how many privileges of delegated administration")
	f.IntVar(&o.Events, "events", 50, "how many logins the log holds at the start")
	f.BoolVar(&o.LastActionField, "last-action-field", false, "the account has the custom user field c1_last_action")
	f.BoolVar(&o.WithoutPrivileges, "without-privileges", false, "the account has no subscription for privileges: every call for them is refused")
	f.StringVar(&o.Scope, "scope", oneloginsim.ScopeManageAll, "`scope` of the API credential: \"Authentication Only\", \"Read Users\", \"Read All\", \"Manage Users\" or \"Manage All\"")
	f.IntVar(&o.ScopeStatus, "scope-status", http.StatusForbidden, "the `status` that version 2 refuses with where the scope is too small, 403 or 401; version 1 always answers 401")
	f.BoolVar(&o.Orphaned, "orphaned", false, "the user who made the API credential is deleted: every call fails with 500")
}

func (a *oneloginSettings) serviceFlags(f *flag.FlagSet) {
	o := &a.options
	f.BoolVar(&o.CountDown, "count-down", false, "expires_in is what is left of a token that was given out before, not the whole of its life")
	f.IntVar(&o.UserPage, "user-page", 100, "how many users are on a page at most")
	f.BoolVar(&o.CursorAlone, "cursor-alone", false, "refuse filters and fields beside a cursor")
	f.StringVar(&o.HolderCursor, "holder-cursor", "cursor", "the `parameter` that pages the holders of a privilege: cursor or after_cursor")
	f.StringVar(&a.withheld, "withheld", "", "`fields` that a list of users never has, comma-separated, as \"role_ids,title\"")
	f.IntVar(&o.Quota, "quota", 5000, "how many calls there are in an hour, then 429; 0 is no limit, and no headers")
	f.BoolVar(&o.RetryAfter, "retry-after", false, "send Retry-After with each 429, beside X-RateLimit-Reset")
	f.IntVar(&o.Burst, "burst", 64, "how many calls may run at once; more are answered with 502")
	f.IntVar(&o.EventTypeCalls, "event-type-calls", 10, "how often an hour the types of events may be listed")
	f.DurationVar(&o.EventLag, "event-lag", 0, "an event takes up to so long to show, each a time of its own")
}

func (a *oneloginSettings) writeFlags(f *flag.FlagSet) {
	o := &a.options
	f.IntVar(&o.DuplicateStatus, "duplicate-status", http.StatusUnprocessableEntity, "the `status` that refuses a username or address that is taken: 422 or 400")
	f.IntVar(&o.RepeatStatus, "repeat-status", 0, "the `status` that refuses to add a member who is there and to remove one who is not; 0 takes it")
	f.BoolVar(&o.AttributesMerged, "attributes-merged", false, "keep the custom attributes that a write does not name, instead of clearing them")
	f.BoolVar(&o.GroupStays, "group-stays", false, "ignore a group_id of null, instead of taking the user out of the group")
	f.DurationVar(&o.MappingDelay, "mapping-delay", 0, "how long after a write mappings run that are not asked for at once")
}

// finish takes over the flags of every kind, and checks what flags alone cannot. What has another default than with Entra
// is taken over where it was given.
func (a *oneloginSettings) finish(s *settings) error {
	o := &a.options
	o.Seed, o.FaultSeed, o.Faults = s.seed, s.faultSeed, s.faults
	o.ClientID, o.ClientSecret = s.clientID, s.clientSecret
	o.Latency, o.PageSize, o.Users = s.latency, s.pageSize, s.users
	if s.flags.Given("token-lifetime") {
		o.TokenLifetime = s.tokenLifetime
	}
	counts := []*int{&o.Users, &o.Roles, &o.Privileges, &o.Events, &o.Quota}
	if s.flags.Given("groups") {
		o.Groups, counts = s.groups, append(counts, &o.Groups)
	}
	if s.flags.Given("apps") {
		o.Apps, counts = s.apps, append(counts, &o.Apps)
	}
	if err := kindflags.Sizes(counts...); err != nil {
		return err
	}
	if min(o.UserPage, o.Burst, o.EventTypeCalls) < 1 {
		return errors.New("--user-page, --burst and --event-type-calls are one at least")
	}
	o.Withheld = names(a.withheld)
	return o.Check()
}
