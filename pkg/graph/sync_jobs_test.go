package graph

import (
	"net/http"
	"testing"
)

func TestSyncJob_StandsStillOrRuns(t *testing.T) {
	for code, want := range map[string][2]bool{ // stopped, configured
		"NotConfigured": {false, false}, "Paused": {true, true}, "Quarantine": {true, true}, "Active": {false, true}, "InProgress": {false, true}, "": {false, true},
	} {
		var j SyncJob
		j.Status.Code = code
		if got := [2]bool{j.Stopped(), j.Configured()}; got != want {
			t.Errorf("%q: %v", code, got)
		}
	}
}

func TestOnDemandResult_ReadsWhatItCan(t *testing.T) {
	for answer, want := range map[string]string{
		`{"key":"{\"result\":\"Success\"}","value":"[]"}`: "Success", `{"key":"{\"result\":\"Failure\",\"x\":1}"}`: "Failure",
		`{"key":"plain"}`: "", `{}`: "", ``: "",
	} {
		if got := onDemandResult([]byte(answer)); got != want {
			t.Errorf("%s: %q", answer, got)
		}
	}
}

func TestGetSyncRules_SaysWhatARuleTakes(t *testing.T) {
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"synchronizationRules":[{"id":"r1","objectMappings":[{"sourceObjectName":"User","enabled":true},` +
			`{"sourceObjectName":"Group","enabled":false}]},{"id":"r2","objectMappings":[{"sourceObjectName":"group"}]},{"id":"r3"}]}`))
	})
	rules, err := server.client(t).GetSyncRules(t.Context(), "a1", "j1")
	if err != nil || len(rules) != 3 {
		t.Fatal(rules, err)
	}
	for i, want := range [][2]bool{{true, false}, {false, true}, {false, false}} {
		if got := [2]bool{rules[i].Takes("User"), rules[i].Takes("Group")}; got != want {
			t.Errorf("%s: %v", rules[i].ID, got)
		}
	}
}

func TestGetApplication_RefusesAnAnswerWithoutAnID(t *testing.T) {
	for _, body := range []string{`{}`, `{"id":`, `[]`} {
		server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		if _, err := server.client(t).GetApplication(t.Context(), "a1"); err == nil {
			t.Errorf("%s passes for an application", body)
		}
	}
}
