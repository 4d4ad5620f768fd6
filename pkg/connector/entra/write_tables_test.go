package entra

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// writeRow is a row of the README's two tables of what the connector changes: what it is about, and the clauses
// of the cells that say what the application needs.
type writeRow struct {
	what               string
	permissions, roles []clause
}

// clause is a part of a cell, up to a semicolon: when it counts, "" always, and what is needed then; of each need
// one alternative is enough. One that says "instead" stands in for the others.
type clause struct {
	when    string
	needs   [][]string
	instead bool
}

var (
	permissionName = regexp.MustCompile("`[^`]+`")
	roleName       = regexp.MustCompile(`([A-Z]\w+ )+Administrator|\bPAA\b|\bGA\b`)
)

func clausesOf(cell string, name *regexp.Regexp) (out []clause) {
	long := strings.NewReplacer("`", "", "PAA", "Privileged Authentication Administrator", "GA", "Global Administrator")
	for part := range strings.SplitSeq(cell, ";") {
		var names []string
		for _, n := range name.FindAllString(part, -1) {
			names = append(names, long.Replace(n))
		}
		if len(names) == 0 {
			continue
		}
		c := clause{when: strings.TrimSpace(part[:name.FindStringIndex(part)[0]]), instead: strings.Contains(part, "instead")}
		c.needs = [][]string{names}
		if !strings.Contains(part, " or ") {
			c.needs = slices.Collect(slices.Chunk(names, 1))
		}
		out = append(out, c)
	}
	return out
}

// writeRows reads the tables under "## What it changes".
func writeRows(t *testing.T) []writeRow {
	t.Helper()
	b, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(b), "\n## What it changes")
	section, _, _ = strings.Cut(section, "\n## ")
	var rows []writeRow
	for line := range strings.Lines(section) {
		if cells := strings.Split(line, "|"); len(cells) >= 6 && !strings.Contains(cells[3], "ermission") && !strings.HasPrefix(cells[1], " --") {
			rows = append(rows, writeRow{strings.TrimSpace(cells[1]), clausesOf(cells[3], permissionName), clausesOf(cells[4], roleName)})
		}
	}
	if len(rows) < 20 {
		t.Fatalf("the README's tables of changes have %d rows", len(rows))
	}
	return rows
}

// needsOf are what the clauses ask for under some conditions.
func needsOf(clauses []clause, when []string) (needs [][]string) {
	for _, c := range clauses {
		if c.when != "" && !slices.ContainsFunc(when, func(w string) bool { return strings.Contains(c.when, w) }) {
			continue
		}
		if c.instead {
			needs = nil
		}
		needs = append(needs, c.needs...)
	}
	return needs
}

// needed is what an operation needs by the README: permissions and directory roles.
type needed struct{ permissions, roles [][]string }

func (w writing) needed(t *testing.T, rows []writeRow) (n needed) {
	t.Helper()
	for _, name := range w.rows {
		i := slices.IndexFunc(rows, func(r writeRow) bool { return strings.HasPrefix(r.what, name) })
		if i < 0 {
			t.Fatalf("%s: the README has no row %q", w.name, name)
		}
		n.permissions = append(n.permissions, needsOf(rows[i].permissions, w.when)...)
		roles := needsOf(rows[i].roles, w.when)
		n.roles = append(n.roles, roles[max(0, len(roles)-1):]...) // the one for administrators is instead of the general one
	}
	return n
}

// ways is how many ways there are so that each alternative is in one.
func (n needed) ways() int {
	ways := 1
	for _, need := range slices.Concat(n.permissions, n.roles) {
		ways = max(ways, len(need))
	}
	return ways
}

// pick chooses an alternative of each need.
func pick(needs [][]string, way int) (out []string) {
	for _, need := range needs {
		out = append(out, need[way%len(need)])
	}
	return out
}

// least are the permissions of a way, with what the operation reads beside them.
func (w writing) least(n needed, way int) []string {
	return append(w.withReads(pick(n.permissions, way)), w.also...)
}

func (w writing) withReads(permissions []string) []string {
	for _, read := range w.reads {
		if !slices.Contains(permissions, read) && !slices.ContainsFunc(permissions, func(p string) bool { return slices.Contains(reads()[p], read) }) {
			permissions = append(permissions, read)
		}
	}
	return permissions
}

// reads says which permissions to write let their holder read as well.
func reads() map[string][]string {
	return map[string][]string{
		"User.ReadWrite.All": {"User.Read.All"}, "Group.ReadWrite.All": {"GroupMember.Read.All"},
		"Application.ReadWrite.All": {"Application.Read.All"}, "RoleManagement.ReadWrite.Directory": {"RoleManagement.Read.Directory"},
		"Directory.Read.All": {"User.Read.All", "GroupMember.Read.All", "Application.Read.All"},
	}
}

// Each row of the tables is tried.
func TestWrites_EveryRowOfTheREADMEIsTried(t *testing.T) {
	t.Parallel()
	for _, row := range writeRows(t) {
		if !slices.ContainsFunc(writings(), func(w writing) bool {
			return slices.ContainsFunc(w.rows, func(name string) bool { return strings.HasPrefix(row.what, name) })
		}) {
			t.Errorf("no operation tries the row %q", row.what)
		}
	}
}
