// Command demo shows a whole sync without a tenant: it starts a simulated Microsoft Entra tenant or OneLogin account, runs
// the real connector binary against it, reads the file that the connector wrote, and holds it against the directory.
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
		fmt.Fprintf(stderr, "demo: %v\n", err)
		return 2
	}
	story := showTenant
	switch {
	case set.isOneLogin:
		story = showAccount
	case set.service:
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

func showTenant(ctx context.Context, set *settings, out io.Writer) (err error) {
	t, err := startTenant(set)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	return show(ctx, set, t.stage, t, out)
}

func showAccount(ctx context.Context, set *settings, out io.Writer) (err error) {
	a, err := startAccount(set)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	return show(ctx, set, a.stage, a, out)
}

// show does one thing after the other, each part telling what it did.
func show(ctx context.Context, set *settings, s *stage, d subject, out io.Writer) error {
	d.greet(out)
	if err := sync(ctx, set, s, d.arguments(), out); err != nil {
		return err
	}
	differences := d.holds(ctx, set.file, out)
	excess := d.requests(out)
	fmt.Fprintf(out, "\nLook at it yourself: make explore%s opens it in your browser.\n", set.choice())
	return errors.Join(differences, excess)
}
