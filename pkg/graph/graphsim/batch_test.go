package graphsim_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestBatch_ItemsAreAnsweredAlone(t *testing.T) {
	r := start(t, graphsim.Options{})
	r.Fail(graphsim.Fault{PathContains: "/groups", Status: 429, RetryAfter: "3"})
	body := `{"requests":[
		{"id":"1","method":"GET","url":"/users?$top=1&$select=id"},
		{"id":"2","method":"GET","url":"groups?$top=1"},
		{"id":"3","method":"GET","url":"/users/$count","headers":{"ConsistencyLevel":"eventual"}},
		{"id":"4","method":"GET","url":"/nothing"},
		{"id":"5","method":"DELETE","url":"/organization/x"},
		{"id":"6","method":"GET","url":"/users/$count"}]}`
	a := r.send(http.MethodPost, "/$batch", body, eventual)
	if a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var got struct {
		Responses []struct {
			ID      string
			Status  int
			Headers map[string]string
			Body    any
		}
	}
	if err := json.Unmarshal(a.body, &got); err != nil {
		t.Fatal(err)
	}
	want, order := map[string]int{"1": 200, "2": 429, "3": 200, "4": 400, "5": 405, "6": 400}, ""
	for _, item := range got.Responses {
		order += item.ID
		if item.Status != want[item.ID] {
			t.Errorf("item %s: %d %v, want %d", item.ID, item.Status, item.Body, want[item.ID])
		}
		if item.ID == "2" && item.Headers["Retry-After"] != "3" || item.ID == "3" && item.Body != 200.0 {
			t.Errorf("item %+v", item)
		}
	}
	if order == "123456" || len(order) != 6 {
		t.Errorf("answers in the order %s", order)
	}
}

func TestBatch_Refusals(t *testing.T) {
	r := start(t, graphsim.Options{})
	item := `{"id":"a","method":"GET","url":"/users"}`
	for name, body := range map[string]string{
		"no JSON": "x", "none": `{"requests":[]}`, "same id": `{"requests":[` + item + `,{"id":"A","method":"GET","url":"/users"}]}`,
		"21":             `{"requests":[` + strings.TrimSuffix(strings.Repeat(item+",", 21), ",") + `]}`,
		"whole url":      `{"requests":[{"id":"a","method":"GET","url":"https://x/users"}]}`,
		"other host":     `{"requests":[{"id":"a","method":"GET","url":"//x/users"}]}`,
		"version":        `{"requests":[{"id":"a","method":"GET","url":"https:/v1.0/users"}]}`,
		"body, no type":  `{"requests":[{"id":"a","method":"GET","url":"/users","body":{"x":1}}]}`,
		"write, no type": `{"requests":[{"id":"a","method":"PATCH","url":"/users/x","body":{"x":1}}]}`,
		"type misspelt":  `{"requests":[{"id":"a","method":"PATCH","url":"/users/x","headers":{"content-type":"application/json"},"body":{"x":1}}]}`,
		"write, no body": `{"requests":[{"id":"a","method":"POST","url":"/users","headers":{"Content-Type":"application/json"}}]}`,
		"dependsOn":      `{"requests":[` + item + `,{"id":"b","method":"GET","url":"/users","dependsOn":["a"]}]}`,
	} {
		if a := r.send(http.MethodPost, "/$batch", body, nil); a.status != 400 {
			t.Errorf("%s: %d %.300s", name, a.status, a.body)
		}
	}
}

// TestBatch_TheEnvelopeIsJSON: a write without its type is refused, and so is one of another type.
func TestBatch_TheEnvelopeIsJSON(t *testing.T) {
	r := start(t, graphsim.Options{})
	body := `{"requests":[{"id":"a","method":"GET","url":"/users?$filter=` + escape("mail eq 'https://x'") + `"}]}`
	for contentType, want := range map[string]int{"application/json": 200, "application/json; charset=utf-8": 200, "text/plain": 415, "": 400} {
		header := http.Header{"Content-Type": {contentType}}
		if contentType == "" {
			header["Content-Type"] = nil
		}
		resp, err := r.do(http.MethodPost, "/$batch", body, header)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("a batch of type %q: %s, want %d", contentType, resp.Status, want)
		}
	}
}
