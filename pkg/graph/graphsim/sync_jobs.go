package graphsim

import (
	"fmt"
	"time"
)

// syncJob provisions people and groups into an application.
type syncJob struct {
	id, template, app string
	status            string // Active, Paused, Quarantine, NotConfigured
	starts            int
	rules             map[string]string // rule id → what it takes: User or Group
	ruleIDs           []string
	exported          map[string]bool // subjects that are there already
}

// Provision is one subject that a job was asked to provision on demand. Result is Success, Skipped or Failure.
type Provision struct {
	ServicePrincipalID string   `json:"servicePrincipalId"`
	JobID              string   `json:"jobId"`
	RuleID             string   `json:"ruleId"`
	ObjectID           string   `json:"objectId"`
	ObjectType         string   `json:"objectType"`
	Result             string   `json:"result"`
	Members            []string `json:"members,omitempty"` // of a group
}

// Provisioned is what was provisioned on demand, oldest first.
func (s *Server) Provisioned() []Provision {
	s.tenant.mu.RLock()
	defer s.tenant.mu.RUnlock()
	return append([]Provision{}, s.tenant.provisioned...)
}

// JobStarts is how often a synchronization job was started.
func (s *Server) JobStarts(servicePrincipalID, jobID string) int {
	s.tenant.mu.RLock()
	defer s.tenant.mu.RUnlock()
	if j := s.tenant.job(fold(servicePrincipalID), jobID); j != nil {
		return j.starts
	}
	return 0
}

// AddSyncJob gives a service principal a synchronization job with a status: NotConfigured, Paused, Active,
// InProgress or Quarantine. It returns the id.
func (t *Tenant) AddSyncJob(servicePrincipalID, status string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	app := t.byID[fold(servicePrincipalID)]
	if app == nil || app.class != servicePrincipalClass {
		return "", fmt.Errorf("graphsim: add synchronization job: no service principal %s", servicePrincipalID)
	}
	switch status {
	case "NotConfigured", "Paused", "Active", "InProgress", "Quarantine":
		return t.addJob(t.ids, app.id(), status).id, nil
	}
	return "", fmt.Errorf("graphsim: add synchronization job: %q is no status", status)
}

func (t *Tenant) addJob(d *dice, app, status string) *syncJob {
	users, groups := d.guid(), d.guid()
	j := &syncJob{id: "scim." + d.guid(), template: "scim", app: app, status: status, ruleIDs: []string{users, groups},
		rules: map[string]string{users: "User", groups: "Group"}, exported: map[string]bool{}}
	t.jobs[app] = append(t.jobs[app], j)
	return j
}

func (t *Tenant) job(app, id string) *syncJob {
	for _, j := range t.jobs[app] {
		if j.id == id {
			return j
		}
	}
	return nil
}

// seedJobs gives jobs to a few applications: one that runs, one that was paused and one in quarantine.
func (b *builder) seedJobs() error {
	for place, status := range map[int]string{appManyRoles: "Active", appSAML: "Paused", appVerified: "Quarantine"} {
		if place < len(b.apps) {
			b.t.addJob(newDice(b.o.Seed, "job "+status), b.apps[place].id(), status)
		}
	}
	return nil
}

// asJSON is a job in Graph's terms.
func (j *syncJob) asJSON(now time.Time) map[string]any {
	schedule := "Active"
	if j.status == "Paused" || j.status == "NotConfigured" {
		schedule = "Disabled"
	}
	status := map[string]any{"code": j.status, "countSuccessiveCompleteFailures": 0, "escrowsPruned": false, "progress": []any{}}
	if j.status == "Quarantine" {
		status["quarantine"] = map[string]any{"currentBegan": now.UTC().Format(time.RFC3339), "reason": "EncounteredQuarantineException", "seriesCount": 1}
	}
	return map[string]any{"id": j.id, "templateId": j.template, "schedule": map[string]any{"expiration": nil, "interval": "PT40M", "state": schedule},
		"status": status, "synchronizationJobSettings": []any{}}
}

// schemaJSON is what the job maps, with the ids of the rules that provisioning on demand needs.
func (j *syncJob) schemaJSON() map[string]any {
	var rules []map[string]any
	for n, id := range j.ruleIDs {
		rules = append(rules, map[string]any{"id": id, "name": "Provision Microsoft Entra ID " + j.rules[id] + "s", "priority": n + 1,
			"editable": true, "sourceDirectoryName": "Microsoft Entra ID", "targetDirectoryName": "customappsso",
			"objectMappings": []map[string]any{{"sourceObjectName": j.rules[id], "targetObjectName": j.rules[id], "enabled": true}}})
	}
	return map[string]any{"id": j.id, "version": "v1", "synchronizationRules": rules, "directories": []any{}}
}
