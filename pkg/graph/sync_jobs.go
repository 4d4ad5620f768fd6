package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// LaneOnDemand is the lane of provisioning on demand, which may be asked for five times in ten seconds.
const LaneOnDemand = "provision on demand"

// SyncJob is a job that provisions the users of an application to the application (SCIM).
// https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationjob
type SyncJob struct {
	ID     string `json:"id"`
	Status struct {
		// Code is NotConfigured, Paused, Active, InProgress or Quarantine.
		Code string `json:"code"`
	} `json:"status"`
}

func (j SyncJob) rowID() string { return j.ID }

// Stopped says whether the job does not run until it is started.
func (j SyncJob) Stopped() bool {
	return slices.Contains([]string{"Paused", "Quarantine"}, j.Status.Code)
}

// Configured says whether the job can run at all.
func (j SyncJob) Configured() bool { return j.Status.Code != "NotConfigured" }

// ListSyncJobs returns a page of the synchronization jobs of an application. Most have none.
//
// https://learn.microsoft.com/graph/api/synchronization-synchronization-list-jobs, least permission
// Synchronization.Read.All, or Application.ReadWrite.OwnedBy for what the application owns.
func (c *Client) ListSyncJobs(ctx context.Context, applicationID, next string) (Page[SyncJob], error) {
	return list[SyncJob](ctx, c, listing{op: "list synchronization jobs of application " + applicationID,
		first: func(bool) (*abstractions.RequestInformation, error) {
			return c.syncJobs(applicationID).ToGetRequestInformation(ctx, nil)
		}}, next)
}

func (c *Client) syncJobs(applicationID string) *serviceprincipals.ItemSynchronizationJobsRequestBuilder {
	return c.sdk.ServicePrincipals().ByServicePrincipalId(applicationID).Synchronization().Jobs()
}

// SyncRule is what of the directory a job provisions. Its id is what provisioning on demand names.
// https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationrule
type SyncRule struct {
	ID       string `json:"id"`
	Mappings []struct {
		// Source is the kind of object that is provisioned: "User" or "Group".
		Source  string `json:"sourceObjectName"`
		Enabled *bool  `json:"enabled"`
	} `json:"objectMappings"`
}

// Takes says whether objects of a kind are provisioned by the rule.
func (r SyncRule) Takes(kind string) bool {
	for _, m := range r.Mappings {
		if strings.EqualFold(m.Source, kind) && (m.Enabled == nil || *m.Enabled) {
			return true
		}
	}
	return false
}

// GetSyncRules returns the rules of a job.
//
// https://learn.microsoft.com/graph/api/synchronization-synchronizationschema-get, least permission
// Synchronization.Read.All, or Application.ReadWrite.OwnedBy for what the application owns.
func (c *Client) GetSyncRules(ctx context.Context, applicationID, jobID string) ([]SyncRule, error) {
	op := "read the schema of job " + jobID
	info, err := c.syncJobs(applicationID).BySynchronizationJobId(jobID).Schema().ToGetRequestInformation(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	body, err := c.send(ctx, op, info)
	if err != nil {
		return nil, err
	}
	var schema struct {
		Rules []SyncRule `json:"synchronizationRules"`
	}
	if err := json.Unmarshal(body, &schema); err != nil {
		return nil, fmt.Errorf("graph: %s: the answer cannot be read: %w", op, err)
	}
	return schema.Rules, nil
}

// StartSyncJob starts a job that is stopped. A job that runs may be stopped by it: see SyncJob.Stopped.
//
// https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-start, least permission
// Synchronization.ReadWrite.All, or Application.ReadWrite.OwnedBy for what the application owns.
func (c *Client) StartSyncJob(ctx context.Context, applicationID, jobID string) (Receipt, error) {
	info, err := c.syncJobs(applicationID).BySynchronizationJobId(jobID).Start().ToPostRequestInformation(ctx, nil)
	return c.change(ctx, "start job "+jobID, info, err, nil)
}

// SyncSubject is who is provisioned on demand. Type is "User" or "Group".
type SyncSubject struct {
	ID   string
	Type string
	// Members are user ids, of a group: MaxSyncMembers at the most.
	Members []string
}

// MaxSyncMembers is how many members of a group go with one request.
const MaxSyncMembers = 5

type syncObject struct {
	ObjectID string                  `json:"objectId"`
	Type     string                  `json:"objectTypeName"`
	Links    map[string][]syncObject `json:"links,omitempty"`
}

func (s SyncSubject) object() syncObject {
	o := syncObject{ObjectID: s.ID, Type: s.Type}
	for _, m := range s.Members {
		if o.Links == nil {
			o.Links = map[string][]syncObject{}
		}
		o.Links["members"] = append(o.Links["members"], syncObject{ObjectID: m, Type: "User"})
	}
	return o
}

// SyncOrder names the job and the rule by which somebody is provisioned.
type SyncOrder struct{ ApplicationID, JobID, RuleID string }

// ProvisionOnDemand provisions somebody at once, and returns what came of it: "Success", "Skipped" where the
// application was up to date, "Failure", or "" where Graph does not say. The global cloud and that of the US
// government have it.
//
// https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand, least permission
// Synchronization.ReadWrite.All, or Application.ReadWrite.OwnedBy for what the application owns.
func (c *Client) ProvisionOnDemand(ctx context.Context, o SyncOrder, s SyncSubject) (string, Receipt, error) {
	op := "provision " + s.ID + " by job " + o.JobID
	info, err := c.syncJobs(o.ApplicationID).BySynchronizationJobId(o.JobID).ProvisionOnDemand().
		ToPostRequestInformation(ctx, emptyBody(serviceprincipals.NewItemSynchronizationJobsItemProvisionOnDemandPostRequestBody), nil)
	if err != nil {
		return "", Receipt{}, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	type parameter struct {
		RuleID   string       `json:"ruleId"`
		Subjects []syncObject `json:"subjects"`
	}
	answer, receipt, err := c.write(transport.WithLane(ctx, LaneOnDemand), op, info,
		map[string][]parameter{"parameters": {{o.RuleID, []syncObject{s.object()}}}})
	return onDemandResult(answer), receipt, err
}

// onDemandResult reads JSON within a string within JSON. What it cannot read says nothing.
func onDemandResult(answer []byte) string {
	var pair struct {
		Key string `json:"key"`
	}
	var told struct {
		Result string `json:"result"`
	}
	if json.Unmarshal(answer, &pair) != nil || json.Unmarshal([]byte(pair.Key), &told) != nil {
		return ""
	}
	return told.Result
}
