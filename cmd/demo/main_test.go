package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// small is a tenant that has every shape and takes a moment.
func small(binary, folder string) []string {
	return []string{"-seed", "7", "-users", "120", "-groups", "40", "-memberships", "900", "-apps", "20", "-assignments", "200",
		"-binary", binary, "-file", filepath.Join(folder, "sync.c1z"), "-log", filepath.Join(folder, "logs", "demo.log"),
		"-traffic", filepath.Join(folder, "traffic.jsonl")}
}

func TestDemo_ShowsASyncThatHoldsUp(t *testing.T) {
	binary, folder := builtConnector(t, "baton-microsoft-entra"), t.TempDir()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), small(binary, folder), &stdout, &stderr); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, &stdout, &stderr)
	}
	for _, want := range []string{"120 users, 40 groups with 900 memberships", "\nuser                                  120 ",
		"as many as the tenant has", "in all, where the plan needs", "make explore"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, &stdout)
		}
	}
	checkTraffic(t, filepath.Join(folder, "traffic.jsonl"))
	if info, err := os.Stat(filepath.Join(folder, "logs", "demo.log")); err != nil || info.Size() == 0 {
		t.Errorf("the connector's log: %v, %v", info, err)
	}
	t.Run("as a service", func(t *testing.T) { showsService(t, binary) })
}

func checkTraffic(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range bytes.Split(bytes.TrimSpace(b), []byte("\n")) {
		var r struct {
			Method, URL string
			Status      int
		}
		if err := json.Unmarshal(line, &r); err != nil || r.Method == "" || r.URL == "" || r.Status != 200 {
			t.Errorf("line of traffic: %v: %s", err, line)
		}
	}
}

func TestDemo_SaysWhatFailed(t *testing.T) {
	folder := t.TempDir()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), small(filepath.Join(folder, "missing"), folder), &stdout, &stderr); code != 1 {
		t.Errorf("exit %d", code)
	}
	if !strings.Contains(stderr.String(), "missing") {
		t.Errorf("the program that could not be run is not named: %s", &stderr)
	}
}

func TestDemo_CommandLine(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-h"}, 0, "-memberships"},
		{[]string{"-nonsense"}, 2, "-nonsense"},
		{[]string{"stray"}, 2, "stray"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(context.Background(), test.args, &stdout, &stderr); code != test.code {
			t.Errorf("%v: exit %d, want %d", test.args, code, test.code)
		}
		if !strings.Contains(stderr.String(), test.says) {
			t.Errorf("%v: %q does not say %q", test.args, &stderr, test.says)
		}
	}
}

func TestDemo_IsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	folder := t.TempDir()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, small(os.Args[0], folder), &stdout, &stderr); code != 130 {
		t.Errorf("exit %d: %s", code, &stderr)
	}
}

func TestCompare_TellsEveryDifference(t *testing.T) {
	got := found{"user": {resources: 3}, "ghost": {resources: 1}}
	want := found{"user": {resources: 4}, "group": {direct: 1000}}
	var out bytes.Buffer
	err := compare(&out, got, want)
	if err == nil {
		t.Fatal("nothing found")
	}
	for _, sentence := range []string{"user: the file has 3 resources, the tenant 4", "ghost: the file has 1 resources, the tenant 0",
		"group: the file has 0 direct grants, the tenant 1,000"} {
		if !strings.Contains(err.Error(), sentence) {
			t.Errorf("%q is missing in: %v", sentence, err)
		}
	}
}

func TestPrintRequests_RefusesMoreThanPlanned(t *testing.T) {
	history := []graphsim.Request{
		{Method: "POST", Path: "/tenant/oauth2/v2.0/token"},
		{Method: "GET", Path: "/v1.0/groups/0189f3a2-1111-4222-8333-0123456789ab/members", ResourceUnits: 2},
		{Method: "GET", Path: "/v1.0/groups/0189f3a2-1111-4222-8333-0123456789ac/members", ResourceUnits: 2},
	}
	var out bytes.Buffer
	if err := printRequests(&out, history, 2); err != nil {
		t.Error(err)
	}
	if want := "       2  GET /v1.0/groups/{id}/members\n       2  in all, where the plan needs 2; 4 resource units. Sign-in took 1 more.\n"; !strings.Contains(out.String(), want) {
		t.Errorf("got %s", &out)
	}
	if err := printRequests(&out, history, 1); err == nil {
		t.Error("one request too many was not noticed")
	}
}

func TestNumber_SetsThousandsApart(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := number(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
