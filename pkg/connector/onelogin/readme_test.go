package onelogin

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// section is what stands below a heading of the README, up to the next one of any level.
func section(t *testing.T, heading string) string {
	t.Helper()
	content, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(content), "\n### "+heading+"\n")
	if !found {
		t.Fatalf("the README has no heading %q", heading)
	}
	text, _, _ = strings.Cut(text, "\n##")
	return text
}

// table is the rows of the table in a text whose first row begins with a word, that row among them. Cells are without
// the blanks around them.
func table(t *testing.T, text, first string) (rows [][]string) {
	t.Helper()
	_, text, found := strings.Cut(text, "\n| "+first+" |")
	if !found {
		t.Fatalf("the README has no table that begins with %q", first)
	}
	for line := range strings.Lines("| " + first + " |" + text) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		if strings.HasPrefix(line, "| ---") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	return rows
}

var backticked = regexp.MustCompile("`([^`]+)`")

// inBackticks are what a text has between backticks.
func inBackticks(text string) (names []string) {
	for _, match := range backticked.FindAllStringSubmatch(text, -1) {
		names = append(names, match[1])
	}
	return names
}
