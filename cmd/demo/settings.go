package main

import (
	"flag"
	"fmt"
	"io"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// settings is the command line.
type settings struct {
	tenant       graphsim.Options
	binary       string
	file         string
	log, traffic string
	workers      int
	service      bool
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

// parse reads the command line; the flag package tells what is wrong with it.
func parse(args []string, stderr io.Writer) (*settings, error) {
	s := &settings{}
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	s.declare(flags)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("there is nothing to do with the argument %q: everything is a flag", flags.Arg(0))
		fmt.Fprintf(stderr, "demo: %v\n", err)
		return nil, err
	}
	return s, nil
}

func (s *settings) declare(f *flag.FlagSet) {
	o := &s.tenant
	f.Uint64Var(&o.Seed, "seed", 1, "the tenant is made from this number: same `seed` and sizes, same tenant")
	f.IntVar(&o.Users, "users", 2000, "how many users, guests among them")
	f.IntVar(&o.Groups, "groups", 400, "how many groups")
	f.IntVar(&o.Memberships, "memberships", 40000, "how many edges from groups to members")
	f.IntVar(&o.Apps, "apps", 100, "how many service principals that are not managed identities")
	f.IntVar(&o.Assignments, "assignments", 8000, "how many app role assignments")
	f.StringVar(&s.binary, "binary", "bin/baton-microsoft-entra", "the connector `program` to run")
	f.StringVar(&s.file, "file", usualFile, "the `file` that the connector writes")
	f.StringVar(&s.log, "log", "bin/demo.log", "the `file` for the connector's log")
	f.StringVar(&s.traffic, "traffic", "", "record each request in this `file`, as JSON Lines")
	f.BoolVar(&s.service, "service", false, "show the connector as a service of a simulated ConductorOne, in place of one sync into a file")
	f.IntVar(&s.workers, "workers", 4, "how many `workers` the connector syncs with")
}
