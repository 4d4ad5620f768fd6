package graphsim_test

import (
	"testing"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/auditlogs"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// logs are read through models: times, lists in lists, enumerations and all.
func (w *walker) logs(t *testing.T, tenant *graphsim.Tenant) {
	for _, name := range []string{"Add user", "Add member to group", "Delete user"} {
		_, err := tenant.AddAudit(map[string]any{"activityDisplayName": name, "category": "UserManagement", "operationType": "Add",
			"targetResources": []any{map[string]any{"id": "x", "type": "Group", "groupType": "unifiedGroups",
				"modifiedProperties": []any{map[string]any{"displayName": "Group.ObjectID", "oldValue": nil, "newValue": `"y"`}}}}})
		must(t, err)
	}
	since := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	audits := w.client.AuditLogs().DirectoryAudits()
	config := &auditlogs.DirectoryAuditsRequestBuilderGetRequestConfiguration{QueryParameters: &auditlogs.DirectoryAuditsRequestBuilderGetQueryParameters{
		Filter: ptr("activityDateTime ge " + since), Orderby: []string{"activityDateTime"}, Top: ptr(int32(2))}}
	list := collect(t, func() (models.DirectoryAuditCollectionResponseable, error) { return audits.Get(w.ctx, config) },
		func(link string) (models.DirectoryAuditCollectionResponseable, error) {
			return audits.WithUrl(link).Get(w.ctx, nil)
		})
	for i, want := range tenant.Audits() {
		a := list[i]
		target := a.GetTargetResources()[0]
		if text(a.GetId()) != want.ID || !a.GetActivityDateTime().Equal(want.At) || text(a.GetActivityDisplayName()) != want.Activity || a.GetResult().String() != "success" ||
			target.GetGroupType().String() != "unifiedGroups" || text(target.GetModifiedProperties()[0].GetNewValue()) != `"y"` {
			t.Errorf("record %d is not %+v", i, want)
		}
	}
	one, err := audits.ByDirectoryAuditId(*list[0].GetId()).Get(w.ctx, nil)
	if err != nil || text(one.GetId()) != text(list[0].GetId()) {
		t.Errorf("one record: %v", err)
	}
	w.signIns(t, tenant)
}

func (w *walker) signIns(t *testing.T, tenant *graphsim.Tenant) {
	b := w.client.AuditLogs().SignIns()
	config := &auditlogs.SignInsRequestBuilderGetRequestConfiguration{QueryParameters: &auditlogs.SignInsRequestBuilderGetQueryParameters{Orderby: []string{"createdDateTime"}}}
	list := collect(t, func() (models.SignInCollectionResponseable, error) { return b.Get(w.ctx, config) },
		func(link string) (models.SignInCollectionResponseable, error) { return b.WithUrl(link).Get(w.ctx, nil) })
	all := tenant.SignIns()
	if len(list) != len(all) || len(all) < 100 {
		t.Fatalf("%d sign-ins, want %d", len(list), len(all))
	}
	for i, s := range list {
		if text(s.GetId()) != all[i].ID || !s.GetCreatedDateTime().Equal(all[i].At) || text(s.GetUserId()) != all[i].UserID || text(s.GetAppId()) != all[i].AppID ||
			int(*s.GetStatus().GetErrorCode()) != all[i].ErrorCode || *s.GetLocation().GetGeoCoordinates().GetLatitude() < 47 || s.GetRiskState().String() != "none" {
			t.Errorf("sign-in %d is not %+v", i, all[i])
		}
	}
}
