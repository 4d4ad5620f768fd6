package graphsim

import (
	"encoding/json"
	"sync"
	"time"
)

// signInTime is when a sign-in was begun.
const signInTime = "createdDateTime"

// signInClass is a record of the sign-in log. What may stand in a filter is what Microsoft says may.
var signInClass = newClass("signIn", `createdDateTime*= userDisplayName*= userPrincipalName*= userId*= appId*= appDisplayName*=
	ipAddress*= clientAppUsed*= correlationId*= conditionalAccessStatus*= isInteractive* riskDetail*= riskLevelAggregated*=
	riskLevelDuringSignIn*= riskState*= riskEventTypes* riskEventTypes_v2* resourceDisplayName*= resourceId*= servicePrincipalId*-
	servicePrincipalName*- status* deviceDetail* location* appliedConditionalAccessPolicies*`)

var signInSet = &entitySet{
	path: "auditLogs/signIns", class: signInClass, log: signInTime, premium: true,
	rows: func(t *Tenant) []*object { return t.signIns.filled().rows() },
	find: func(t *Tenant, key string) *object { return t.signIns.filled().find(key) },
}

// signInLog is a log that is filled when it is first looked at: most tests never do.
type signInLog struct {
	*recordLog
	once sync.Once
	fill func(*recordLog)
}

func newSignInLog(o Options, t *Tenant) *signInLog {
	seeds := newSignInSeeds(o, t)
	return &signInLog{recordLog: newRecordLog(o), fill: seeds.fill}
}

func (l *signInLog) filled() *recordLog {
	l.once.Do(func() { l.fill(l.recordLog) })
	return l.recordLog
}

// SignIn is a record of the sign-in log.
type SignIn struct {
	ID, UserID, AppID, ServicePrincipalID string
	ErrorCode                             int
	// At is its time, and Shows is when it begins to show.
	At, Shows time.Time
}

// SignIns returns the sign-in log, the oldest record first, with what does not show yet and what shows no longer.
func (t *Tenant) SignIns() []SignIn {
	var out []SignIn
	for _, r := range t.signIns.filled().all() {
		var status struct {
			ErrorCode int `json:"errorCode"`
		}
		raw, _ := r.row.get("status").(json.RawMessage)
		if raw != nil && json.Unmarshal(raw, &status) != nil {
			continue // AddSignIn was given a status that is none
		}
		out = append(out, SignIn{ID: r.row.id(), UserID: r.row.text("userId"), AppID: r.row.text("appId"),
			ServicePrincipalID: r.row.text("servicePrincipalId"), ErrorCode: status.ErrorCode, At: r.at, Shows: r.shows})
	}
	return out
}

// AddSignIn puts a record into the sign-in log that shows at once, with the properties given, in Graph's names. What
// is not given has a value that fits: now, interactive, successful. It returns the id.
func (t *Tenant) AddSignIn(properties map[string]any) (string, error) {
	log := t.signIns.filled()
	d, now := log.dice(), log.now().UTC()
	return log.insert(signInClass, signInTime, signInValues(d, d.guid(), now, 0), properties)
}

// signInValues is a sign-in by nobody to nothing.
func signInValues(d *dice, id string, at time.Time, errorCode int) map[string]any {
	status := map[string]any{"errorCode": errorCode, "failureReason": nil, "additionalDetails": nil}
	if errorCode != 0 {
		status["failureReason"] = "The sign-in failed."
	}
	return map[string]any{
		"id": id, signInTime: at.Format(time.RFC3339), "ipAddress": "203.0.113.7", "clientAppUsed": "Browser", "correlationId": d.guid(),
		"conditionalAccessStatus": "notApplied", "isInteractive": true, "riskDetail": "none", "riskLevelAggregated": "none",
		"riskLevelDuringSignIn": "none", "riskState": "none", "riskEventTypes": []any{}, "riskEventTypes_v2": []any{},
		"resourceDisplayName": "Microsoft Graph", "resourceId": "00000003-0000-0000-c000-000000000000", "status": status,
		"deviceDetail": map[string]any{"deviceId": "", "displayName": nil, "operatingSystem": "Windows 10", "browser": "Edge 80.0.361",
			"isCompliant": nil, "isManaged": nil, "trustType": nil},
		"location": map[string]any{"city": "Redmond", "state": "Washington", "countryOrRegion": "US",
			"geoCoordinates": map[string]any{"altitude": nil, "latitude": 47.6805, "longitude": -122.1209}},
		"appliedConditionalAccessPolicies": []any{},
	}
}
