package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestRun_RefusesACommandLine(t *testing.T) {
	t.Parallel()
	for args, says := range map[string]string{
		"--sizes 10000,1000": "rising", "--sizes 5": "rising", "--repeat 0": "from 1", "--workers -1": "from 0", "stray": "everything is a flag", "--none": "none"} {
		var stderr bytes.Buffer
		if code := run(context.Background(), strings.Fields(args), &stderr, &stderr); code != 2 || !strings.Contains(stderr.String(), says) {
			t.Errorf("%s: exit %d: %s", args, code, &stderr)
		}
	}
}

func TestRun_SaysWhatFailed(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	code := run(context.Background(), []string{"--sizes", "100", "--connector", t.TempDir() + "/missing"}, &stdout, &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "missing") || stdout.Len() > 0 {
		t.Errorf("exit %d, %s%s", code, &stdout, &stderr)
	}
}

func TestBounds_DecideTheExitCode(t *testing.T) {
	t.Parallel()
	b := &bench{set: &settings{}, progress: &bytes.Buffer{}}
	m := measured{users: judgedFrom, checked: 1000, real: took{cpu: 13 * time.Second, wall: 16 * time.Second, connector: 250 << 20},
		floor: took{cpu: 10 * time.Second, wall: 10 * time.Second}}
	m.plan.Requests, m.plan.ResourceUnits, m.traffic = 1000, 1000, traffic{requests: 1100, units: 1150}
	b.judgeAtRest(m)
	var out bytes.Buffer
	if !b.printBounds(&out) || strings.Count(out.String(), "holds") != 6 {
		t.Errorf("everything is just in bounds:\n%s", &out)
	}
	m.missing, m.real, m.traffic = 1, took{cpu: 14 * time.Second, wall: 17 * time.Second, connector: 251 << 20}, traffic{requests: 1101, units: 1151}
	b.bounds = nil
	b.judgeAtRest(m)
	out.Reset()
	if b.printBounds(&out) || strings.Count(out.String(), "MISSED") != 6 {
		t.Errorf("everything is just out of bounds:\n%s", &out)
	}
	b.bounds, b.measured = nil, []measured{
		{users: judgedFrom / 10, real: took{connector: 50 << 20}}, {users: judgedFrom, real: took{connector: 100 << 20}}, {users: 10 * judgedFrom, real: took{connector: 121 << 20}}}
	b.judgeMemory()
	if len(b.bounds) != 1 || b.bounds[0].holds() {
		t.Errorf("a fifth more memory is allowed: %+v", b.bounds)
	}
}

func TestPartOf_CountsARequestToItsPart(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"/users?$top=999": partUsers, "/users/$count?": partRest, "/groups?$select=membershipRule&$expand=memberOf(%24select%3Did)": partGroups,
		"/groups?$expand=members(%24select%3Did)": partMemberships, "/groups?$expand=owners": partMemberships,
		"/groups/delta?$select=members": partMemberships, "/servicePrincipals?$select=id": partApps,
		"/servicePrincipals?$expand=appRoleAssignedTo": partAssignments, "/servicePrincipals/x/appRoleAssignedTo?": partAssignments,
		"/servicePrincipals?$expand=memberOf": partMemberships, "/subscribedSkus?": partRest} {
		path, query, _ := strings.Cut(address, "?")
		if got := partOf(graphsim.Request{Path: "/v1.0" + path, Query: query}); got != want {
			t.Errorf("%s is counted to %s, want %s", address, got, want)
		}
	}
}

func TestReport_HasATableOfEach(t *testing.T) {
	t.Parallel()
	b := &bench{set: &settings{workers: 4, repeat: 2}, progress: &bytes.Buffer{}, measured: []measured{{users: 1000, rows: digest{Grants: 25_000},
		traffic: traffic{requests: 1234, parts: map[string]int{partMemberships: 96}}, real: took{cpu: time.Second}, calls: map[string]int64{"list-grants": 1700, "list-grants:group": 1500, "list-grants:role": 200}}}}
	var out bytes.Buffer
	b.report(&out)
	for _, want := range []string{"4 workers, the best of 2 runs", "| 25,000 |", "| 1,234 |", "| 40.0 |", "96 requests, 1.5 s", "0 requests, 0.2 s"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}
