// Package systemd holds the unit file and the file of variables to what they promise.
package systemd

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-sdk/pkg/field"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
)

const (
	programName = "baton-microsoft-entra"
	unitFile    = programName + ".service"
	envFile     = programName + ".env"
)

// settings are the lines of a file, "key=value", but for comments. A key in a section is "Section.key".
func settings(t *testing.T, name string) [][2]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all [][2]string
	section := ""
	scanner := bufio.NewScanner(f)
	for line := 1; scanner.Scan(); line++ {
		text := scanner.Text()
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
		case strings.HasPrefix(text, "["):
			section = strings.Trim(text, "[]") + "."
		default:
			key, value, ok := strings.Cut(text, "=")
			if !ok || strings.TrimSpace(key) != key {
				t.Errorf("%s:%d: %q is no setting", name, line, text)
			}
			all = append(all, [2]string{section + key, value})
		}
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestUnit_StartsTheProgramWithItsFolderAndItsVariables(t *testing.T) {
	t.Parallel()
	unit := map[string]string{}
	for _, s := range settings(t, unitFile) {
		if _, ok := unit[s[0]]; ok {
			t.Errorf("%s is there twice", s[0])
		}
		unit[s[0]] = s[1]
	}
	const folder = "%S/" + programName
	for key, want := range map[string]string{
		"Service.ExecStart":        "/usr/local/bin/" + programName,
		"Service.EnvironmentFile":  "/etc/" + programName + "/" + envFile,
		"Service.DynamicUser":      "yes",
		"Service.StateDirectory":   programName,
		"Service.WorkingDirectory": folder,
		"Service.Environment":      "HOME=" + folder + " TMPDIR=" + folder + " BATON_HOST_ID=%H",
		"Service.Restart":          "always",
		"Service.KillMode":         "mixed",
		// The exit codes are the numbers of gRPC's.
		"Service.RestartPreventExitStatus": fmt.Sprintf("%d %d", codes.InvalidArgument, codes.Unauthenticated),
	} {
		if unit[key] != want {
			t.Errorf("%s=%s, want %s", key, unit[key], want)
		}
	}
	if signal, ok := unit["Service.KillSignal"]; ok {
		t.Errorf("KillSignal=%s, where SIGTERM does", signal)
	}
}

// newer are the keys that systemd has since 254; older ones say so and go on.
var newer = []string{"RestartSteps", "RestartMaxDelaySec"}

func TestUnit_IsAcceptedAndConfined(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("NOT TESTED HERE: systemd-analyze is not on this machine, and only the lines of the unit were read")
		return
	}
	content, err := os.ReadFile(unitFile)
	if err != nil {
		t.Fatal(err)
	}
	// verify wants a program that is there.
	unit := filepath.Join(t.TempDir(), unitFile)
	text := strings.Replace(string(content), "/usr/local/bin/"+programName, "/bin/true", 1)
	if err := os.WriteFile(unit, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", unit).CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if !slices.ContainsFunc(newer, func(key string) bool { return strings.Contains(line, key) }) {
			t.Errorf("systemd-analyze verify: %s", line)
		}
	}
	// Of the most that a service may be exposed, 10.0, this one may be 2.0. Most services are at 9.
	out, err = exec.CommandContext(t.Context(), analyze, "security", "--offline=yes", "--no-pager", "--threshold=20", unit).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Errorf("systemd-analyze security: %v\n%s", err, out)
	}
}

func TestVariables_AreTheConnectorsAndHoldNoSecret(t *testing.T) {
	t.Parallel()
	known := map[string]field.SchemaField{}
	for _, f := range slices.Concat(field.DefaultFields, config.Config.Fields) {
		known["BATON_"+strings.ToUpper(strings.ReplaceAll(f.FieldName, "-", "_"))] = f
	}
	variables := settings(t, envFile)
	for _, v := range variables {
		f, ok := known[v[0]]
		if !ok {
			t.Errorf("the connector has no variable %s", v[0])
		}
		if (f.Secret || strings.Contains(v[0], "CLIENT") || strings.Contains(v[0], "TENANT")) && v[1] != "" {
			t.Errorf("%s has the value %q in the example", v[0], v[1])
		}
	}
	if len(variables) < 6 {
		t.Errorf("%d variables", len(variables))
	}
}
