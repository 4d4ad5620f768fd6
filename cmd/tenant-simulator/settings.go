package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/kindflags"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// settings is the command line.
type settings struct {
	flags *kindflags.Set
	knobs
	isOneLogin           bool // a OneLogin account in the place of an Entra tenant
	entra                entraSettings
	onelogin             oneloginSettings
	env, census, traffic string
	listen, manage       string
	conductorOne         conductorOneSettings
}

// knobs are what a service of every kind has.
type knobs struct {
	seed, faultSeed        uint64
	users, groups, apps    int
	clientID, clientSecret string
	faults                 string
	latency, tokenLifetime time.Duration
	pageSize               int
}

// parse reads the command line. It returns nil where only help was asked for.
func parse(args []string, stdout io.Writer) (*settings, error) {
	s := &settings{flags: kindflags.New()}
	s.commonFlags(s.flags.Group("Its flags:"))
	entra := s.flags.Group("Of an Entra tenant alone:")
	s.entra.declare(entra)
	onelogin := s.flags.Group("Of a OneLogin account alone:")
	s.onelogin.declare(onelogin)
	err := s.flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "tenant-simulator runs a simulated Microsoft Entra tenant on loopback, or with --onelogin a OneLogin account.")
		s.flags.Help(stdout)
		return nil, nil
	case err != nil:
		return nil, err
	case s.isOneLogin:
		err = s.flags.Refuse(entra, "only an Entra tenant has that, and --onelogin asks for a OneLogin account in its place")
	default:
		err = s.flags.Refuse(onelogin, "only a OneLogin account has that; --onelogin asks for one")
	}
	if err != nil {
		return nil, err
	}
	return s, s.finish()
}

func (s *settings) commonFlags(f *flag.FlagSet) {
	f.BoolVar(&s.isOneLogin, "onelogin", false, "run a simulated OneLogin account, in the place of an Entra tenant")
	s.sizeFlags(f)
	s.serviceFlags(f)
	s.conductorOne.flags(f)
	s.fileFlags(f)
}

func (s *settings) sizeFlags(f *flag.FlagSet) {
	f.Uint64Var(&s.seed, "seed", 1, "all is made from this number: same `seed` and sizes, same tenant or account")
	f.IntVar(&s.users, "users", 200, "how many users, Entra's guests among them")
	f.IntVar(&s.groups, "groups", 40, "how many groups; with --onelogin 8 if it is not given")
	f.IntVar(&s.apps, "apps", 30, "how many apps, Entra's managed identities not counted; with --onelogin 15 if it is not given")
	f.StringVar(&s.clientID, "client-id", "", "client `id` that the connector signs in with; made from the seed if empty")
	f.StringVar(&s.clientSecret, "client-secret", "", "its `secret`; made from the seed if empty")
}

func (s *settings) serviceFlags(f *flag.FlagSet) {
	f.DurationVar(&s.latency, "latency", 0, "wait before each answer, 60ms for a realistic one")
	f.IntVar(&s.pageSize, "page-size", 0, "cap of every page; 0 leaves the service's own")
	f.DurationVar(&s.tokenLifetime, "token-lifetime", time.Hour, "how long an access token works; with --onelogin 10h if it is not given")
	f.StringVar(&s.faults, "faults", "", `random faults by probability, "429=0.02,503=0.01,html504=0.01,cut=0.01,drop=0.01"`)
	f.Uint64Var(&s.faultSeed, "fault-seed", 1, "the random faults are drawn from this number")
	f.StringVar(&s.listen, "listen", "127.0.0.1:0", "loopback `address` of the service, sign-in included; port 0 is a free one")
	f.StringVar(&s.manage, "manage", "127.0.0.1:0", "loopback `address` of the management door")
}

func (s *settings) fileFlags(f *flag.FlagSet) {
	f.StringVar(&s.env, "write-env", "", "write the connector's variables to this `file`, to be sourced, once everything is ready; the CA goes beside it")
	f.StringVar(&s.census, "census", "", "write what is really held to this `file`, as JSON")
	f.StringVar(&s.traffic, "traffic", "", "record each request in this `file`, as JSON Lines")
}

// finish checks what flags alone cannot.
func (s *settings) finish() error {
	if s.tokenLifetime <= 0 {
		return errors.New("--token-lifetime must be above zero")
	}
	for _, address := range []string{s.listen, s.manage, s.conductorOne.listen} {
		if err := graphsim.CheckLoopback(address); err != nil {
			return err
		}
	}
	kind := s.entra.finish
	if s.isOneLogin {
		kind = s.onelogin.finish
	}
	return errors.Join(s.wholePath(), kind(s))
}

// wholePath makes the place of the variables absolute: a shell sources it from anywhere.
func (s *settings) wholePath() (err error) {
	if s.env != "" {
		s.env, err = filepath.Abs(s.env)
	}
	return err
}
