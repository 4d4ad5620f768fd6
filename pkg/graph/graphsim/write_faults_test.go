package graphsim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestWrite_AnswerLost: what was asked for is done, and the client does not hear of it.
func TestWrite_AnswerLost(t *testing.T) {
	r := writer(t, graphsim.Options{})
	g := r.group(plain)
	one := r.outsider(g)
	path := "/groups/" + g.ID() + "/members/$ref"
	r.Fail(graphsim.Fault{Method: "POST", PathContains: "members", Status: 503})
	r.write("POST", path, r.ref(one), 503, "")
	if has(r.again(g).Members, one) {
		t.Error("a 503 before the write has written")
	}
	r.Fail(graphsim.Fault{Method: "POST", PathContains: "members", Kind: graphsim.AnswerLost, Status: 504})
	r.write("POST", path, r.ref(one), 504, "")
	if !has(r.again(g).Members, one) {
		t.Error("the write with the lost answer has not happened")
	}
	r.Fail(graphsim.Fault{Method: "DELETE", Kind: graphsim.AnswerLost})
	if resp, err := r.do("DELETE", "/groups/"+g.ID()+"/members/"+one+"/$ref", "", nil); err == nil {
		resp.Body.Close()
		t.Error("an answer came")
	}
	if has(r.again(g).Members, one) {
		t.Error("the removal with the lost answer has not happened")
	}
	r.Fail(graphsim.Fault{Status: 409})
	if a := r.write("POST", path, r.ref(one), 409, ""); a.Error.Code != "Directory_ConcurrencyViolation" {
		t.Errorf("409 is %s", a.Error.Code)
	}
	var bodies []string
	for _, req := range r.History() {
		if req.Method == "POST" && strings.Contains(req.Path, "members") {
			bodies = append(bodies, fmt.Sprint(req.Status, req.Body == r.ref(one)))
		}
	}
	if !slices.Equal(bodies, []string{"503 true", "504 true", "409 true"}) {
		t.Errorf("history %q", bodies)
	}
}

// TestWrite_Concurrent: while one write is at work on an object, another is refused.
func TestWrite_Concurrent(t *testing.T) {
	r := writer(t, graphsim.Options{WriteHold: 50 * time.Millisecond})
	g := r.group(plain)
	var mu sync.Mutex
	var wg sync.WaitGroup
	statuses := map[int]int{}
	for i := range 4 {
		wg.Go(func() {
			resp, err := r.do("PATCH", "/groups/"+g.ID(), fmt.Sprintf(`{"displayName":"n%d"}`, i), nil)
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			statuses[resp.StatusCode]++
		})
	}
	wg.Wait()
	if statuses[204] == 0 || statuses[204]+statuses[409] != 4 {
		t.Errorf("%v", statuses)
	}
	r.write("PATCH", "/groups/"+g.ID(), `{"displayName":"later"}`, 204, "")
}

// TestWrite_InBatch: items write as requests of their own do.
func TestWrite_InBatch(t *testing.T) {
	r := writer(t, graphsim.Options{})
	g := r.group(plain)
	one := r.outsider(g)
	item := `{"id":"%d","method":"POST","url":"/groups/` + g.ID() + `/members/$ref","headers":{"Content-Type":"application/json"},"body":` + r.ref(one) + `}`
	a := r.send("POST", "/$batch", `{"requests":[`+fmt.Sprintf(item, 1)+","+fmt.Sprintf(item, 2)+`]}`, nil)
	var got struct {
		Responses []struct {
			ID     string
			Status int
			Body   json.RawMessage
		}
	}
	if err := json.Unmarshal(a.body, &got); err != nil || len(got.Responses) != 2 {
		t.Fatalf("%v %s", err, a.body)
	}
	for _, item := range got.Responses {
		if want := map[string]int{"1": 204, "2": 400}[item.ID]; item.Status != want {
			t.Errorf("item %s: %d %s", item.ID, item.Status, item.Body)
		}
	}
	if !has(r.again(g).Members, one) {
		t.Error("not a member")
	}
}

// TestWrite_Limit: beside resource units, writes have a limit of their own.
func TestWrite_Limit(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := writer(t, graphsim.Options{Throttle: "large", Now: c.Now})
	path := "/groups/" + r.group(plain).ID()
	items := make([]string, 20)
	for i := range items {
		items[i] = fmt.Sprintf(`{"id":"%d","method":"PATCH","url":"%s","headers":{"Content-Type":"application/json"},"body":{"displayName":"x"}}`, i, path)
	}
	batch := `{"requests":[` + strings.Join(items, ",") + `]}`
	for range 150 { // each item counts alone
		if body := string(r.send("POST", "/$batch", batch, nil).body); strings.Contains(body, `"status":429`) {
			t.Fatalf("refused too early: %.300s", body)
		}
	}
	a := r.write("PATCH", path, `{"displayName":"x"}`, 429, "")
	if why := a.header.Get("x-ms-throttle-information"); why != "WriteLimitExceeded" || a.header.Get("Retry-After") == "" {
		t.Errorf("refused for %q", why)
	}
	c.move(150 * time.Second)
	r.write("PATCH", path, `{"displayName":"x"}`, 204, "")
}
