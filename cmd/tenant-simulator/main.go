// Command tenant-simulator runs a simulated Microsoft Entra tenant or OneLogin account on loopback, so that the connectors
// can be tried, demonstrated and tested without a real one. See its README.
package main

import (
	"context"
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

// run serves until the context ends or the management door asks for the end: 0. What cannot be started is
// told in one sentence: 2 for the command line, 1 for the rest.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set, err := parse(args, stdout)
	if err != nil {
		fmt.Fprintf(stderr, "tenant-simulator: %v\n", err)
		return 2
	}
	if set == nil {
		return 0 // help was asked for, and given
	}
	if err := serve(ctx, set, stdout); err != nil {
		fmt.Fprintf(stderr, "tenant-simulator: %v\n", err)
		return 1
	}
	return 0
}
