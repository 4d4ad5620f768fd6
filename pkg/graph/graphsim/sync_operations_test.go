package graphsim_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// jobPath finds the application that has a job with a status, and the path of the job.
func (r *rig) jobPath(status string) (app, path string) {
	r.t.Helper()
	for _, sp := range r.Census().ServicePrincipals {
		a := r.get("/servicePrincipals/" + sp.ID() + "/synchronization/jobs")
		for _, job := range a.Value {
			if job["status"].(map[string]any)["code"] == status {
				return sp.ID(), "/servicePrincipals/" + sp.ID() + "/synchronization/jobs/" + job["id"].(string)
			}
		}
	}
	r.t.Fatalf("no job is %s", status)
	return "", ""
}

// rules are the ids of the rules of a job, for users and for groups.
func (r *rig) rules(path string) (users, groups string) {
	r.t.Helper()
	var schema struct {
		SynchronizationRules []struct {
			ID             string
			ObjectMappings []struct{ SourceObjectName string }
		}
	}
	unpack(r.t, r.ok(path+"/schema").body, &schema)
	for _, rule := range schema.SynchronizationRules {
		if rule.ObjectMappings[0].SourceObjectName == "User" {
			users = rule.ID
		} else {
			groups = rule.ID
		}
	}
	return users, groups
}

func subjects(rule, id, kind, more string) string {
	return fmt.Sprintf(`{"parameters":[{"ruleId":%q,"subjects":[{"objectId":%q,"objectTypeName":%q%s}]}]}`, rule, id, kind, more)
}

func TestJobs(t *testing.T) {
	r := writer(t, graphsim.Options{})
	app, path := r.jobPath("Paused")
	job := path[len(path)-41:]
	r.write("POST", path+"/start", "", 204, "")
	if a := r.ok(path); r.JobStarts(app, job) != 1 {
		t.Errorf("%d starts of %s, %s", r.JobStarts(app, job), job, a.body)
	}
	r.jobPath("Quarantine")
	_, running := r.jobPath("Active")
	r.write("POST", running+"/start", "", 204, "")
	var stopped struct{ Status struct{ Code string } }
	unpack(t, r.ok(running).body, &stopped)
	if stopped.Status.Code != "Paused" {
		t.Errorf("a running job that is started: %s", stopped.Status.Code)
	}
	r.refused(path+"x", 404, "ResourceNotFound")
	r.refused(path+"?$top=1", 400, "Request_BadRequest")
	graph := record(t, r.Census().ServicePrincipals, func(s graphsim.Record) bool { return s.Text("displayName") == "Microsoft Graph" })
	r.refused("/servicePrincipals/"+graph.ID()+"/synchronization/jobs", 403, "Authorization_RequestDenied")
	r.SetPermissions("Application.Read.All")
	r.token = r.signIn()
	r.refused(path, 403, "Authorization_RequestDenied")
}

func TestProvisionOnDemand(t *testing.T) {
	c := &clock{now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := writer(t, graphsim.Options{Now: c.Now})
	app, path := r.jobPath("Active")
	users, groups := r.rules(path)
	u, g := r.person(true).ID(), r.group(plain).ID()
	assigned, err := r.Tenant().AddAppRoleAssignment(app, u, "")
	must(t, err)
	result := func(body string) string {
		a := r.write("POST", path+"/provisionOnDemand", body, 200, "")
		var pair struct{ Key string }
		unpack(t, a.body, &pair)
		var key struct{ Result string }
		must(t, json.Unmarshal([]byte(pair.Key), &key))
		return key.Result
	}
	if got := result(subjects(users, u, "User", "")); got != "Success" {
		t.Errorf("first: %s", got)
	}
	if got := result(subjects(users, u, "User", "")); got != "Skipped" {
		t.Errorf("again: %s", got)
	}
	must(t, r.Tenant().RemoveAppRoleAssignment(app, assigned))
	if got := result(subjects(users, u, "User", "")); got != "Success" {
		t.Errorf("after the assignment has gone: %s", got)
	}
	if got := result(subjects(groups, g, "Group", `,"links":{"members":[{"objectId":"`+u+`","objectTypeName":"User"}]}`)); got != "Skipped" {
		t.Errorf("a group that is not assigned: %s", got)
	}
	all := r.Provisioned()
	if len(all) != 4 || all[0].ObjectID != u || all[0].ServicePrincipalID != app || all[3].ObjectType != "Group" || all[3].Members[0] != u {
		t.Errorf("%+v", all)
	}
	r.write("POST", path+"/provisionOnDemand", `{"parameters":[]}`, 400, "one parameter")
	a := r.send("POST", path+"/provisionOnDemand", subjects(users, u, "User", ""), nil)
	if a.status != 429 || a.header.Get("Retry-After") != "10" {
		t.Errorf("the sixth in ten seconds: %d %v", a.status, a.header)
	}
	c.move(10 * time.Second)
	r.write("POST", path+"/provisionOnDemand", subjects("nope", u, "User", ""), 400, "rule 'nope'")
	r.write("POST", path+"/provisionOnDemand", subjects(users, g, "Group", ""), 400, "does not take")
	r.write("POST", path+"/provisionOnDemand", subjects(users, g, "User", ""), 404, "")
	six := `,"links":{"members":[{},{},{},{},{},{}]}`
	r.write("POST", path+"/provisionOnDemand", subjects(groups, g, "Group", six), 400, "at most 5")
}

func TestAddSyncJob(t *testing.T) {
	r := writer(t, graphsim.Options{})
	app := r.Census().ServicePrincipals[0].ID()
	if rows := r.ok("/servicePrincipals/" + app + "/synchronization/jobs").Value; len(rows) != 0 {
		t.Errorf("%v", rows)
	}
	id, err := r.Tenant().AddSyncJob(app, "NotConfigured")
	must(t, err)
	r.write("POST", "/servicePrincipals/"+app+"/synchronization/jobs/"+id+"/start", "", 400, "not configured")
	for _, bad := range [][2]string{{app, "Tired"}, {"nope", "Active"}} {
		if _, err := r.Tenant().AddSyncJob(bad[0], bad[1]); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}
