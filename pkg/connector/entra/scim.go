package entra

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// nudgeTime bounds what a nudge may take: the grant is done, and its answer waits.
const nudgeTime = 30 * time.Second

// nudge lets Entra ID provision the holder to an application whose access has changed, where the application
// is provisioned at all and the switch is on, instead of some forty minutes later. It comes after changes
// that were made already as well: whoever repeats a task may do so because this part was cut short. What goes
// wrong is told, and fails nothing.
func (c *Connector) nudge(ctx context.Context, r connector.Right) {
	subject := graph.SyncSubject{ID: r.Holder.GetResource(), Type: subjectTypes()[r.Holder.GetResourceType()]}
	if !c.switches.scheduleSCIM || subject.Type == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, nudgeTime)
	defer cancel()
	if err := c.provision(ctx, r.Resource, subject); err != nil {
		fields := []zap.Field{zap.String("application", r.Resource), zap.String("principal", subject.ID), connector.Why(err)}
		if graph.Denied(err) {
			fields = append(fields, zap.String("needs", "Synchronization.ReadWrite.All"))
		}
		ctxzap.Extract(ctx).Warn("access was changed, but the SCIM provisioning of the application could not be scheduled; it will run at its own time", fields...)
	}
}

// subjectTypes are what can be provisioned, by resource type.
func subjectTypes() map[string]string { return map[string]string{typeUser: "User", typeGroup: "Group"} }

func (c *Connector) provision(ctx context.Context, applicationID string, subject graph.SyncSubject) error {
	var failures []error
	for next := ""; ; {
		page, err := c.graph.ListSyncJobs(ctx, applicationID, next)
		if graph.Missing(err) {
			return errors.Join(failures...) // an application without provisioning
		}
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		for _, job := range page.Items {
			failures = append(failures, c.runJob(ctx, applicationID, job, subject))
		}
		if next = page.Next; next == "" {
			return errors.Join(failures...)
		}
	}
}

// runJob starts a job that stands still, and has one that runs take the subject at once.
func (c *Connector) runJob(ctx context.Context, applicationID string, job graph.SyncJob, subject graph.SyncSubject) error {
	switch {
	case !job.Configured():
		return nil
	case job.Stopped():
		receipt, err := c.graph.StartSyncJob(ctx, applicationID, job.ID)
		return jobAudit(ctx, "start synchronization job", applicationID, job, subject, receipt, err)
	}
	rules, err := c.graph.GetSyncRules(ctx, applicationID, job.ID)
	if err != nil {
		return err
	}
	for _, rule := range rules {
		if rule.Takes(subject.Type) {
			return c.onDemand(ctx, graph.SyncOrder{ApplicationID: applicationID, JobID: job.ID, RuleID: rule.ID}, job, subject)
		}
	}
	return nil // the job provisions no objects of that kind
}

func (c *Connector) onDemand(ctx context.Context, order graph.SyncOrder, job graph.SyncJob, subject graph.SyncSubject) error {
	if subject.Type == subjectTypes()[typeGroup] {
		var err error
		if subject.Members, err = c.firstMembers(ctx, subject.ID); err != nil {
			return err
		}
	}
	result, receipt, err := c.graph.ProvisionOnDemand(ctx, order, subject)
	if err == nil && result == "Failure" {
		err = fmt.Errorf("job %s could not provision %s: its provisioning log says why", job.ID, subject.ID)
	}
	return jobAudit(ctx, "provision on demand", order.ApplicationID, job, subject, receipt, err)
}

// firstMembers are as many users of a group as one request takes. The others come with the job's next run.
func (c *Connector) firstMembers(ctx context.Context, groupID string) ([]string, error) {
	page, err := c.graph.ListGroupMembers(ctx, groupID, "")
	var users []string
	for _, m := range page.Items {
		if m.Type() == graph.TypeUser && len(users) < graph.MaxSyncMembers {
			users = append(users, m.ID)
		}
	}
	return users, err
}

// jobAudit writes the audit line of a request to a job.
func jobAudit(ctx context.Context, action, applicationID string, job graph.SyncJob, subject graph.SyncSubject, receipt graph.Receipt, err error) error {
	result := connector.Done
	if err != nil {
		result = connector.Failed
	}
	connector.Change{Action: action, Targets: map[string]string{"application": applicationID, "job": job.ID, "principal": subject.ID}}.Audit(ctx, result, receipt.RequestID, err)
	return err
}
