package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/field"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
)

// variableName is a variable in the README, or the end of one whose beginning the name before it has.
var variableName = regexp.MustCompile("`(BATON|…)_([A-Z0-9_]+)")

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
	for _, f := range slices.Concat(config.Config.Fields, field.DefaultFields) {
		if name := strings.ToUpper(strings.ReplaceAll(f.FieldName, "-", "_")); !f.SyncerConfig.Hidden && !named[name] {
			t.Errorf("the README does not name BATON_%s", name)
		}
	}
}
