// Package main_test runs the program as people have it: built once, with an environment that holds nothing but what a
// test gives it, and judged by its exit code, its words and its file.
package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

const (
	programName = "baton-onelogin"
	// programVariable leads the tests to the program that TestMain has built.
	programVariable = "PROGRAM_UNDER_TEST"
	// patience is how long a run may take.
	patience = 90 * time.Second
)

func TestMain(m *testing.M) { os.Exit(buildAndTest(m)) }

func buildAndTest(m *testing.M) int {
	dir, err := os.MkdirTemp("", programName+"-test-")
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, programName)
	out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput()
	if err == nil {
		err = os.Setenv(programVariable, program)
	}
	if err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "go build: %v\n%s\n", err, out)
		return 1
	}
	return m.Run()
}

// ended is a run that is over.
type ended struct {
	code   int
	file   string // the c1z, which is there only where the run was one
	stderr string
}

// run runs the program against an account, with variables that stand in the place of the account's own.
func run(t *testing.T, sim *oneloginsim.Server, env map[string]string, args ...string) ended {
	t.Helper()
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, sim.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	e := ended{file: filepath.Join(dir, "sync.c1z")}
	cmd := exec.CommandContext(ctx, os.Getenv(programVariable), append([]string{"--file", e.file}, args...)...)
	variables := sim.Env(ca)
	maps.Copy(variables, map[string]string{"HOME": dir, "TMPDIR": dir, "NO_PROXY": "127.0.0.1"})
	maps.Copy(variables, env)
	for name, value := range variables {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%q was not done after %v", cmd.Args, patience)
	}
	e.code, e.stderr = cmd.ProcessState.ExitCode(), stderr.String()
	return e
}

// sentences are what the program says to people, among its log.
func (e ended) sentences() []string {
	var said []string
	for line := range strings.Lines(e.stderr) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), programName+": "); ok {
			said = append(said, text)
		}
	}
	return said
}
