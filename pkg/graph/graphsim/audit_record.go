package graphsim

import (
	"encoding/json"
	"fmt"
	"time"
)

// auditActivity is what a record of the audit log says was done. The names are those of Microsoft's list of activities
// (https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities) as far as they are known.
type auditActivity struct{ name, category, operation string }

const (
	userManagement        = "UserManagement"
	groupManagement       = "GroupManagement"
	applicationManagement = "ApplicationManagement"
	roleManagement        = "RoleManagement"
)

// auditTarget is an object that a record speaks of, in Graph's terms.
type auditTarget struct {
	ID          string             `json:"id"`
	DisplayName *string            `json:"displayName"`
	Type        string             `json:"type"`
	UPN         *string            `json:"userPrincipalName"`
	GroupType   *string            `json:"groupType"`
	Modified    []modifiedProperty `json:"modifiedProperties"`
}

// modifiedProperty is a property of a target before and after, each a text with JSON in it.
type modifiedProperty struct {
	Name string  `json:"displayName"`
	Old  *string `json:"oldValue"`
	New  *string `json:"newValue"`
}

// initiator is who did what a record tells of: an application, or a user at the portal where app is nil.
type initiator struct{ app, user *object }

// note writes a record of what was done now, reason being why it failed, "" where it did not. The caller holds the
// lock of the tenant, for writing.
func (t *Tenant) note(d *dice, a auditActivity, reason string, targets ...auditTarget) {
	at := t.audits.now().UTC()
	correlation := d.guid()
	result := "success"
	if reason != "" {
		result = "failure"
	}
	row := &object{class: directoryAuditClass, values: []any{
		fmt.Sprintf("Directory_%s_%s_%d", correlation, d.letters(5), d.IntN(100_000_000)), a.category, correlation, result, reason,
		a.name, at.Format(timeFormat), "Core Directory", a.operation, t.initiatedBy(), encode(targets), json.RawMessage("[]")}}
	t.audits.add(record{row: row, at: at, shows: at.Add(t.audits.delay(d))})
}

// letters are n capitals and digits.
func (d *dice) letters(n int) string {
	const from = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	out := make([]byte, n)
	for i := range out {
		out[i] = from[d.IntN(len(from))]
	}
	return string(out)
}

// encode writes what is made of texts, lists and maps, which always marshal.
func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage("null")
	}
	return b
}

// initiatedBy is the application that is writing, or else the first user of the tenant.
func (t *Tenant) initiatedBy() json.RawMessage {
	by := t.writing
	if by.app == nil && by.user == nil && len(t.users) > 0 {
		by.user = t.users[0]
	}
	out := map[string]any{"app": nil, "user": nil}
	switch {
	case by.app != nil:
		out["app"] = map[string]any{"appId": nil, "displayName": by.app.get("displayName"),
			"servicePrincipalId": by.app.id(), "servicePrincipalName": nil}
	case by.user != nil:
		out["user"] = map[string]any{"id": by.user.id(), "displayName": nil, "userPrincipalName": by.user.get("userPrincipalName"),
			"ipAddress": "10.0.0.1", "userType": nil, "homeTenantId": nil, "homeTenantName": nil}
	}
	return encode(out)
}

// Audit is a record of the audit log.
type Audit struct {
	ID       string `json:"id"`
	Activity string `json:"activity"`
	Category string `json:"category"`
	Result   string `json:"result"`
	// At is its time, and Shows is when it begins to show.
	At    time.Time `json:"at"`
	Shows time.Time `json:"shows"`
	// Targets are in the order of the record, and of them only ids and types.
	Targets []Ref `json:"targets"`
}

// Audits returns the audit log, the oldest record first, with what does not show yet and what shows no longer.
func (t *Tenant) Audits() []Audit {
	var out []Audit
	for _, r := range t.audits.all() {
		a := Audit{ID: r.row.id(), Activity: r.row.text("activityDisplayName"), Category: r.row.text("category"),
			Result: r.row.text("result"), At: r.at, Shows: r.shows}
		var targets []auditTarget
		if raw, _ := r.row.get("targetResources").(json.RawMessage); raw != nil && json.Unmarshal(raw, &targets) == nil {
			for _, target := range targets {
				a.Targets = append(a.Targets, Ref{ID: target.ID, Type: target.Type})
			}
		}
		out = append(out, a)
	}
	return out
}

// AddAudit puts a record into the audit log that shows at once, with the properties given, in Graph's names: of
// an activityDateTime that is past it is one that comes late. What is not given has a value that fits. It returns the id.
func (t *Tenant) AddAudit(properties map[string]any) (string, error) {
	d, now := t.audits.dice(), t.audits.now().UTC()
	values := map[string]any{"id": "Directory_" + d.guid() + "_" + d.letters(5) + "_" + "1", "correlationId": d.guid(), auditTime: now.Format(timeFormat),
		"result": "success", "resultReason": "", "loggedByService": "Core Directory", "additionalDetails": []any{}, "targetResources": []any{}}
	return t.audits.insert(directoryAuditClass, auditTime, values, properties)
}

// insert adds a record of given properties that shows at once.
func (l *recordLog) insert(c *class, timeProperty string, values, properties map[string]any) (string, error) {
	for name, v := range properties {
		values[name] = v
	}
	row, err := newObject(c, values)
	if err != nil {
		return "", err
	}
	at, err := time.Parse(time.RFC3339, row.text(timeProperty))
	if err != nil {
		return "", fmt.Errorf("graphsim: add a %s: %s: %w", c.name, timeProperty, err)
	}
	l.add(record{row: row, at: at, shows: at})
	return row.id(), nil
}
