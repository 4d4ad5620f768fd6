// Command demo shows a whole sync without a tenant: it starts a simulated Microsoft Entra tenant, runs the
// real connector binary against it, reads the file that the connector wrote, and holds it against the tenant.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the demo: 0 when the file is what it has to be, 1 when it is not, 2 for the command line, 130 when
// it was interrupted.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2 // the flag package has said what is wrong
	}
	story := show
	if set.service {
		story = showService
	}
	err = story(ctx, set, stdout)
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "demo: interrupted")
		return 130
	}
	fmt.Fprintf(stderr, "demo: %v\n", err)
	return 1
}

// show does one thing after the other, each part telling what it did.
func show(ctx context.Context, set *settings, out io.Writer) (err error) {
	tenant, err := startTenant(set)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tenant.close()) }()
	census := tenant.sim.Census()
	greet(out, tenant.sim, census)

	if err := sync(ctx, set, tenant, out); err != nil {
		return err
	}
	got, err := read(ctx, set.file)
	if err != nil {
		return err
	}
	want, err := expect(census)
	if err != nil {
		return err
	}
	printTable(out, got)
	differences := compare(out, got, want)
	excess := printRequests(out, tenant.sim.History(), plan(census))
	fmt.Fprintf(out, "\nLook at it yourself: make explore%s opens it in your browser.\n", set.choice())
	return errors.Join(differences, excess)
}
