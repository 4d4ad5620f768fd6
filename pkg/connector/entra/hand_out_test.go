package entra

import (
	"fmt"
	"reflect"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

func TestQueue_ComesBackFromItsText(t *testing.T) {
	t.Parallel()
	waiting := []parent{{id: "a"}, {id: "b", fixed: true}, {id: "c"}}
	if got, err := parseQueue(queueText(waiting)); err != nil || !reflect.DeepEqual(got, waiting) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "a", ",", ",f", "a,x", "a,;", "a,;b", "a,f,"} {
		if _, err := parseQueue(bad); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// Each parent is handed out once, a few at a time, as the walk's own cursor, and in the order of the list.
func TestHandOut_HandsOutEachOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, handedOut, handedOut + 1, 999} {
		var parents []parent
		for i := range n {
			parents = append(parents, parent{id: fmt.Sprintf("7d6f0a94-3b51-4c2e-9a0d-%012d", i), fixed: i%3 == 0})
		}
		like := connector.Cursor{Walk: slugMembers, Singly: true, Again: true, Restarts: 2}
		cursors, got := oneByOne(like, parents), []connector.Cursor(nil)
		for len(cursors) > 0 {
			last := cursors[len(cursors)-1]
			if len(cursors) > handedOut+1 || last.Queue == "" && len(cursors) > handedOut {
				t.Fatalf("%d are handed out at once", len(cursors))
			}
			if last.Queue == "" {
				got = append(got, cursors...)
				break
			}
			got = append(got, cursors[:len(cursors)-1]...)
			cursors = handedOutBy(t, last)
		}
		if len(got) != n {
			t.Fatalf("%d of %d are handed out", len(got), n)
		}
		for i, c := range got {
			want := like
			if want.Parent, want.Fixed = parents[i].id, parents[i].fixed; c != want {
				t.Fatalf("number %d of %d: %+v, want %+v", i, n, c, want)
			}
		}
	}
}

// handedOutBy is what the SDK is given for a cursor of those that wait.
func handedOutBy(t *testing.T, cursor connector.Cursor) []connector.Cursor {
	t.Helper()
	token, err := cursor.Token()
	if err != nil || len(token) > 50_000 {
		t.Fatalf("a page token of %d bytes: %v", len(token), err)
	}
	grants, results, err := handOut(cursor)
	if err != nil || len(grants) > 0 || results.NextPageToken != "" {
		t.Fatalf("%d grants, %q, %v", len(grants), results.NextPageToken, err)
	}
	more := &v2.EnqueuePageTokens{}
	if _, err := results.Annotations.Pick(more); err != nil {
		t.Fatal(err)
	}
	var cursors []connector.Cursor
	for _, token := range more.GetPageTokens() {
		c, err := connector.ParseCursor(token)
		if err != nil {
			t.Fatal(err)
		}
		cursors = append(cursors, c)
	}
	return cursors
}
