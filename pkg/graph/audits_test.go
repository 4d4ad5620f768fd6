package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

func TestListDirectoryAudits_TellsWhatWasDoneToWhat(t *testing.T) {
	sim, _ := startLog(t, graphsim.Options{Seed: 7})
	census := sim.Census()
	group, user := census.Groups[len(census.Groups)-1].ID(), census.Users[3].ID()
	if err := sim.Tenant().AddMember(group, user); err != nil {
		t.Fatal(err)
	}
	got := byID(t, simClient(t, sim), func(c *Client, ctx context.Context, next string) (Page[DirectoryAudit], error) {
		return c.ListDirectoryAudits(ctx, Period{}, 0, next)
	})
	for _, want := range sim.Tenant().Audits() {
		a := got[want.ID]
		if a.Activity != want.Activity || a.Category != want.Category || a.Result != "success" || a.OperationType == "" || !a.At.Equal(want.At.Truncate(100)) {
			t.Errorf("got %+v, want %+v", a, want)
		}
		if len(a.Targets) != len(want.Targets) {
			t.Fatalf("got %+v, want %+v", a.Targets, want.Targets)
		}
		for i, target := range a.Targets {
			if target.ID != want.Targets[i].ID || target.Type != want.Targets[i].Type || (target.GroupType != "") != (target.Type == "Group") {
				t.Errorf("target %+v, want %+v", target, want.Targets[i])
			}
		}
		if a.Activity == "Add member to group" && !tells(a, group) {
			t.Errorf("%+v does not tell the group %s", a, group)
		}
	}
	if len(got) != 7 {
		t.Errorf("%d records", len(got))
	}
}

// tells says whether a record names an id, as a target or as a value of one.
func tells(a DirectoryAudit, id string) bool {
	return slices.ContainsFunc(a.Targets, func(target AuditTarget) bool {
		return target.ID == id || slices.ContainsFunc(target.Modified, func(p ModifiedProperty) bool {
			before, after := p.Values()
			return slices.Contains(append(before, after...), id)
		})
	})
}

