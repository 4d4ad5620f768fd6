package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/field"

	entra "github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	onelogin "github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
)

// variableName is a variable in the README, or the end of one whose beginning the name before it has.
var variableName = regexp.MustCompile("`(BATON|…)_([A-Z0-9_]+)")

// everySetting is what --help of one of the connectors offers.
func everySetting() []field.SchemaField {
	return slices.Concat(entra.Config.Fields, onelogin.Config.Fields, field.DefaultFields)
}

// variableOf is the variable of a setting.
func variableOf(f field.SchemaField) string {
	return "BATON_" + strings.ToUpper(strings.ReplaceAll(f.FieldName, "-", "_"))
}

// TestReadme_NamesEveryVariable holds the README's tables against what --help offers.
func TestReadme_NamesEveryVariable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	named, last := map[string]bool{}, ""
	for _, match := range variableName.FindAllStringSubmatch(string(readme), -1) {
		if match[1] == "BATON" {
			last = match[2]
			named[last] = true
			continue
		}
		named[last+"_"+match[2]] = true
		named[last[:max(0, strings.LastIndex(last, "_"))]+"_"+match[2]] = true
	}
	for _, f := range everySetting() {
		if name := variableOf(f); !f.SyncerConfig.Hidden && !named[strings.TrimPrefix(name, "BATON_")] {
			t.Errorf("the README does not name %s", name)
		}
	}
}

// flagRow is a row of a table of flags, with the flag and the variable.
var flagRow = regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| `(BATON_[A-Z_]+)` \\| (.+) \\|$")

// TestReadme_HasARowForEachFlagOfOneLogin: its own section has every flag that is not the SDK's, with its variable and the
// label of ConductorOne's form, and no other.
func TestReadme_HasARowForEachFlagOfOneLogin(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n### Flags and variables of baton-onelogin\n")
	section, _, _ = strings.Cut(section, "\n### ")
	rows := map[string][]string{}
	for _, row := range flagRow.FindAllStringSubmatch(section, -1) {
		rows[row[1]] = row[2:]
	}
	for _, f := range onelogin.Config.Fields {
		row := rows[f.FieldName]
		delete(rows, f.FieldName)
		label := f.ConnectorConfig.DisplayName
		if len(row) == 0 || row[0] != variableOf(f) || label != "" && !strings.Contains(row[1], `"`+label+`"`) {
			t.Errorf("--%s, labelled %q: the README's row is %q", f.FieldName, label, row)
		}
	}
	if len(rows) > 0 {
		t.Errorf("rows of flags that are none: %v", rows)
	}
}
