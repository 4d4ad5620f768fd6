// Command bench measures what a whole sync takes: the real connector, as its own program, against a simulated tenant,
// and beside it the SDK's floor, a connector that has the same rows in a file and asks nobody. It prints tables and a
// list of bounds, and fails if one is missed. It is for developers, runs on Linux, and is in no release.
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
	if os.Getenv(rowsVariable) != "" {
		runFloor()
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the benchmark: 0 when every bound holds, 1 when one is missed or something failed, 2 for the command line.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	set, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2 // the flag package, or parse, has said what is wrong
	}
	b := &bench{set: set, progress: stderr}
	if err := b.measure(ctx); err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return 1
	}
	if !b.report(stdout) {
		return 1
	}
	return 0
}
