package entra

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/sync"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// permissionRow is a row of the README's table: a permission, and what it is needed for, resource types and flags.
type permissionRow struct {
	permission string
	neededFor  []string
	optional   bool
}

var backticked = regexp.MustCompile("`([^`]+)`")

// readmePermissions reads the table under "### Permissions".
func readmePermissions(t *testing.T) []permissionRow {
	t.Helper()
	b, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(b), "### Permissions")
	section, _, _ = strings.Cut(section, "\n## ")
	var rows []permissionRow
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		row := permissionRow{permission: backticked.FindStringSubmatch(cells[1])[1], optional: strings.Contains(cells[1], "optional")}
		for _, m := range backticked.FindAllStringSubmatch(cells[3], -1) {
			row.neededFor = append(row.neededFor, m[1])
		}
		rows = append(rows, row)
	}
	if len(rows) < 5 {
		t.Fatalf("the README's table of permissions has %d rows", len(rows))
	}
	return rows
}

// needs are the permissions that the README asks for.
func needs(t *testing.T, wanted ...string) []string {
	t.Helper()
	var permissions []string
	for _, row := range readmePermissions(t) {
		if !row.optional && slices.ContainsFunc(wanted, func(w string) bool { return slices.Contains(row.neededFor, w) }) {
			permissions = append(permissions, row.permission)
		}
	}
	return permissions
}

// combination is a choice of resource types and switches.
type combination struct {
	name  string
	types []string
	flags []string
	turn  func(*config.Entra)
}

func everyResourceType() []string {
	return []string{typeUser, typeGroup, typeApplication, typeManagedIdentity, typeRole, typeLicense, typeCredential}
}

func combinations() []combination {
	none := func(*config.Entra) {}
	all := everyResourceType()
	list := []combination{{name: "everything", types: all, turn: none}}
	for _, resourceType := range all {
		list = append(list, combination{name: resourceType, types: []string{resourceType}, turn: none})
	}
	return append(list,
		combination{"users and groups", []string{typeUser, typeGroup}, nil, none},
		combination{"sign-in activity", all, []string{"--sign-in-activity"}, func(cfg *config.Entra) { cfg.SignInActivity = true }},
		combination{"mailbox settings", []string{typeUser}, []string{"--mailbox-settings"}, func(cfg *config.Entra) { cfg.MailboxSettings = true }},
		combination{"extension attributes", []string{typeUser}, nil, func(cfg *config.Entra) { cfg.OnPremisesExtensionAttributes = true }},
		combination{"fewer groups and applications", all, nil, func(cfg *config.Entra) { cfg.SkipAdGroups, cfg.SkipUnassignedApps = true, true }},
		combination{"every switch", all, []string{"--sign-in-activity", "--mailbox-settings"}, everySwitch},
	)
}

func everySwitch(cfg *config.Entra) {
	cfg.SignInActivity, cfg.MailboxSettings, cfg.OnPremisesExtensionAttributes = true, true, true
	cfg.SkipAdGroups, cfg.IncludeOnPremGroupMembers, cfg.SkipUnassignedApps = true, true, true
}

// sync syncs a tenant that has consented to some permissions, and records the traffic.
func (c combination) sync(t *testing.T, permissions []string, traffic *bytes.Buffer) error {
	t.Helper()
	o := graphsim.Options{Seed: 41, Users: 130, Groups: 30, Apps: 20, Permissions: permissions}
	if traffic != nil {
		o.Traffic = traffic
	}
	sim := startTenant(t, o)
	cfg := settingsOf(sim)
	c.turn(cfg)
	builder := connectAs(t, sim, cfg, &testkit.QuickClock{}, c.types...)
	path := filepath.Join(t.TempDir(), "sync.c1z")
	err := testkit.Sync(context.Background(), t, builder, path, sync.WithSyncResourceTypes(c.types))
	if err == nil {
		c.check(t, testkit.Read(context.Background(), t, path), expectWith(readCensus(t, sim), builder.switches))
	}
	return err
}

