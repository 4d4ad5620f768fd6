// Package main_test holds the program that people run to what it promises: it is built once, as people have it,
// without the race detector, started with an environment that holds nothing but what a test gives it, and judged
// by its exit code, its words and its file.
package main_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const (
	programName    = "baton-microsoft-entra"
	programVersion = "v1.2.3-test"

	// programVariable leads the tests to the program that TestMain has built.
	programVariable = "PROGRAM_UNDER_TEST"
)

// update is set by the command line alone.
var update = flag.Bool("update", false, "rewrite the files in testdata")

func TestMain(m *testing.M) { os.Exit(buildAndTest(m)) }

func buildAndTest(m *testing.M) int {
	dir, err := os.MkdirTemp("", programName+"-test-")
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, programName)
	err = goBuild(program, ".", "-ldflags=-s -w -X main.version="+programVersion)
	if err == nil {
		err = os.Setenv(programVariable, program)
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// goBuild builds a command of this module, named by its folder.
func goBuild(program, folder string, flags ...string) error {
	args := append([]string{"build", "-o", program}, flags...)
	if out, err := exec.Command("go", append(args, folder)...).CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", folder, err, out)
	}
	return nil
}
