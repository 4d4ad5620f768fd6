package connector

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// aSummary has every part that a summary can have.
func aSummary() Summary {
	return Summary{
		SyncID:       "2x",
		Resources:    map[string]int{"user": 2000, "group": 412, "managed_identity": 3, "role": 1, "license": 0},
		Entitlements: map[string]int{"group": 824, "role": 1},
		Grants:       map[string]int{"group": 1234567},
		Requests:     457, ResourceUnits: 845.5, ThrottledSeconds: 63.2,
		LeftOut: map[string]int{"the app role is gone": 2, "the principal is deleted, or newer than its list": 53}, LeftOutTotal: 55,
	}
}

func TestSummary_IsASentence(t *testing.T) {
	for want, s := range map[string]Summary{
		"Synced 2,000 users, 412 groups, 3 managed identities, 1 role, 825 entitlements, 1,234,567 grants; " +
			"457 requests, 846 resource units, waited 1m3.2s for throttling; " +
			"left out 55: the principal is deleted, or newer than its list (53); the app role is gone (2)": aSummary(),
		"Synced nothing; 0 requests; left out nothing": {},
		"Synced 1 user, 1 grant; 1 request, waited 500ms for throttling; left out nothing": {
			Resources: map[string]int{"user": 1}, Grants: map[string]int{"user": 1}, Requests: 1, ThrottledSeconds: 0.5},
	} {
		if got := s.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestSummary_OfAnErrorIsShort(t *testing.T) {
	for want, s := range map[string]Summary{
		"so far: 2,000 users, 412 groups, 3 managed identities, 1 role, 825 entitlements, 1,234,567 grants; " +
			"457 requests, 846 resource units, waited 1m3.2s for throttling; left out 55": aSummary(),
		"so far: nothing; 3 requests": {Requests: 3},
	} {
		if got := s.soFar(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestSummary_IsOneLineForPeopleAndPrograms(t *testing.T) {
	core, logs := observer.New(zapcore.DebugLevel)
	aSummary().Log(ctxzap.ToContext(context.Background(), zap.New(core)))
	lines := logs.All()
	if len(lines) != 1 || lines[0].Message != aSummary().String() || lines[0].Level != zapcore.InfoLevel {
		t.Fatalf("the log has %v", lines)
	}
	got, err := json.Marshal(lines[0].ContextMap())
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"summary":{"sync_id":"2x","resources":{"group":412,"license":0,"managed_identity":3,"role":1,"user":2000},` +
		`"entitlements":{"group":824,"role":1},"grants":{"group":1234567},"requests":457,"resource_units":845.5,"throttled_seconds":63.2,` +
		`"left_out":{"the app role is gone":2,"the principal is deleted, or newer than its list":53},"left_out_total":55}}`
	if string(got) != want {
		t.Errorf("the fields are\n%s, want\n%s", got, want)
	}
}
