package main

import (
	"errors"
	"flag"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/kindflags"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// entraSettings are the flags that only an Entra tenant has.
type entraSettings struct {
	options            graphsim.Options
	signin             signinSettings
	premium, limits    bool
	permissions, roles string
}

func (e *entraSettings) declare(f *flag.FlagSet) {
	e.tenantFlags(f)
	e.serviceFlags(f)
	e.pageFlags(f)
	e.signinFlags(f)
}

func (e *entraSettings) tenantFlags(f *flag.FlagSet) {
	o := &e.options
	f.IntVar(&o.Memberships, "memberships", 1000, "how many edges from groups to members")
	f.IntVar(&o.Assignments, "assignments", 300, "how many app role assignments")
	f.StringVar(&o.TenantID, "tenant-id", "", "directory `id`; made from the seed if empty")
	f.BoolVar(&e.premium, "premium", true, "the tenant has P1 or P2; without, there is no signInActivity and no sign-in log")
	f.IntVar(&o.UsersWithoutSID, "users-without-sid", 0, "how many users have no securityIdentifier")
	f.IntVar(&o.HiddenMembership, "hidden-membership", 0, "how many Microsoft 365 groups hide their members")
	f.StringVar(&e.roles, "directory-roles", "", "directory `roles` of the application by name, comma-separated, as \"Helpdesk Administrator,Exchange Administrator\"")
	f.StringVar(&e.permissions, "permissions", strings.Join(graphsim.ReadPermissions(), ","), "application permissions with consent, comma-separated")
}

func (e *entraSettings) serviceFlags(f *flag.FlagSet) {
	o := &e.options
	f.StringVar(&o.Throttle, "throttle", "off", "resource units of a tenant of this `size`: off, small, medium, large")
	f.BoolVar(&e.limits, "limits", true, "hold signInActivity and the logs to 5 requests in 10 seconds and keyCredentials to 150 in a minute")
	f.DurationVar(&o.ExchangeDelay, "exchange-delay", 0, "what was changed through Exchange shows in Graph only after this")
	f.DurationVar(&o.MethodLag, "method-lag", 0, "a deleted authentication method is listed on for so long, and stands in the way of deleting the default one")
	f.DurationVar(&o.AuditLag, "audit-lag", 0, "a record of the audit log takes up to so long to show, each a time of its own")
	f.BoolVar(&o.EmptyPages, "empty-pages", false, "put an empty page with a nextLink in front of some pages")
	f.DurationVar(&o.ReplicationDelay, "replication-delay", 0, "how long reads do not show yet what was written")
	f.DurationVar(&o.WriteHold, "write-hold", 0, "how long a write keeps what it changes; another write to it is a conflict meanwhile")
	f.IntVar(&o.CountLag, "count-lag", 0, "how many rows $count does not know of yet")
}

// pageFlags are those of lists that the service may cut short, or not serve at all.
func (e *entraSettings) pageFlags(f *flag.FlagSet) {
	o := &e.options
	f.IntVar(&o.ExpandPageSize, "expand-page-size", 0, "cap of the pages of a listing with $expand; 0 is none of its own")
	f.IntVar(&o.DeltaLinks, "delta-links", 0, "how many links a page of the delta of groups holds at most; 0 leaves Graph's own 500")
	f.BoolVar(&o.DeltaWithoutServicePrincipals, "delta-without-service-principals", false, "leave service principals out of the delta of groups")
	f.IntVar(&o.DeltaStatus, "delta-status", 0, "the `status` that refuses the delta of groups, as 400, 404 or 501; 0 serves it")
	f.IntVar(&o.RangesStatus, "ranges-status", 0, "the `status` that refuses ge and le on securityIdentifier, as 400 or 501; 0 serves them")
	f.BoolVar(&o.RangesIgnored, "ranges-ignored", false, "ignore a filter with ge or le on securityIdentifier: all users come")
}

// finish takes over the flags of every kind, and checks what flags alone cannot.
func (e *entraSettings) finish(s *settings) error {
	o := &e.options
	o.Seed, o.FaultSeed, o.Faults = s.seed, s.faultSeed, s.faults
	o.ClientID, o.ClientSecret, o.TokenLifetime = s.clientID, s.clientSecret, s.tokenLifetime
	o.Latency, o.PageSize = s.latency, s.pageSize
	o.Users, o.Groups, o.Apps = s.users, s.groups, s.apps
	if err := kindflags.Sizes(&o.Users, &o.Groups, &o.Memberships, &o.Apps, &o.Assignments); err != nil {
		return err
	}
	o.Permissions = names(strings.ReplaceAll(e.permissions, " ", ","))
	o.DirectoryRoles = names(e.roles)
	o.WithoutPremium, o.WithoutLimits = !e.premium, !e.limits
	return errors.Join(e.signin.apply(o), o.Check())
}

// names are the parts of a list that is written with commas.
func names(list string) []string {
	var out []string
	for _, name := range strings.Split(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}
