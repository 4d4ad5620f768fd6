package main

import (
	"errors"
	"flag"
	"io"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/kindflags"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// settings is the command line.
type settings struct {
	isOneLogin          bool // a OneLogin account in the place of an Entra tenant
	seed                uint64
	users, groups, apps int
	tenant              graphsim.Options
	account             oneloginsim.Options
	binary              string
	file                string
	log, traffic        string
	workers             int
	service             bool
}

// usualFile is the file that make explore opens if it is not told another.
const usualFile = "sync.c1z"

// choice is what make explore has to be told.
func (s *settings) choice() string {
	if s.file == usualFile {
		return ""
	}
	return " FILE=" + s.file
}

// parse reads the command line. The error is flag.ErrHelp where help was asked for, and given.
func parse(args []string, help io.Writer) (*settings, error) {
	s, flags := &settings{}, kindflags.New()
	s.common(flags.Group("Flags of the demo:"))
	entra := flags.Group("With an Entra tenant alone:")
	s.entra(entra)
	onelogin := flags.Group("With a OneLogin account alone:")
	s.onelogin(onelogin)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.Help(help)
	case err != nil:
	case s.isOneLogin:
		err = flags.Refuse(entra, "the demo shows that of an Entra tenant alone, without --onelogin")
	default:
		err = flags.Refuse(onelogin, "the demo shows that of a OneLogin account alone, with --onelogin")
	}
	if err != nil {
		return nil, err
	}
	return s, s.complete(flags)
}

func (s *settings) common(f *flag.FlagSet) {
	f.BoolVar(&s.isOneLogin, "onelogin", false, "show a OneLogin account and its connector, in the place of an Entra tenant")
	f.Uint64Var(&s.seed, "seed", 1, "all is made from this number: same `seed` and sizes, same tenant or account")
	f.IntVar(&s.users, "users", 2000, "how many users, Entra's guests among them; with --onelogin 5,000 if it is not given")
	f.IntVar(&s.groups, "groups", 400, "how many groups; with --onelogin 40 if it is not given")
	f.IntVar(&s.apps, "apps", 100, "how many apps, Entra's managed identities not counted; with --onelogin 150 if it is not given")
	f.StringVar(&s.binary, "binary", "bin/baton-microsoft-entra", "the connector `program` to run; with --onelogin bin/baton-onelogin if it is not given")
	f.StringVar(&s.file, "file", usualFile, "the `file` that the connector writes")
	f.StringVar(&s.log, "log", "bin/demo.log", "the `file` for the connector's log")
	f.StringVar(&s.traffic, "traffic", "", "record each request in this `file`, as JSON Lines")
	f.IntVar(&s.workers, "workers", 4, "how many `workers` the connector syncs with")
}

func (s *settings) entra(f *flag.FlagSet) {
	f.IntVar(&s.tenant.Memberships, "memberships", 40000, "how many edges from groups to members")
	f.IntVar(&s.tenant.Assignments, "assignments", 8000, "how many app role assignments")
	f.BoolVar(&s.service, "service", false, "show the connector as a service of a simulated ConductorOne, in place of one sync into a file")
}

func (s *settings) onelogin(f *flag.FlagSet) {
	f.IntVar(&s.account.Roles, "roles", 200, "how many roles")
	f.IntVar(&s.account.Privileges, "privileges", 6, "how many privileges of delegated administration")
}

// complete takes over the flags of every kind. With OneLogin those that were not given have other defaults.
func (s *settings) complete(flags *kindflags.Set) error {
	if s.isOneLogin {
		for name, usual := range map[string]struct {
			size  *int
			usual int
		}{"users": {&s.users, 5000}, "groups": {&s.groups, 40}, "apps": {&s.apps, 150}} {
			if !flags.Given(name) {
				*usual.size = usual.usual
			}
		}
		if !flags.Given("binary") {
			s.binary = "bin/baton-onelogin"
		}
	}
	sizes := []*int{&s.users, &s.groups, &s.apps, &s.tenant.Memberships, &s.tenant.Assignments, &s.account.Roles, &s.account.Privileges}
	if err := kindflags.Sizes(sizes...); err != nil {
		return err
	}
	s.tenant.Seed, s.tenant.Users, s.tenant.Groups, s.tenant.Apps = s.seed, s.users, s.groups, s.apps
	s.account.Seed, s.account.Users, s.account.Groups, s.account.Apps = s.seed, s.users, s.groups, s.apps
	return nil
}
