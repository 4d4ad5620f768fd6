package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	gosync "sync"
	"testing"
)

// programsFolder is the variable that leads the tests to the folder of the programs that they run.
const programsFolder = "DEMO_TEST_PROGRAMS"

func TestMain(m *testing.M) { os.Exit(testInFolder(m)) }

func testInFolder(m *testing.M) int {
	folder, err := os.MkdirTemp("", "demo-test-")
	if err == nil {
		err = os.Setenv(programsFolder, folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	return m.Run()
}

// builders build each connector once, as people have it, when a test first asks for it.
var builders = map[string]func() (string, error){
	"baton-microsoft-entra": gosync.OnceValues(func() (string, error) { return build("baton-microsoft-entra") }),
	"baton-onelogin":        gosync.OnceValues(func() (string, error) { return build("baton-onelogin") }),
}

func build(program string) (string, error) {
	binary := filepath.Join(os.Getenv(programsFolder), program+".exe") // Windows wants the suffix, nobody else minds
	if out, err := exec.Command("go", "build", "-o", binary, "../"+program).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", program, err, out)
	}
	return binary, nil
}

// builtConnector is the path of a connector. It is shared by all tests: do not move it.
func builtConnector(t *testing.T, program string) string {
	t.Helper()
	binary, err := builders[program]()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}
