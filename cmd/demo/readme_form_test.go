package main

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// notInAnchors is what GitHub leaves out of a heading to make its anchor.
var notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// anchorsOf are those of the headings of a document. Two of one name would make the second unreachable by it.
func anchorsOf(t *testing.T, document string) map[string]bool {
	t.Helper()
	anchors := map[string]bool{}
	for _, line := range prose(t, document) {
		heading, isHeading := strings.CutPrefix(strings.TrimLeft(line, "#"), " ")
		if !strings.HasPrefix(line, "#") || !isHeading {
			continue
		}
		anchor := strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(strings.TrimSpace(heading)), ""), " ", "-")
		if anchors[anchor] {
			t.Errorf("%s: two headings have the anchor %s", document, anchor)
		}
		anchors[anchor] = true
	}
	return anchors
}

// prose are the lines of a document, with empty ones in the place of what stands in fences.
func prose(t *testing.T, document string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../..", document))
	if err != nil {
		t.Fatal(err)
	}
	lines, code := strings.Split(string(content), "\n"), false
	for i, line := range lines {
		isFence := strings.HasPrefix(strings.TrimSpace(line), "```")
		if code || isFence {
			lines[i] = ""
		}
		code = code != isFence
	}
	return lines
}

// TestReadme_TablesAreWhole: each row of a table has as many cells as its head.
func TestReadme_TablesAreWhole(t *testing.T) {
	t.Parallel()
	for _, document := range []string{"README.md", "cmd/tenant-simulator/README.md", "deploy/helm/baton-connector/README.md", ".github/CONTRIBUTING.md"} {
		cells := 0
		for _, line := range prose(t, document) {
			n := 0
			if strings.HasPrefix(line, "|") {
				n = strings.Count(line, "|")
			}
			if n != cells && n != 0 && cells != 0 {
				t.Errorf("%s: %d cells, and the rows before have %d: %s", document, n-1, cells-1, line)
			}
			cells = n
		}
	}
}

var linked = regexp.MustCompile(`\]\(([^)#\s]*)(?:#([^)\s]+))?\)`)

// TestReadme_LinksLead: each link of the README goes to a file that is there, and to one of its headings.
func TestReadme_LinksLead(t *testing.T) {
	t.Parallel()
	found := 0
	for _, link := range linked.FindAllStringSubmatch(strings.Join(prose(t, "README.md"), "\n"), -1) {
		if strings.HasPrefix(link[1], "https://") {
			continue
		}
		found++
		document := cmp.Or(link[1], "README.md")
		if _, err := os.Stat(filepath.Join("../..", document)); err != nil {
			t.Errorf("the link to %s: %v", document, err)
		} else if link[2] != "" && !anchorsOf(t, document)[link[2]] {
			t.Errorf("%s has no heading %s", document, link[2])
		}
	}
	if found < 10 {
		t.Errorf("only %d links were found", found)
	}
}
