package graph

import (
	"context"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/auditlogs"
)

// SignInRecord is a record of the sign-in log: that somebody signed in to an application, or tried to.
// https://learn.microsoft.com/graph/api/resources/signin
type SignInRecord struct {
	ID              string    `json:"id"`
	At              time.Time `json:"createdDateTime"`
	UserID          string    `json:"userId"`
	UserDisplayName string    `json:"userDisplayName"`
	// AppID is the application (client) id of what was signed in to, which the tenant need not list.
	AppID          string `json:"appId"`
	AppDisplayName string `json:"appDisplayName"`
	// ServicePrincipalID is the object id of an application that signed in itself, with no user; else "".
	ServicePrincipalID string `json:"servicePrincipalId"`
	Interactive        bool   `json:"isInteractive"`
	SignInStatus       `json:"status"`
}

// SignInStatus is what came of a sign-in. https://learn.microsoft.com/graph/api/resources/signinstatus
type SignInStatus struct {
	// ErrorCode is 0 where it succeeded, nil where that is not known.
	ErrorCode *int `json:"errorCode"`
}

// Succeeded says whether somebody got in.
func (s SignInStatus) Succeeded() bool { return s.ErrorCode != nil && *s.ErrorCode == 0 }

func (s SignInRecord) rowID() string    { return s.ID }
func (s SignInRecord) rowAt() time.Time { return s.At }

// signInSelect leaves out devices, addresses, places and policies.
var signInSelect = []string{"id", "createdDateTime", "userId", "userDisplayName", "appId", "appDisplayName", "servicePrincipalId", "isInteractive", "status"}

// ListSignIns returns a page of the sign-in log, the oldest record first, as ListDirectoryAudits does. Version
// 1.0 of Graph tells of interactive sign-ins alone.
//
// https://learn.microsoft.com/graph/api/signin-list, least permission AuditLog.Read.All. The error is
// ErrNoPremium on a tenant without Entra ID P1 or P2.
func (c *Client) ListSignIns(ctx context.Context, during Period, top int32, next string) (Page[SignInRecord], error) {
	const by = "createdDateTime"
	return listLog[SignInRecord](ctx, c, listing{op: "list sign-ins", first: func(plain bool) (*abstractions.RequestInformation, error) {
		q := &auditlogs.SignInsRequestBuilderGetQueryParameters{Filter: during.filter(by), Orderby: []string{by}, Top: ptr(logTop(top))}
		if !plain {
			q.Select = signInSelect
		}
		return c.sdk.AuditLogs().SignIns().ToGetRequestInformation(ctx, &auditlogs.SignInsRequestBuilderGetRequestConfiguration{QueryParameters: q})
	}}, next)
}
