package chart_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// leaves are the values of the chart that are no sections, by path, each in JSON.
func leaves(t *testing.T, prefix string, section map[string]any, into map[string]string) {
	t.Helper()
	for key, value := range section {
		if inner, isSection := value.(map[string]any); isSection && len(inner) > 0 {
			leaves(t, prefix+key+".", inner, into)
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		into[prefix+key] = string(text)
	}
}

func TestReadme_HasARowForEachValue(t *testing.T) {
	t.Parallel()
	var values map[string]any
	readYAML(t, chartDir+"/values.yaml", &values)
	want := map[string]string{}
	leaves(t, "", values, want)

	got := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\|").FindAllStringSubmatch(readme(t), -1) {
		got[row[1]] = row[2]
	}
	for path, value := range want {
		if got[path] != value {
			t.Errorf("README: %s has the default %q, the chart %q", path, got[path], value)
		}
	}
	for path := range got {
		if _, found := want[path]; !found {
			t.Errorf("README: the chart has no %s", path)
		}
	}
}

func TestReadme_ItsValuesAreTaken(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile("(?ms)^ *```yaml\n(.*?)^ *```").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) < 4 {
		t.Fatalf("%d blocks of values", len(blocks))
	}
	for _, block := range blocks {
		render(t, block[1])
	}
}

func TestSchema_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	var schema any
	readYAML(t, chartDir+"/values.schema.json", &schema)
	open := openObjects("", schema)
	// Maps of the person's own names, and what Kubernetes itself checks.
	want := map[string]bool{"global": true, "affinity": true, "items": true}
	for _, path := range open {
		if name := path[strings.LastIndex(path, "/")+1:]; !want[name] {
			t.Errorf("the schema takes any key at %s", path)
		}
	}
}

// openObjects are the places of a schema that take an object of any keys.
func openObjects(path string, node any) []string {
	var out []string
	schema, isObject := node.(map[string]any)
	if !isObject {
		return nil
	}
	if _, closed := schema["additionalProperties"]; schema["type"] == "object" && !closed {
		out = append(out, path)
	}
	for key, inner := range schema {
		out = append(out, openObjects(path+"/"+key, inner)...)
	}
	return out
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(chartDir + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
