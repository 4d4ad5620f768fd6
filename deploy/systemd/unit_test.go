// Package systemd holds the unit files and the files of variables to what they promise.
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

	entra "github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	onelogin "github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
)

// program is a connector that there is a unit of.
type program struct {
	name string
	// directory is what it connects to, in the unit's description.
	directory     string
	configuration field.Configuration
	// whose are the variables that say whose directory it is. No secrets, and not to be in an example either.
	whose []string
}

func (p program) unitFile() string { return p.name + ".service" }
func (p program) envFile() string  { return p.name + ".env" }

func programs() []program {
	return []program{
		{"baton-microsoft-entra", "Microsoft Entra ID", entra.Config, []string{"BATON_ENTRA_TENANT_ID", "BATON_ENTRA_CLIENT_ID"}},
		{"baton-onelogin", "OneLogin", onelogin.Config, []string{"BATON_SUBDOMAIN", "BATON_ONELOGIN_CLIENT_ID"}},
	}
}

// forEach runs a test of each program beside the others.
func forEach(t *testing.T, test func(*testing.T, program)) {
	t.Parallel()
	for _, p := range programs() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			test(t, p)
		})
	}
}

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
	forEach(t, startsTheProgram)
}

func startsTheProgram(t *testing.T, p program) {
	unit := map[string]string{}
	for _, s := range settings(t, p.unitFile()) {
		if _, ok := unit[s[0]]; ok {
			t.Errorf("%s is there twice", s[0])
		}
		unit[s[0]] = s[1]
	}
	folder := "%S/" + p.name
	for key, want := range map[string]string{
		"Service.ExecStart":        "/usr/local/bin/" + p.name,
		"Service.EnvironmentFile":  "/etc/" + p.name + "/" + p.envFile(),
		"Service.DynamicUser":      "yes",
		"Service.StateDirectory":   p.name,
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

func TestUnit_IsAcceptedAndConfined(t *testing.T) { forEach(t, isAcceptedAndConfined) }

func isAcceptedAndConfined(t *testing.T, p program) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("NOT TESTED HERE: systemd-analyze is not on this machine, and only the lines of the unit were read")
		return
	}
	content, err := os.ReadFile(p.unitFile())
	if err != nil {
		t.Fatal(err)
	}
	// verify wants a program that is there.
	unit := filepath.Join(t.TempDir(), p.unitFile())
	text := strings.Replace(string(content), "/usr/local/bin/"+p.name, "/bin/true", 1)
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

// TestUnits_DifferInNamesAlone: what is set right in one unit is set right in all.
func TestUnits_DifferInNamesAlone(t *testing.T) {
	t.Parallel()
	const home = "https://github.com/conductorone/baton-microsoft-entra" // of the project, whatever the program
	read := func(p program) string {
		content, err := os.ReadFile(p.unitFile())
		if err != nil {
			t.Fatal(err)
		}
		return strings.NewReplacer(home, home, p.name, "<name>", "Identity connector for "+p.directory+"\n", "<description>").Replace(string(content))
	}
	first := read(programs()[0])
	for _, p := range programs()[1:] {
		if read(p) != first {
			t.Errorf("%s is not %s with other names", p.unitFile(), programs()[0].unitFile())
		}
	}
}

func TestVariables_AreTheConnectorsAndHoldNoSecret(t *testing.T) { forEach(t, holdsNoSecret) }

func holdsNoSecret(t *testing.T, p program) {
	known := map[string]field.SchemaField{}
	for _, f := range slices.Concat(field.DefaultFields, p.configuration.Fields) {
		known["BATON_"+strings.ToUpper(strings.ReplaceAll(f.FieldName, "-", "_"))] = f
	}
	variables := settings(t, p.envFile())
	var names []string
	for _, v := range variables {
		names = append(names, v[0])
		f, ok := known[v[0]]
		if !ok {
			t.Errorf("the connector has no variable %s", v[0])
		}
		if (f.Secret || strings.Contains(v[0], "CLIENT") || slices.Contains(p.whose, v[0])) && v[1] != "" {
			t.Errorf("%s has the value %q in the example", v[0], v[1])
		}
	}
	for _, name := range append([]string{"BATON_CLIENT_ID", "BATON_CLIENT_SECRET", "BATON_PROVISIONING"}, p.whose...) {
		if !slices.Contains(names, name) {
			t.Errorf("%s has no %s", p.envFile(), name)
		}
	}
}
