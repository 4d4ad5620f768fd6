package servicekit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const (
	// Version is what the program under test says that it is.
	Version = "v1.2.3-test"

	// programVariable leads the tests to the program that Main has built.
	programVariable = "PROGRAM_UNDER_TEST"
)

// Main builds the command in the working directory, which bears its name, runs the tests and returns their exit code.
func Main(m *testing.M) int {
	code, err := buildAndTest(m)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
	}
	return code
}

func buildAndTest(m *testing.M) (int, error) {
	here, err := os.Getwd()
	if err != nil {
		return 1, err
	}
	name := filepath.Base(here)
	dir, err := os.MkdirTemp("", name+"-test-")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, name)
	if err := Build(program, ".", "-ldflags=-s -w -X main.version="+Version); err != nil {
		return 1, err
	}
	if err := os.Setenv(programVariable, program); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// Build builds a command of this module, named by its folder.
func Build(program, folder string, flags ...string) error {
	args := append([]string{"build", "-o", program}, flags...)
	if out, err := exec.Command("go", append(args, folder)...).CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", folder, err, out)
	}
	return nil
}

// Name is that of the program under test.
func Name() string { return filepath.Base(os.Getenv(programVariable)) }
