package connector

import (
	"reflect"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
)

const link = `https://graph.microsoft.com/v1.0/groups?$expand=members($select=id)&$skiptoken=RFNw"dA<é>`

func TestCursor_RoundTrips(t *testing.T) {
	for _, c := range []Cursor{
		{Walk: "members"}, {Parent: "3f"}, {Fixed: true}, {Next: link}, {Walk: "owners", Parent: "3f", Fixed: true, Next: link},
	} {
		token, err := c.Token()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseCursor(token); err != nil || got != c {
			t.Errorf("%+v came back as %+v, %v", c, got, err)
		}
	}
	if got, err := ParseCursor(""); err != nil || got != (Cursor{}) {
		t.Errorf("the first page is %+v, %v", got, err)
	}
}

func TestParseCursor_RefusesOtherTokens(t *testing.T) {
	for _, token := range []string{"{}", "null", "0", "x", `"x"`, "[]", `{"w":1}`, `{"n":"x"`, `{"n":"x"}{"n":"y"}`, `{"other":"x"}`, link} {
		got, err := ParseCursor(token)
		if status.Code(err) != codes.InvalidArgument || got != (Cursor{}) {
			t.Errorf("%q: %+v, %v", token, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "skiptoken") {
			t.Errorf("the token is in the text: %v", err)
		}
	}
}

func TestCursor_RefusesATokenThatTheSDKWouldNotTake(t *testing.T) {
	long := Cursor{Next: strings.Repeat("x", maxToken)}
	if token, err := long.Token(); status.Code(err) != codes.Internal || token != "" {
		t.Errorf("got %d bytes, %v", len(token), err)
	}
	for _, c := range []struct {
		next string
		more []Cursor
	}{{long.Next, nil}, {"", []Cursor{{Parent: "a"}, long}}} {
		if out, err := NextPage(Cursor{}, c.next, c.more...); status.Code(err) != codes.Internal || out != nil {
			t.Errorf("got %v, %v", out, err)
		}
	}
}

func TestNextPage(t *testing.T) {
	here := Cursor{Walk: "members", Parent: "3f", Next: "https://x/1"}
	siblings := []Cursor{{Walk: "members", Parent: "a"}, {Walk: "members", Parent: "b", Fixed: true}}
	for name, c := range map[string]struct {
		next string
		more []Cursor
	}{
		"the end": {}, "goes on": {next: "https://x/2"}, "ends with siblings": {more: siblings}, "goes on with siblings": {"https://x/2", siblings},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := NextPage(here, c.next, c.more...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseCursor(out.NextPageToken)
			want := Cursor{}
			if c.next != "" {
				want = Cursor{Walk: "members", Parent: "3f", Next: c.next}
			}
			if err != nil || got != want {
				t.Errorf("the next page is %+v, %v, want %+v", got, err, want)
			}
			checkSiblings(t, out, c.more)
		})
	}
}

func TestNextPage_NamesASiblingOnce(t *testing.T) {
	a, b := Cursor{Walk: "members", Parent: "a"}, Cursor{Walk: "members", Parent: "b"}
	out, err := NextPage(Cursor{}, "", a, b, a)
	if err != nil {
		t.Fatal(err)
	}
	checkSiblings(t, out, []Cursor{a, b})
}

// checkSiblings reads the sibling cursors back from the annotations, where the SDK looks for them.
func checkSiblings(t *testing.T, out *rs.SyncOpResults, want []Cursor) {
	t.Helper()
	enqueued := &v2.EnqueuePageTokens{}
	found, err := out.Annotations.Pick(enqueued)
	if err != nil || found != (len(want) > 0) {
		t.Fatalf("siblings: %v, %v", found, err)
	}
	if len(enqueued.GetPageTokens()) != len(want) {
		t.Fatalf("%d siblings, want %d", len(enqueued.GetPageTokens()), len(want))
	}
	for i, token := range enqueued.GetPageTokens() {
		if got, err := ParseCursor(token); err != nil || got != want[i] {
			t.Errorf("sibling %d is %+v, %v, want %+v", i, got, err, want[i])
		}
	}
}

func FuzzParseCursor(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"w":"members","p":"3f","f":true,"n":"https://x/1?a=b&c=<d>"}`, `{"n":"\ud800"}`, "{\"n\":\"\xff\"}", `{"W":"x"}`, "null"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		c, err := ParseCursor(token)
		if err != nil {
			if status.Code(err) != codes.InvalidArgument || c != (Cursor{}) {
				t.Errorf("%q: %+v, %v", token, c, err)
			}
			return
		}
		if token == "" || len(token) > maxToken/6 {
			return // no token is written for the first page, and escapes can make one longer
		}
		again, err := c.Token()
		if err != nil {
			t.Fatalf("%q: %v", token, err)
		}
		if got, err := ParseCursor(again); err != nil || got != c {
			t.Errorf("%q: %+v came back as %+v, %v", token, c, got, err)
		}
	})
}

// A name that stands in the cursor and in its tally once more is lost without a word.
func TestCursor_CarriesEachOfItsFields(t *testing.T) {
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		for i := range v.NumField() {
			switch f := v.Field(i); f.Kind() {
			case reflect.String:
				f.SetString("x")
			case reflect.Bool:
				f.SetBool(true)
			case reflect.Int, reflect.Int64:
				f.SetInt(1)
			case reflect.Struct:
				fill(f)
			default:
				t.Fatalf("the field %s is a %s", v.Type().Field(i).Name, f.Kind())
			}
		}
	}
	var c Cursor
	fill(reflect.ValueOf(&c).Elem())
	token, err := c.Token()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ParseCursor(token); err != nil || got != c {
		t.Errorf("%s was read as %+v, %v", token, got, err)
	}
}
