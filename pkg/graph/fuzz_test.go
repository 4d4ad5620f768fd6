package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
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
		`{"value":[{"id":"a","createdDateTime":"2026-01-01T00:00:00,5Z"}]}`,
		`{"value":[{"id":"a","activityDateTime":"2026-01-01T00:00:00.1234567Z","targetResources":[{"Type":"User","modifiedProperties":[{"newValue":"\"x\""}]},null]}]}`,
		`{"value":[{"id":"a","createdDateTime":"2026-01-01T00:00:00Z","status":{"errorCode":50126}}]}`,
		`{"value":[{"id":"a"}],"value":[{"id":"b"},{"id":"c"}],"VALUE":[null]}`,
		`{"value":[{"id":"\ud800","ID":"b"}]}`,
		`{"value":[{"ID":"\ud800"}],"@ODATA.COUNT":null,"@odata.deltaLink":"https://x/y"}`,
		`{"value":[{"id":"a","members@delta":[{"@odata.type":"#microsoft.graph.user","id":"b","@removed":{"reason":"deleted"}}]}]}`,
		`{"value":[{"id":"a","accountEnabled":null,"otherMails":[null,"x"],"onPremisesExtensionAttributes":{"extensionAttribute1":null}}]}`,
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
		checkDecoded[GroupDelta](t, body)
	})
}

// checkDecoded wants an error alone, or rows that all have an id; and the same as encoding/json makes of the whole, but
// that what comes twice is an error.
func checkDecoded[T row](t *testing.T, body []byte) {
	t.Helper()
	page, err := decodePage[T](body)
	if err != nil && (page.Items != nil || page.Next != "" || page.Count != nil) {
		t.Errorf("%q: %+v beside the error %v", body, page, err)
	}
	if err == nil && page.Items == nil {
		t.Errorf("%q: neither rows nor an error", body)
	}
	for i, item := range page.Items {
		if item.rowID() == "" {
			t.Errorf("%q: row %d has no id", body, i)
		}
	}
	want, wantErr := decodeWhole[T](body)
	switch {
	case err == nil && wantErr != nil:
		t.Errorf("%q was read, where encoding/json says: %v", body, wantErr)
	case err == nil && !reflect.DeepEqual(page, want):
		t.Errorf("%q: got %+v, encoding/json makes %+v of it", body, page, want)
	case err != nil && wantErr == nil && !repeats(body):
		t.Errorf("%q: %v, where encoding/json reads it", body, err)
	}
}

// decodeWhole is decodePage by encoding/json, of the body as a whole.
func decodeWhole[T row](body []byte) (Page[T], error) {
	var raw struct {
		Value *[]*T  `json:"value"`
		Next  string `json:"@odata.nextLink"`
		Delta string `json:"@odata.deltaLink"`
		Count *int64 `json:"@odata.count"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return Page[T]{}, err
	}
	if raw.Value == nil {
		return Page[T]{}, errors.New("no value")
	}
	page := Page[T]{Items: make([]T, 0, len(*raw.Value)), Next: raw.Next, Delta: raw.Delta, Count: raw.Count}
	for _, item := range *raw.Value {
		if item == nil || (*item).rowID() == "" {
			return Page[T]{}, errors.New("no id")
		}
		page.Items = append(page.Items, *item)
	}
	return page, nil
}

// repeats says whether an object of a body has a name twice, whatever its case.
func repeats(body []byte) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	names := []map[string]bool{nil} // of the objects around, nil for an array
	isName := false
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		innermost := names[len(names)-1]
		name, text := token.(string)
		switch {
		case token == json.Delim('{'):
			names, isName = append(names, map[string]bool{}), true
			continue
		case token == json.Delim('['):
			names, isName = append(names, nil), false
			continue
		case token == json.Delim('}') || token == json.Delim(']'):
			names = names[:len(names)-1]
		case isName && text:
			for known := range innermost {
				if strings.EqualFold(known, name) {
					return true
				}
			}
			innermost[name], isName = true, false
			continue
		}
		isName = names[len(names)-1] != nil
	}
}
