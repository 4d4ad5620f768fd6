package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// settings is the command line.
type settings struct {
	options              graphsim.Options
	signin               signinSettings
	premium, limits      bool
	permissions, roles   string
	env, census, traffic string
	listen, manage       string
	conductorOne         conductorOneSettings
}

// parse reads the command line. It returns nil where only help was asked for.
func parse(args []string, stdout io.Writer) (*settings, error) {
	s := &settings{}
	flags := flag.NewFlagSet("tenant-simulator", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	s.tenantFlags(flags)
	s.serviceFlags(flags)
	s.faultFlags(flags)
	s.signinFlags(flags)
	s.conductorOne.flags(flags)
	s.fileFlags(flags)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "tenant-simulator runs a simulated Microsoft Entra tenant on loopback. Its flags:")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return nil, nil
	case err != nil:
		return nil, err
	case flags.NArg() > 0:
		return nil, fmt.Errorf("there is nothing to do with the argument %q: everything is a flag", flags.Arg(0))
	}
	return s, s.finish()
}

func (s *settings) tenantFlags(f *flag.FlagSet) {
	o := &s.options
	f.Uint64Var(&o.Seed, "seed", 1, "the tenant is made from this number: same `seed` and sizes, same tenant")
	f.IntVar(&o.Users, "users", 200, "how many users, guests among them")
	f.IntVar(&o.Groups, "groups", 40, "how many groups")
	f.IntVar(&o.Memberships, "memberships", 1000, "how many edges from groups to members")
	f.IntVar(&o.Apps, "apps", 30, "how many service principals that are not managed identities")
	f.IntVar(&o.Assignments, "assignments", 300, "how many app role assignments")
	f.StringVar(&o.TenantID, "tenant-id", "", "directory `id`; made from the seed if empty")
	f.StringVar(&o.ClientID, "client-id", "", "application `id` of the connector; made from the seed if empty")
	f.StringVar(&o.ClientSecret, "client-secret", "", "its `secret`; made from the seed if empty")
	f.BoolVar(&s.premium, "premium", true, "the tenant has P1 or P2; without, there is no signInActivity and no sign-in log")
	f.IntVar(&o.HiddenMembership, "hidden-membership", 0, "how many Microsoft 365 groups hide their members")
	f.StringVar(&s.roles, "directory-roles", "", "directory `roles` of the application by name, comma-separated, as \"Helpdesk Administrator,Exchange Administrator\"")
	f.StringVar(&s.permissions, "permissions", strings.Join(graphsim.ReadPermissions(), ","), "application permissions with consent, comma-separated")
}

func (s *settings) serviceFlags(f *flag.FlagSet) {
	o := &s.options
	f.DurationVar(&o.Latency, "latency", 0, "wait before each answer, 60ms for a realistic one")
	f.IntVar(&o.PageSize, "page-size", 0, "cap of every page; 0 leaves Graph's own 100 and 999")
	f.StringVar(&o.Throttle, "throttle", "off", "resource units of a tenant of this `size`: off, small, medium, large")
	f.BoolVar(&s.limits, "limits", true, "hold signInActivity and the logs to 5 requests in 10 seconds and keyCredentials to 150 in a minute")
	f.DurationVar(&o.ExchangeDelay, "exchange-delay", 0, "what was changed through Exchange shows in Graph only after this")
	f.DurationVar(&o.MethodLag, "method-lag", 0, "a deleted authentication method is listed on for so long, and stands in the way of deleting the default one")
	f.DurationVar(&o.AuditLag, "audit-lag", 0, "a record of the audit log takes up to so long to show, each a time of its own")
	f.DurationVar(&o.TokenLifetime, "token-lifetime", time.Hour, "how long an access token works")
	f.StringVar(&s.listen, "listen", "127.0.0.1:0", "loopback `address` of Graph and sign-in; port 0 is a free one")
	f.StringVar(&s.manage, "manage", "127.0.0.1:0", "loopback `address` of the management door")
}

// faultFlags make the service misbehave.
func (s *settings) faultFlags(f *flag.FlagSet) {
	o := &s.options
	f.StringVar(&o.Faults, "faults", "", `random faults by probability, "429=0.02,503=0.01,html504=0.01,cut=0.01,drop=0.01"`)
	f.Uint64Var(&o.FaultSeed, "fault-seed", 1, "the random faults are drawn from this number")
	f.BoolVar(&o.EmptyPages, "empty-pages", false, "put an empty page with a nextLink in front of some pages")
	f.DurationVar(&o.ReplicationDelay, "replication-delay", 0, "how long reads do not show yet what was written")
	f.DurationVar(&o.WriteHold, "write-hold", 0, "how long a write keeps what it changes; another write to it is a conflict meanwhile")
	f.IntVar(&o.CountLag, "count-lag", 0, "how many rows $count does not know of yet")
}

func (s *settings) fileFlags(f *flag.FlagSet) {
	f.StringVar(&s.env, "write-env", "", "write the connector's variables to this `file`, to be sourced, once everything is ready; the CA goes beside it")
	f.StringVar(&s.census, "census", "", "write what the tenant really holds to this `file`, as JSON")
	f.StringVar(&s.traffic, "traffic", "", "record each request in this `file`, as JSON Lines")
}

// finish checks what flags alone cannot.
func (s *settings) finish() error {
	o := &s.options
	for _, n := range []*int{&o.Users, &o.Groups, &o.Memberships, &o.Apps, &o.Assignments} {
		if *n < 0 {
			return errors.New("a size cannot be negative")
		}
		if *n == 0 {
			*n = -1 // the library's word for none: there 0 is the default
		}
	}
	o.Permissions = strings.FieldsFunc(s.permissions, func(r rune) bool { return r == ',' || r == ' ' })
	for _, role := range strings.Split(s.roles, ",") {
		if role = strings.TrimSpace(role); role != "" {
			o.DirectoryRoles = append(o.DirectoryRoles, role)
		}
	}
	if o.TokenLifetime <= 0 {
		return errors.New("--token-lifetime must be above zero")
	}
	for _, address := range []string{s.listen, s.manage, s.conductorOne.listen} {
		if err := graphsim.CheckLoopback(address); err != nil {
			return err
		}
	}
	o.WithoutPremium, o.WithoutLimits = !s.premium, !s.limits
	return errors.Join(s.wholePath(), s.signin.apply(o), o.Check())
}

// wholePath makes the place of the variables absolute: a shell sources it from anywhere.
func (s *settings) wholePath() (err error) {
	if s.env != "" {
		s.env, err = filepath.Abs(s.env)
	}
	return err
}
