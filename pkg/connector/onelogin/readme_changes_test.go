package onelogin

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
)

// TestReadme_FieldsOfANewAccount: those of the form, in its order, and which of them have to be given.
func TestReadme_FieldsOfANewAccount(t *testing.T) {
	t.Parallel()
	_, text, _ := strings.Cut(section(t, "What it changes in OneLogin"), "\n- A new account has ")
	text, _, _ = strings.Cut(text, ". Its password")
	required, optional, found := strings.Cut(text, "and can have")
	if !found {
		t.Fatalf("the README does not say which fields a new account can have: %q", text)
	}
	var must, may []string
	for _, f := range accountFields() {
		if f.Required {
			must = append(must, f.Name)
			continue
		}
		may = append(may, f.Name)
	}
	if !slices.Equal(inBackticks(required), must) || !slices.Equal(inBackticks(optional), may) {
		t.Errorf("the README has %q and %q, the form %q and %q", inBackticks(required), inBackticks(optional), must, may)
	}
}

// schemas are what a connector says of its actions.
type schemas map[string]*v2.BatonActionSchema

func (s schemas) Register(_ context.Context, schema *v2.BatonActionSchema, _ actions.ActionHandler) error {
	s[schema.GetName()] = schema
	return nil
}

// RegisterAction is the older form of Register.
func (s schemas) RegisterAction(ctx context.Context, _ string, schema *v2.BatonActionSchema, do actions.ActionHandler) error {
	return s.Register(ctx, schema, do)
}

// TestReadme_ActionTable: each action has a row, with all its arguments and results, and what the row shows is taken.
func TestReadme_ActionTable(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 76, nil, nil)
	all := schemas{}
	if err := d.c.GlobalActions(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	people := d.people(2)
	fill := strings.NewReplacer(`"user_id":"…"`, `"user_id":"`+numbered(people[0])+`"`, "<user id>", numbered(people[0]),
		"<user id, mail address or username; empty removes>", d.user(people[1]).Email, "…", "Something else")
	for _, row := range table(t, section(t, "What it changes in OneLogin"), "Action")[1:] {
		name, shown := inBackticks(row[0])[0], inBackticks(row[1])
		schema := all[name]
		delete(all, name)
		if schema == nil {
			t.Errorf("there is no action %s", name)
			continue
		}
		var args map[string]any
		if err := json.Unmarshal([]byte(fill.Replace(shown[0])), &args); err != nil {
			t.Errorf("%s: %v in %s", name, err, shown[0])
			continue
		}
		holdsSchema(t, row, append(slices.Collect(maps.Keys(args)), shown[1:]...), schema)
		if result, err := d.act(t.Context(), name, args); err != nil {
			t.Errorf("%s %v: %v, %v", name, args, result, err)
		}
	}
	if len(all) > 0 {
		t.Errorf("the table has no row of %v", slices.Sorted(maps.Keys(all)))
	}
}

// holdsSchema holds the arguments that a row shows, and its results, against what the action says of itself.
func holdsSchema(t *testing.T, row, arguments []string, schema *v2.BatonActionSchema) {
	t.Helper()
	var takes, gives []string
	for _, a := range schema.GetArguments() {
		takes = append(takes, a.GetName())
	}
	for _, r := range schema.GetReturnTypes() {
		if r.GetName() != "success" {
			gives = append(gives, r.GetName())
		}
	}
	slices.Sort(takes)
	slices.Sort(arguments)
	if results := inBackticks(row[3]); !slices.Equal(arguments, takes) || !slices.Equal(results, gives) {
		t.Errorf("%s: the row has %q and %q, the action %q and %q", schema.GetName(), arguments, results, takes, gives)
	}
}