func TestListDirectoryAudits_ReadsTheSpellingsOfMicrosoft(t *testing.T) {
	page, err := decodePage[DirectoryAudit]([]byte(`{"@microsoft.graph.tips":"x","value":[{"id":"Directory_1","activityDateTime":"2018-01-09T21:20:02.7215374Z",
		"activityDisplayName":"Add member to group","result":"success","operationType":null,"targetResources":[null,
		{"id":"g","displayName":null,"Type":"Group","groupType":"unifiedGroups","modifiedProperties":null},
		{"id":"u","type":"User","modifiedProperties":[{"displayName":"Group.ObjectID","oldValue":null,"newValue":"\"g\""}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	a := page.Items[0]
	_, after := a.Targets[2].Modified[0].Values()
	if a.Targets[1].Type != "Group" || a.Targets[2].Type != "User" || !slices.Equal(after, []string{"g"}) ||
		!a.At.Equal(time.Date(2018, 1, 9, 21, 20, 2, 721537400, time.UTC)) {
		t.Errorf("%+v", a)
	}
}

func TestModifiedProperty_UnwrapsItsValues(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "null": nil, `""`: nil, "[]": nil, "[null]": nil, " x ": {"x"}, `"x"`: {"x"}, `["x"]`: {"x"}, `["x","y"]`: {"x", "y"},
		`"[\"x\"]"`: {"x"}, `["\"x\""]`: {"x"}, `[true]`: {"true"}, "true": {"true"}, `{"a":1}`: {`{"a":1}`}, `[{"a":1}]`: {`{"a":1}`},
		`["[SkuName=A, SkuId=b]"]`: {"[SkuName=A, SkuId=b]"}, "[not JSON": {"[not JSON"}, `"\"\\\"\\\\\\\"x\\\\\\\"\\\"\""`: {`"x"`},
	} {
		before, after := ModifiedProperty{Old: text, New: text}.Values()
		if !slices.Equal(before, want) || !slices.Equal(after, want) {
			t.Errorf("%s: %q and %q, want %q", text, before, after, want)
		}
	}
}

func FuzzModifiedProperty(f *testing.F) {
	for _, seed := range []string{`"x"`, `["x",["y"]]`, `"\"x\""`, "x", "", "null", `{"a":[1e999]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		before, after := ModifiedProperty{Old: text, New: string(b)}.Values()
		if slices.Contains(before, "") || slices.Contains(after, "") {
			t.Errorf("%q has an empty value", text)
		}
	})
}

func TestListSignIns_DecodesEveryProperty(t *testing.T) {
	sim, _ := startLog(t, graphsim.Options{Seed: 7})
	names := map[string]string{}
	census := sim.Census()
	for _, u := range census.Users {
		names[u.ID()] = u.Text("displayName")
	}
	apps := map[string]string{}
	for _, a := range census.ServicePrincipals {
		apps[a.Text("appId")] = a.Text("displayName")
	}
	got := byID(t, simClient(t, sim), func(c *Client, ctx context.Context, next string) (Page[SignInRecord], error) {
		return c.ListSignIns(ctx, Period{}, 0, next)
	})
	failed, itself, foreign := 0, 0, 0
	for _, want := range sim.Tenant().SignIns() {
		s := got[want.ID]
		if s.UserID != want.UserID || s.AppID != want.AppID || s.ServicePrincipalID != want.ServicePrincipalID || s.ErrorCode == nil || *s.ErrorCode != want.ErrorCode ||
			!s.At.Equal(want.At) || s.UserDisplayName != names[s.UserID] || s.Interactive != (s.UserID != "") {
			t.Errorf("got %+v, want %+v", s, want)
		}
		if name, listed := apps[s.AppID]; listed && s.AppDisplayName != name || !listed && s.AppDisplayName == "" {
			t.Errorf("the application of %+v is called %q", s, name)
		} else if !listed {
			foreign++
		}
		if !s.Succeeded() {
			failed++
		}
		if s.UserID == "" {
			itself++
		}
	}
	if failed == 0 || itself == 0 || foreign == 0 {
		t.Errorf("%d failed, %d of applications themselves, %d to some that the tenant does not list: all have to be there", failed, itself, foreign)
	}
}

// TestLogs_TellAMissingLicenceFromAMissingPermission and both from a cloud that has no logs.
func TestLogs_TellAMissingLicenceFromAMissingPermission(t *testing.T) {
	generous := []string{"AuditLog.Read.All"}
	for name, test := range map[string]struct {
		options         graphsim.Options
		audits, signIns int
		premium         bool
	}{
		"no permission": {graphsim.Options{Permissions: []string{"User.Read.All"}}, 403, 403, false},
		"no licence":    {graphsim.Options{Permissions: generous, WithoutPremium: true}, 0, 403, true},
		"China":         {graphsim.Options{Permissions: generous, Cloud: "china"}, 400, 400, false},
	} {
		c := simClient(t, startSim(t, test.options))
		_, audits := c.ListDirectoryAudits(t.Context(), Period{}, 0, "")
		_, signIns := c.ListSignIns(t.Context(), Period{}, 0, "")
		if statusOf(audits) != test.audits || statusOf(signIns) != test.signIns || errors.Is(signIns, ErrNoPremium) != test.premium || errors.Is(audits, ErrNoPremium) {
			t.Errorf("%s: %v; %v", name, audits, signIns)
		}
	}
}

// TestLogs_KeepTheLimitOfTheReports has client and tenant look at one clock, which moves by waiting alone.
func TestLogs_KeepTheLimitOfTheReports(t *testing.T) {
	clock := &fakeClock{now: time.Now()}
	sim := startSim(t, graphsim.Options{Seed: 7, PageSize: 2, Users: 20, Now: clock.Now, TokenLifetime: 24 * time.Hour, Permissions: []string{"AuditLog.Read.All"}})
	for range 9 {
		if _, err := sim.Tenant().AddGroup(map[string]any{"displayName": "x"}); err != nil {
			t.Fatal(err)
		}
	}
	base, err := url.Parse(sim.URL())
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(base, transport.New(transport.Config{Base: sim.Client().Transport, Host: base.Host, Tokens: simTokens(sim), Clock: clock, Lanes: Lanes()}))
	if err != nil {
		t.Fatal(err)
	}
	start, requests := clock.Now(), 0
	for _, r := range logReaders() {
		_, pages, err := r.walk(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		requests += pages
	}
	sent := graphRequests(sim)
	for _, r := range sent {
		if r.Status != http.StatusOK {
			t.Errorf("%s was answered %d", r.Path, r.Status)
		}
	}
	rounds := (requests - 1) / 5
	if took := clock.Now().Sub(start); len(sent) != requests || rounds < 2 || took != time.Duration(rounds)*10*time.Second {
		t.Errorf("%d requests for %d pages in %v", len(sent), requests, took)
	}
}