// check holds the resources of the chosen types against the tenant.
func (c combination) check(t *testing.T, got *testkit.Contents, want *expected) {
	t.Helper()
	chosen := map[string]bool{}
	for key := range want.Resources {
		if kind, _, _ := cut(key); slices.Contains(c.types, kind) {
			chosen[key] = true
		}
	}
	testkit.Same(t, c.name+": resources", got.Resources, chosen)
}

// The README's table is enough for each choice of types and switches, and no row of it is too many: a sync
// without one of them is refused at the door with its name. What Microsoft publishes is asked, too, where
// the checker is at hand.
func TestPermissions_OfTheREADMEAreEnoughAndNoneIsIdle(t *testing.T) {
	t.Parallel()
	check := graphcheck(t)
	for _, c := range combinations() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			permissions := needs(t, append(slices.Clone(c.types), c.flags...)...)
			var traffic bytes.Buffer
			if err := c.sync(t, permissions, &traffic); err != nil {
				t.Fatalf("with %v: %v", permissions, err)
			}
			check(t, permissions, traffic.Bytes())
			for i, missing := range permissions {
				err := c.sync(t, slices.Delete(slices.Clone(permissions), i, i+1), nil)
				if status.Code(err) != codes.PermissionDenied || !strings.Contains(err.Error(), "application permission "+missing) {
					t.Errorf("without %s: %v", missing, err)
				}
			}
		})
	}
}

// graphcheck returns the check of recorded traffic against what Microsoft publishes. Where the checker is not
// at hand it says so, once, and checks nothing. Permissions that no path shows can be named last: they may be idle.
func graphcheck(t *testing.T) func(t *testing.T, permissions []string, traffic []byte, unseen ...string) {
	t.Helper()
	folder := os.Getenv("GRAPHCHECK")
	if folder == "" {
		folder = "../../../../shared/tools/graphcheck"
	}
	if _, err := os.Stat(folder); err != nil {
		t.Logf("no graphcheck at %s: the requests are not held against Microsoft's tables", folder)
		return func(*testing.T, []string, []byte, ...string) {}
	}
	tool := filepath.Join(t.TempDir(), "graphcheck.exe")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", tool, ".")
	build.Dir = folder
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build graphcheck: %v\n%s", err, out)
	}
	return func(t *testing.T, permissions []string, traffic []byte, unseen ...string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "traffic.jsonl")
		if err := os.WriteFile(file, traffic, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), tool, "-permissions", strings.Join(permissions, ","), "-also", strings.Join(unseen, ","), file)
		cmd.Dir = folder
		out, err := cmd.CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte("of no use to this traffic 0: ; covered by the others 0:")) {
			t.Errorf("with %v: %v\n%s", permissions, err, out)
		}
	}
}

// documentedRead is the list of permissions that ConductorOne's documentation asks for to read.
func documentedRead() []string {
	return []string{"Application.Read.All", "AuditLog.Read.All", "Directory.Read.All", "Group.Read.All", "GroupMember.Read.All", "MailboxSettings.Read",
		"RoleAssignmentSchedule.Read.Directory", "RoleEligibilitySchedule.Read.Directory", "RoleManagement.Read.All", "RoleManagement.Read.Directory",
		"RoleManagementAlert.Read.Directory", "RoleManagementPolicy.Read.AzureADGroup", "RoleManagementPolicy.Read.Directory",
		"ServicePrincipalEndpoint.Read.All", "User.Read.All", "User.ReadBasic.All"}
}

// An application that was set up for ConductorOne's own connector needs nothing more.
func TestPermissions_OfConductorOnesListAreEnoughForEverything(t *testing.T) {
	t.Parallel()
	c := combination{name: "every switch", types: everyResourceType(), turn: everySwitch}
	if err := c.sync(t, documentedRead(), nil); err != nil {
		t.Fatal(err)
	}
}
