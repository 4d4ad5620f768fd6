package servicekit

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Every program has a service_test.go that runs the shared tests of every feature, and every feature has some.
func TestRun_EveryProgramRunsEveryFeature(t *testing.T) {
	t.Parallel()
	source := read(t, "shared.go")
	features := regexp.MustCompile(`(?m)^\t(\w+) +Feature = `).FindAllStringSubmatch(source, -1)
	programs, err := filepath.Glob("../../baton-*")
	must(t, err)
	if len(features) == 0 || len(programs) < 2 {
		t.Fatalf("%d features and the programs %q", len(features), programs)
	}
	for _, feature := range features {
		if !regexp.MustCompile(`\{` + feature[1] + `, "`).MatchString(source) {
			t.Errorf("%s has no test", feature[1])
		}
		run := regexp.MustCompile(`servicekit\.Run\(.*\bservicekit\.` + feature[1] + `\b`)
		for _, program := range programs {
			if !run.MatchString(read(t, filepath.Join(program, "service_test.go"))) {
				t.Errorf("%s does not run the tests of %s", program, feature[1])
			}
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	return string(text)
}
