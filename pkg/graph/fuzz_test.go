package graph

import (
	"testing"
)

func FuzzDecodePage(f *testing.F) {
	for _, b := range brokenBodies {
		f.Add([]byte(b.body))
	}
	for _, seed := range []string{
		`{"value":[{"id":"a","displayName":"x","createdDateTime":"2026-03-01T12:00:00Z","manager":{"id":"b"}}],"@odata.count":1,"@odata.nextLink":"https://x/y"}`,
		`{"value":[{"id":"a","members":[{"@odata.type":"#microsoft.graph.user","id":"b"},null]}]}`,
		`{"value":[{"id":"a","createdDateTime":"yesterday"}]}`,
		`{"value":[{"id":"a","activityDateTime":"2026-01-01T00:00:00.1234567Z","targetResources":[{"Type":"User","modifiedProperties":[{"newValue":"\"x\""}]},null]}]}`,
		`{"value":[{"id":"a","createdDateTime":"2026-01-01T00:00:00Z","status":{"errorCode":50126}}]}`,
		`{"value":[{"id":"a"}],"value":[{"id":"b"},{"id":"c"}],"VALUE":[null]}`,
		`{"value":[{"id":"\ud800","ID":"b"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		checkDecoded[User](t, body)
		checkDecoded[GroupLinks](t, body)
		checkDecoded[AppLinks](t, body)
		checkDecoded[RoleAssignment](t, body)
		checkDecoded[DirectoryAudit](t, body)
		checkDecoded[SignInRecord](t, body)
	})
}

// checkDecoded wants an error alone, or rows that all have an id.
func checkDecoded[T row](t *testing.T, body []byte) {
	t.Helper()
	page, err := decodePage[T](body)
	if err != nil {
		if page.Items != nil || page.Next != "" || page.Count != nil {
			t.Errorf("%q: %+v beside the error %v", body, page, err)
		}
		return
	}
	if page.Items == nil {
		t.Errorf("%q: neither rows nor an error", body)
	}
	for i, item := range page.Items {
		if item.rowID() == "" {
			t.Errorf("%q: row %d has no id", body, i)
		}
	}
}
