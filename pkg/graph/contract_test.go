package graph

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// example is one answer of Microsoft's reference pages.
type example struct {
	Method string          `json:"method"`
	URL    string          `json:"url"`
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
}

// contractExamples reads shared/graph-contract/examples.json, which lies beside a checkout where it is at all.
func contractExamples(t *testing.T) []example {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		b, err := os.ReadFile(filepath.Join(dir, "shared", "graph-contract", "examples.json"))
		if err != nil {
			continue
		}
		var file struct {
			Examples []example `json:"examples"`
		}
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatal(err)
		}
		return file.Examples
	}
	t.Log("shared/graph-contract is not here: nothing to hold against")
	return nil
}

// contractDecoders is the struct for the answers of each endpoint, by the path below the version.
var contractDecoders = []struct {
	path *regexp.Regexp
	rows func([]byte) ([]map[string]any, error)
}{
	{regexp.MustCompile(`^users$`), decoded[User]},
	{regexp.MustCompile(`^groups$`), decoded[Group]},
	{regexp.MustCompile(`^groups/[^/]+/(members|owners)(/microsoft\.graph\.\w+)?$`), decoded[Object]},
	{regexp.MustCompile(`^servicePrincipals$`), decoded[ServicePrincipal]},
	{regexp.MustCompile(`^servicePrincipals/[^/]+/owners$`), decoded[Object]},
	{regexp.MustCompile(`^servicePrincipals/[^/]+/appRoleAssignedTo$`), decoded[AppRoleAssignment]},
	{regexp.MustCompile(`^roleManagement/directory/roleDefinitions$`), decoded[RoleDefinition]},
	{regexp.MustCompile(`^roleManagement/directory/roleAssignments$`), decoded[RoleAssignment]},
	{regexp.MustCompile(`^auditLogs/directoryAudits$`), decoded[DirectoryAudit]},
}

// decoded passes a page through decodePage and gives the rows back as JSON objects.
func decoded[T row](body []byte) ([]map[string]any, error) {
	page, err := decodePage[T](body)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(page.Items)
	if err != nil {
		return nil, err
	}
	var rows []map[string]any
	return rows, json.Unmarshal(b, &rows)
}

var contractURL = regexp.MustCompile(`/v1\.0/([^?]*)`)

func TestDecodePage_ReadsMicrosoftsExamples(t *testing.T) {
	examples := contractExamples(t)
	pages := map[string]int{}
	for _, e := range examples {
		m := contractURL.FindStringSubmatch(e.URL)
		if m == nil || e.Method != "GET" || e.Status != 200 || !bytes.HasPrefix(e.Body, []byte("{")) {
			continue
		}
		for _, d := range contractDecoders {
			if d.path.MatchString(m[1]) {
				pages[d.path.String()]++
				holdAgainstExample(t, e, d.rows)
			}
		}
	}
	if len(examples) > 0 && len(pages) < 6 {
		t.Errorf("only these endpoints have an example: %v", pages)
	}
	t.Logf("examples by endpoint: %v", pages)
}

// survivors are the properties that must come out as they went in, where an example has them.
var survivors = []string{"id", "displayName", "@odata.type", "userPrincipalName", "mail", "jobTitle", "mobilePhone", "groupTypes", "securityEnabled",
	"mailEnabled", "visibility", "appId", "servicePrincipalType", "accountEnabled", "appRoleId", "principalId", "principalType", "roleDefinitionId",
	"directoryScopeId", "isBuiltIn", "templateId", "description",
	"activityDisplayName", "category", "result", "operationType"}

func holdAgainstExample(t *testing.T, e example, rows func([]byte) ([]map[string]any, error)) {
	t.Helper()
	var page struct {
		Value []map[string]any `json:"value"`
	}
	if err := json.Unmarshal(e.Body, &page); err != nil {
		t.Fatalf("%s: %v", e.URL, err)
	}
	got, err := rows(e.Body)
	// The pages leave ids out of some examples for brevity; the service does not.
	if slices.ContainsFunc(page.Value, func(r map[string]any) bool { return r["id"] == nil }) {
		if err == nil || got != nil {
			t.Errorf("%s: rows without an id were read", e.URL)
		}
		return
	}
	if err != nil || len(got) != len(page.Value) {
		t.Errorf("%s: %d rows of %d, %v", e.URL, len(got), len(page.Value), err)
		return
	}
	for i, want := range page.Value {
		for _, name := range survivors {
			if has, known := got[i][name]; known && plain(has) != plain(want[name]) {
				t.Errorf("%s: %s of row %d is %v, want %v", e.URL, name, i, has, want[name])
			}
		}
	}
}
