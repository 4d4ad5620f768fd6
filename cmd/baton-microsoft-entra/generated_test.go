package main_test

import (
	"encoding/json"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
)

func TestGenerated_FilesAreWhatTheProgramPrints(t *testing.T) {
	for command, file := range map[string]string{"config": "config_schema.json", "capabilities": "baton_capabilities.json"} {
		t.Run(file, func(t *testing.T) {
			s := servicekit.NewStage(t)
			printed := s.Run(command).WantExit(0).Stdout
			kept, err := os.ReadFile(filepath.Join("..", "..", file))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(parse(t, []byte(printed)), parse(t, kept)) {
				t.Errorf("%s is out of date: write what %q prints to it:\n%s", file, servicekit.Name()+" "+command, printed)
			}
			s.WantOnly()
		})
	}
}

func parse(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return value
}

func TestHelp_IsTheGoldenFile(t *testing.T) {
	golden := filepath.Join("testdata", "help.golden")
	help := servicekit.NewStage(t).Run("--help").WantExit(0).Stdout
	if *update {
		if err := os.WriteFile(golden, []byte(help), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if help != string(want) {
		t.Errorf("--help differs from %s, which -update rewrites; it says\n%s", golden, help)
	}
}

func TestGenerated_SettingsAreWhatTheGeneratorWrites(t *testing.T) {
	t.Parallel()
	const folder = "../../pkg/connector/entra/config"
	dir := t.TempDir()
	generator := filepath.Join(dir, "gen")
	if err := servicekit.Build(generator, folder+"/gen", "-ldflags=-s -w"); err != nil {
		t.Fatal(err)
	}
	generate := exec.Command(generator)
	generate.Dir = dir
	if out, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if formatted(t, filepath.Join(dir, "conf.gen.go")) != formatted(t, filepath.Join(folder, "conf.gen.go")) {
		t.Error("conf.gen.go is out of date: go generate ./pkg/connector/entra/config")
	}
}

func formatted(t *testing.T, file string) string {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	source, err = format.Source(source)
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// formField is a field of the form that ConductorOne draws. Those that are for operators are the SDK's.
type formField struct {
	Name        string
	DisplayName string
	IsSecret    bool
	IsOps       bool
}

func TestForm_AsksWhatTheDocumentationShows(t *testing.T) {
	var form struct {
		DisplayName, HelpUrl string
		IsDirectory          bool
		Fields               []formField
		FieldGroups          []struct {
			Name    string
			Default bool
		}
	}
	printed := servicekit.NewStage(t).Run("config").WantExit(0).Stdout
	if err := json.Unmarshal([]byte(printed), &form); err != nil {
		t.Fatal(err)
	}
	got := slices.DeleteFunc(form.Fields, func(f formField) bool { return f.IsOps })
	want := []formField{
		{Name: "entra-tenant-id", DisplayName: "Entra tenant ID"},
		{Name: "entra-client-id", DisplayName: "Entra client ID"},
		{Name: "entra-client-secret", DisplayName: "Entra client secret", IsSecret: true},
		{Name: "entra-client-certificate", DisplayName: "Client Certificate"},
		{Name: "entra-client-certificate-private-key", DisplayName: "Client Certificate Private Key", IsSecret: true},
		{Name: "oauth2-token", DisplayName: "Sign in with Microsoft", IsSecret: true},
		{Name: "skip-ad-groups", DisplayName: "Skip syncing Active Directory Server groups"},
		{Name: "include-on-prem-group-members", DisplayName: "Include on-premises users in cloud group memberships"},
		{Name: "graph-domain", DisplayName: "Microsoft Graph domain"},
		{Name: "sign-in-activity", DisplayName: "Fetch user sign-in activity"},
		{Name: "schedule-scim-provisioning", DisplayName: "Schedule SCIM provisioning"},
		{Name: "disable-audit-log-feed", DisplayName: "Disable resource changed event feed"},
		{Name: "on-premises-extension-attributes", DisplayName: "Sync on-premises extension attributes for users"},
		{Name: "skip-unassigned-apps", DisplayName: "Skip enterprise applications without assignments"},
		{Name: "mailbox-settings", DisplayName: "Tell room, shared and equipment mailboxes from users"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("the form has\n%+v, want\n%+v", got, want)
	}
	if form.DisplayName == "" || form.HelpUrl == "" || !form.IsDirectory {
		t.Errorf("the form is of %q, with help at %q, of a directory: %v", form.DisplayName, form.HelpUrl, form.IsDirectory)
	}
	var groups []string
	for _, g := range form.FieldGroups {
		groups = append(groups, g.Name)
		if g.Default != (g.Name == "client-secret") {
			t.Errorf("%s is the default: %v", g.Name, g.Default)
		}
	}
	if !slices.Equal(groups, []string{"client-secret", "certificate", "oauth"}) {
		t.Errorf("the form has the groups %q", groups)
	}
}
