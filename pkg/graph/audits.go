package graph

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/auditlogs"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// DirectoryAudit is a record of the audit log: that something in the directory was changed, or that somebody
// tried to. https://learn.microsoft.com/graph/api/resources/directoryaudit
type DirectoryAudit struct {
	ID string `json:"id"`
	// Activity is what was done ("Add member to group"), of a category ("GroupManagement").
	Activity string    `json:"activityDisplayName"`
	Category string    `json:"category"`
	At       time.Time `json:"activityDateTime"`
	// Result is success, failure or timeout.
	Result string `json:"result"`
	// OperationType is Add, Assign, Update, Unassign or Delete; it may be missing.
	OperationType string `json:"operationType"`
	// Targets are what it was done to, in no order that could be relied on.
	Targets []AuditTarget `json:"targetResources"`
}

// AuditTarget is an object that a record of the audit log speaks of, which may be gone since.
// https://learn.microsoft.com/graph/api/resources/targetresource
type AuditTarget struct {
	ID string `json:"id"`
	// Type is User, Device, Directory, App, Role, Group, Policy or Other, and others that are not documented:
	// ServicePrincipal, Application, "N/A".
	Type string `json:"type"`
	// GroupType is unifiedGroups or azureAD for a group, "" for anything else.
	GroupType string             `json:"groupType"`
	Modified  []ModifiedProperty `json:"modifiedProperties"`
}

// ModifiedProperty is a property of a target before and after, as JSON inside the text: `"x"`, `["x"]`, or the
// bare x. https://learn.microsoft.com/graph/api/resources/modifiedproperty
type ModifiedProperty struct {
	Name string `json:"displayName"`
	Old  string `json:"oldValue"`
	New  string `json:"newValue"`
}

func (d DirectoryAudit) rowID() string    { return d.ID }
func (d DirectoryAudit) rowAt() time.Time { return d.At }

// auditSelect leaves out who did it and from where.
var auditSelect = []string{"id", "activityDateTime", "activityDisplayName", "category", "result", "operationType", "targetResources"}

// Period is a stretch of time of a log: from From to To, both inclusive, to a tenth of a microsecond. A zero
// end is open.
type Period struct{ From, To time.Time }

// ListDirectoryAudits returns a page of the audit log, the oldest record first. Records show up in the log
// minutes after their time, and not in its order. Top is the most records of a page, 0 the most there can be; both
// it and the period have to be the same for all pages of a list.
//
// https://learn.microsoft.com/graph/api/directoryaudit-list, least permission AuditLog.Read.All. The error is
// ErrNoPremium on a tenant that has no log to give, if there is one. The log is not there in China.
func (c *Client) ListDirectoryAudits(ctx context.Context, during Period, top int32, next string) (Page[DirectoryAudit], error) {
	const by = "activityDateTime"
	return listLog[DirectoryAudit](ctx, c, listing{op: "list directory audits", first: func(plain bool) (*abstractions.RequestInformation, error) {
		q := &auditlogs.DirectoryAuditsRequestBuilderGetQueryParameters{Filter: during.filter(by), Orderby: []string{by}, Top: ptr(logTop(top))}
		if !plain {
			q.Select = auditSelect
		}
		return c.sdk.AuditLogs().DirectoryAudits().ToGetRequestInformation(ctx, &auditlogs.DirectoryAuditsRequestBuilderGetRequestConfiguration{QueryParameters: q})
	}}, next)
}

// logRow is a row of a log.
type logRow interface {
	row
	rowAt() time.Time
}

// listLog reads a page of a log. Both logs count for the limit of the reports.
func listLog[T logRow](ctx context.Context, c *Client, l listing, next string) (Page[T], error) {
	page, err := list[T](transport.WithLane(ctx, LaneReports), c, l, next)
	if err != nil {
		return Page[T]{}, noPremium(err)
	}
	for _, r := range page.Items {
		if r.rowAt().IsZero() {
			return Page[T]{}, fmt.Errorf("graph: %s: the record %s has no time", l.op, r.rowID())
		}
	}
	// An option that Graph does not support it may ignore, without a word. The newest first would lose what is
	// older for whoever remembers how far he has come.
	if n := len(page.Items); n > 1 && page.Items[n-1].rowAt().Before(page.Items[0].rowAt()) {
		return Page[T]{}, fmt.Errorf("graph: %s: the page has the newest record first, where the oldest was asked for", l.op)
	}
	slices.SortStableFunc(page.Items, func(a, b T) int { return a.rowAt().Compare(b.rowAt()) })
	return page, nil
}

// logTop is the size of a page of a log. The service's own most is 1,000, by the SDK's text on sign-ins; for
// audits it is not documented.
func logTop(top int32) int32 {
	if top <= 0 {
		return maxPage
	}
	return min(top, maxPage)
}

// logTime is how a filter has a time: Graph's own have seven digits behind the second.
const logTime = "2006-01-02T15:04:05.9999999Z"

// filter holds a property of a record against the period; nil where the period has no ends.
func (p Period) filter(property string) *string {
	var parts []string
	if !p.From.IsZero() {
		parts = append(parts, property+" ge "+p.From.UTC().Format(logTime))
	}
	if !p.To.IsZero() {
		parts = append(parts, property+" le "+p.To.UTC().Format(logTime))
	}
	if len(parts) == 0 {
		return nil
	}
	return ptr(strings.Join(parts, " and "))
}
