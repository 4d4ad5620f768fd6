package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/spf13/viper"
)

// The lists of other jobs repeat a switch inside the SDK. A job that a later SDK adds would be taken for a sync.
func TestJobs_AreThoseOfTheSDKsMainCommand(t *testing.T) {
	source := readSDK(t, "pkg/cli/commands.go")
	start := strings.Index(source, "func MakeMainCommand")
	end := strings.Index(source, "WithOnDemandSync(")
	if start < 0 || end < start {
		t.Fatal("the SDK's main command looks different: compare isOneShotSync with it by hand")
	}
	var texts, switches []string
	job := regexp.MustCompile(`case v\.Get(\w+)\("([^"]+)"\)`)
	for _, match := range job.FindAllStringSubmatch(source[start:end], -1) {
		if match[1] == "Bool" {
			switches = append(switches, match[2])
		} else {
			texts = append(texts, match[2])
		}
	}
	if !slices.Equal(texts, textJobs()) || !slices.Equal(switches, switchJobs()) {
		t.Errorf("the SDK's jobs are\n%v\n%v", texts, switches)
	}
	if cases := strings.Count(source[start:end], "\n\t\t\tcase "); cases != len(texts)+len(switches) {
		t.Errorf("the SDK's switch has %d cases, of which %d were understood", cases, len(texts)+len(switches))
	}
}

func TestFlags_AreTheSDKs(t *testing.T) {
	for _, name := range append(append(textJobs(), switchJobs()...), fileFlag, tempDirFlag, someResourcesFlag, provisioningFlag, workersFlag, clientIDFlag, clientSecretFlag, healthCheckFlag) {
		if !slices.ContainsFunc(field.DefaultFields, func(f field.SchemaField) bool { return f.FieldName == name }) {
			t.Errorf("the SDK has no flag --%s", name)
		}
	}
}

func TestIsOneShotSync(t *testing.T) {
	cases := map[string]bool{
		"sync-resources=bid:r:user/1": true, "sync-resource-types=user": true, "provisioning=true": true,
		"event-feed=audit": true, "create-account-email=a@b": true, "workers=4": true,
		"event-feed=true": false, "client-id=x": false, "file=": false,
	}
	for _, name := range textJobs() {
		cases[name+"=x"] = false
	}
	for _, name := range switchJobs() {
		cases[name+"=true"] = false
		cases[name+"=false"] = true
	}
	for setting, want := range cases {
		v := viper.New()
		v.Set(fileFlag, "sync.c1z")
		name, value, _ := strings.Cut(setting, "=")
		v.Set(name, value)
		if got := isOneShotSync(v); got != want {
			t.Errorf("%s: %v, want %v", setting, got, want)
		}
	}
}

// readSDK reads a file of the SDK that this module builds with.
func readSDK(t *testing.T, name string) string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/conductorone/baton-sdk").Output()
	if err != nil {
		t.Fatalf("find the SDK's source: %v", err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestMayWrite_OnlyWhereItIsSwitchedOn(t *testing.T) {
	for _, job := range writeJobs() {
		if !slices.Contains(textJobs(), job) {
			t.Errorf("--%s is no job of the SDK", job)
		}
		v := viper.New()
		v.Set(job, "x")
		if err := mayWrite(v); err == nil || !strings.Contains(err.Error(), "--"+job) || !strings.Contains(err.Error(), "--provisioning") {
			t.Errorf("--%s: %v", job, err)
		}
		v.Set(provisioningFlag, true)
		if err := mayWrite(v); err != nil {
			t.Errorf("--%s with leave: %v", job, err)
		}
	}
	v := viper.New()
	v.Set("invoke-action", "x")
	if err := mayWrite(v); err != nil {
		t.Errorf("an action: %v", err)
	}
}
