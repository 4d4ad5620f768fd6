package graphsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

var (
	jobReaders = []string{"Application.ReadWrite.OwnedBy", "Synchronization.Read.All", "Synchronization.ReadWrite.All"}
	jobWriters = []string{"Application.ReadWrite.OwnedBy", "Synchronization.ReadWrite.All"}
)

const jobsPath = "servicePrincipals/{id}/synchronization/jobs"

// jobOperations read and run the provisioning of applications.
var jobOperations = []operation{
	{method: http.MethodGet, path: jobsPath, needs: jobReaders, run: listJobs},
	{method: http.MethodGet, path: jobsPath + "/{id}", needs: jobReaders, run: getJob},
	{method: http.MethodGet, path: jobsPath + "/{id}/schema", needs: jobReaders, run: getJobSchema},
	{method: http.MethodPost, path: jobsPath + "/{id}/start", needs: jobWriters, run: startJob},
	{method: http.MethodPost, path: jobsPath + "/{id}/provisionOnDemand", needs: jobWriters, body: jsonBody, run: provisionOnDemand},
}

// onDemandWindow is how often an application may provision on demand.
var onDemandWindow = window{5, 10 * time.Second}

// jobApp finds the application of the path. Those of Microsoft itself let nobody look.
func (e *edit) jobApp() (*object, error) {
	if e.c.method == http.MethodGet && e.c.rawQuery != "" {
		return nil, badRequest("Synchronization jobs take no query options in this simulated tenant.")
	}
	app, err := e.row(servicePrincipalSet)
	if err == nil && app.text("appOwnerOrganizationId") == microsoftTenantID {
		return nil, denied()
	}
	return app, err
}

func (e *edit) job() (*syncJob, error) {
	app, err := e.jobApp()
	if err != nil {
		return nil, err
	}
	j := e.t.job(app.id(), e.keys[1])
	if j == nil {
		return nil, &refusal{status: http.StatusNotFound, code: "ResourceNotFound", message: "The synchronization job was not found."}
	}
	return j, nil
}

func (e *edit) jobContext(app, rest string) string {
	return e.c.origin() + "/v1.0/$metadata#servicePrincipals('" + app + "')/synchronization/jobs" + rest
}

func listJobs(e *edit) (*reply, error) {
	app, err := e.jobApp()
	if err != nil {
		return nil, err
	}
	value := []map[string]any{}
	for _, j := range e.t.jobs[app.id()] {
		value = append(value, j.asJSON(e.s.options.Now()))
	}
	return jsonReply(http.StatusOK, map[string]any{"@odata.context": e.jobContext(app.id(), ""), "value": value})
}

func getJob(e *edit) (*reply, error) {
	j, err := e.job()
	if err != nil {
		return nil, err
	}
	answer := j.asJSON(e.s.options.Now())
	answer["@odata.context"] = e.jobContext(j.app, "/$entity")
	return jsonReply(http.StatusOK, answer)
}

func getJobSchema(e *edit) (*reply, error) {
	j, err := e.job()
	if err != nil {
		return nil, err
	}
	answer := j.schemaJSON()
	answer["@odata.context"] = e.jobContext(j.app, "('"+j.id+"')/schema/$entity")
	return jsonReply(http.StatusOK, answer)
}

// startJob resumes a job that was paused or is in quarantine. One that runs already is stopped by it, which the
// real service warns of.
func startJob(e *edit) (*reply, error) {
	j, err := e.job()
	if err != nil {
		return nil, err
	}
	j.starts++
	switch j.status {
	case "Active", "InProgress":
		j.status = "Paused"
	case "Paused", "Quarantine":
		j.status = "Active"
	default:
		return nil, badRequest("The synchronization job is not configured.")
	}
	return noContent()
}

// onDemand is the body of provisionOnDemand.
type onDemand struct {
	Parameters []struct {
		RuleID   string    `json:"ruleId"`
		Subjects []subject `json:"subjects"`
	} `json:"parameters"`
}

type subject struct {
	ObjectID   string `json:"objectId"`
	ObjectType string `json:"objectTypeName"`
	Links      *struct {
		Members []subject `json:"members"`
	} `json:"links"`
}

// maxOnDemandMembers is how many members of a group one call provisions.
const maxOnDemandMembers = 5

func provisionOnDemand(e *edit) (*reply, error) {
	if err := e.s.limits.take("on demand "+e.c.app.appID, onDemandWindow); err != nil {
		return nil, err
	}
	if e.s.options.Cloud == "china" {
		return nil, badSegment("provisionOnDemand")
	}
	j, err := e.job()
	if err != nil {
		return nil, err
	}
	var body onDemand
	decoder := json.NewDecoder(strings.NewReader(string(e.c.body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil || len(body.Parameters) != 1 || len(body.Parameters[0].Subjects) != 1 {
		return nil, badRequest("The request takes one parameter with a ruleId and one subject.")
	}
	one := body.Parameters[0]
	if err := e.checkSubject(j, one.RuleID, one.Subjects[0]); err != nil {
		return nil, err
	}
	return e.provision(j, one.RuleID, one.Subjects[0])
}

// checkSubject refuses a subject that the rule does not take, or that is not in the directory.
func (e *edit) checkSubject(j *syncJob, rule string, s subject) error {
	if j.rules[rule] == "" {
		return badRequest("The synchronization rule '%s' was not found in the schema of the job.", rule)
	}
	if s.ObjectType != j.rules[rule] {
		return badRequest("The rule does not take objects of type '%s'.", s.ObjectType)
	}
	if s.Links != nil && (s.ObjectType != "Group" || len(s.Links.Members) > maxOnDemandMembers) {
		return badRequest("Only a group has members here, and at most %d of them are provisioned at once.", maxOnDemandMembers)
	}
	kind := userClass
	if s.ObjectType == "Group" {
		kind = groupClass
	}
	_, err := e.visible(s.ObjectID, kind)
	return err
}

// provision answers with JSON inside of strings, as the real service does: Success for who is assigned to the
// application, or has just lost it and is there still, and Skipped where nothing is to be done.
func (e *edit) provision(j *syncJob, rule string, s subject) (*reply, error) {
	id := fold(s.ObjectID)
	assigned := slices.ContainsFunc(e.t.assigned[j.app], func(a *object) bool { return fold(a.text("principalId")) == id })
	p := Provision{ServicePrincipalID: j.app, JobID: j.id, RuleID: rule, ObjectID: id, ObjectType: s.ObjectType, Result: "Success"}
	if s.Links != nil {
		for _, m := range s.Links.Members {
			p.Members = append(p.Members, fold(m.ObjectID))
		}
	}
	reason := ""
	switch {
	case assigned == j.exported[id] && assigned:
		p.Result, reason = "Skipped", "RedundantExport"
	case assigned == j.exported[id]:
		p.Result, reason = "Skipped", "NotEffectivelyEntitled"
	}
	j.exported[id] = assigned
	e.t.provisioned = append(e.t.provisioned, p)
	key, err := json.Marshal(map[string]any{"result": p.Result, "description": reason, "timestamp": e.s.options.Now().UTC().Format(time.RFC3339)})
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, map[string]any{"key": string(key), "value": "[]",
		"@odata.context": e.c.origin() + "/v1.0/$metadata#microsoft.graph.stringKeyStringValuePair"})
}
