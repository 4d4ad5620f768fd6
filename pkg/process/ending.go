package process

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// exitUnfinished is the exit code of a sync that ended without a finished file and without a word. It is also what
// the SDK exits with when its connector dies.
const exitUnfinished = 1

// ending is an error that carries its own exit code. One without a sentence has been told elsewhere.
type ending struct {
	code     int
	sentence string
}

// Error returns the sentence.
func (e *ending) Error() string { return e.sentence }

// finish returns if there is no error. Otherwise it says the one sentence and ends the process.
func finish(name string, err error) {
	if err == nil {
		return
	}
	text, code := sentence(name, err), exitCode(err)
	if text != "" {
		say(name, text)
	}
	os.Exit(code)
}

// say writes a line for people among the log on standard error.
func say(name, text string) {
	_, _ = fmt.Fprintf(os.Stderr, "%s: %s\n", name, text)
}

// exitCode is the number of the error's gRPC code, as the SDK has it. A plain error is Unknown.
func exitCode(err error) int {
	var end *ending
	if errors.As(err, &end) {
		return end.code
	}
	s, ok := status.FromError(err)
	if !ok {
		s = status.FromContextError(err)
	}
	if s.Code() == codes.OK {
		return int(codes.Internal) // an error that says OK is a mistake, and must not look like success
	}
	return int(s.Code())
}

// signalCode is the exit code that shells give to a process ended by a signal.
func signalCode(sig os.Signal) int {
	number, ok := sig.(syscall.Signal)
	if !ok {
		return exitUnfinished
	}
	return 128 + int(number)
}
