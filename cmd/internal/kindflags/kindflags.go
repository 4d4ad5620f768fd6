// Package kindflags reads the command line of a program that works on one of several kinds of a service: most flags are
// for all of them, some for one alone. A flag that makes no sense is refused, and never ignored.
package kindflags

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Set is the flags of a program, in groups.
type Set struct {
	all    *flag.FlagSet
	groups []group
}

type group struct {
	heading string
	flags   *flag.FlagSet
}

// New returns a set without flags.
func New() *Set { return &Set{all: newFlagSet()} }

func newFlagSet() *flag.FlagSet {
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard) // whoever parses tells what is wrong, once
	return f
}

// Group adds a group, on which its flags are to be declared before Parse. The heading stands above them in the help.
func (s *Set) Group(heading string) *flag.FlagSet {
	g := group{heading, newFlagSet()}
	s.groups = append(s.groups, g)
	return g.flags
}

// Parse reads a command line of nothing but flags. The error is flag.ErrHelp where help was asked for.
func (s *Set) Parse(args []string) error {
	for _, g := range s.groups {
		g.flags.VisitAll(func(f *flag.Flag) { s.all.Var(f.Value, f.Name, f.Usage) })
	}
	if err := s.all.Parse(args); err != nil {
		return err
	}
	if s.all.NArg() > 0 {
		return fmt.Errorf("there is nothing to do with the argument %q: everything is a flag", s.all.Arg(0))
	}
	return nil
}

// Given says whether a flag stands on the command line that was parsed.
func (s *Set) Given(name string) bool { return slices.Contains(s.given(), name) }

func (s *Set) given() []string {
	var names []string
	s.all.Visit(func(f *flag.Flag) { names = append(names, f.Name) })
	return names
}

// Refuse is an error that names the flags of a group that were given, and says why they make no sense; nil where none was.
func (s *Set) Refuse(flags *flag.FlagSet, why string) error {
	var names []string
	for _, name := range s.given() {
		if flags.Lookup(name) != nil {
			names = append(names, "--"+name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s", strings.Join(names, ", "), why)
}

// Help lists every flag with its default, group by group.
func (s *Set) Help(w io.Writer) {
	for _, g := range s.groups {
		fmt.Fprintln(w, g.heading)
		g.flags.SetOutput(w)
		g.flags.PrintDefaults()
	}
}

// Sizes turns none into the simulators' word for it, -1, since 0 is their default, and refuses less than none.
func Sizes(counts ...*int) error {
	for _, n := range counts {
		if *n < 0 {
			return errors.New("a size cannot be negative")
		}
		if *n == 0 {
			*n = -1
		}
	}
	return nil
}
