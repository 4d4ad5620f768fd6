package graph

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"testing"
)

// sentWrite is one request as it left.
type sentWrite struct {
	method, path string
	body         any
}

// rightWrites are the writes of rights, by what they send.
func rightWrites() map[string]struct {
	do   func(context.Context, *Client) (Receipt, error)
	want sentWrite
} {
	type entry = struct {
		do   func(context.Context, *Client) (Receipt, error)
		want sentWrite
	}
	const sps, roles = "/v1.0/servicePrincipals/", "/v1.0/roleManagement/directory/roleAssignments"
	reference := Clouds()[0].Reference("o1")
	return map[string]entry{
		"AssignAppRole": {func(ctx context.Context, c *Client) (Receipt, error) {
			return c.AssignAppRole(ctx, AppRoleGrant{ApplicationID: "a1", RoleID: "r1", PrincipalID: "p1"})
		}, sentWrite{"POST", sps + "a1/appRoleAssignedTo", map[string]any{"principalId": "p1", "resourceId": "a1", "appRoleId": "r1"}}},
		"RemoveAppRoleAssignment": {func(ctx context.Context, c *Client) (Receipt, error) {
			return c.RemoveAppRoleAssignment(ctx, "a1", "o-p_a/q")
		}, sentWrite{"DELETE", sps + "a1/appRoleAssignedTo/o-p_a%2Fq", nil}},
		"AddApplicationOwner": {func(ctx context.Context, c *Client) (Receipt, error) {
			return c.AddApplicationOwner(ctx, "a1", reference)
		}, sentWrite{"POST", sps + "a1/owners/$ref", map[string]any{"@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/o1"}}},
		"RemoveApplicationOwner": {func(ctx context.Context, c *Client) (Receipt, error) {
			return c.RemoveApplicationOwner(ctx, "a1", "o1")
		}, sentWrite{"DELETE", sps + "a1/owners/o1/$ref", nil}},
		"AssignRole": {func(ctx context.Context, c *Client) (Receipt, error) {
			_, receipt, err := c.AssignRole(ctx, RoleGrant{RoleDefinitionID: "d1", PrincipalID: "p1"})
			return receipt, err
		}, sentWrite{"POST", roles, map[string]any{"@odata.type": "#microsoft.graph.unifiedRoleAssignment",
			"roleDefinitionId": "d1", "principalId": "p1", "directoryScopeId": "/"}}},
		"RemoveRoleAssignment": {func(ctx context.Context, c *Client) (Receipt, error) {
			return c.RemoveRoleAssignment(ctx, "x1")
		}, sentWrite{"DELETE", roles + "/x1", nil}},
		"AssignLicense": {func(ctx context.Context, c *Client) (Receipt, error) {
			return c.AssignLicense(ctx, LicenseGrant{UserID: "u1", SkuID: "s1"})
		}, sentWrite{"POST", "/v1.0/users/u1/assignLicense", map[string]any{
			"addLicenses": []any{map[string]any{"skuId": "s1", "disabledPlans": []any{}}}, "removeLicenses": []any{}}}},
		"RemoveLicense": {func(ctx context.Context, c *Client) (Receipt, error) {
			return c.RemoveLicense(ctx, LicenseGrant{UserID: "u1", SkuID: "s1"})
		}, sentWrite{"POST", "/v1.0/users/u1/assignLicense", map[string]any{"addLicenses": []any{}, "removeLicenses": []any{"s1"}}}},
		"StartSyncJob": {func(ctx context.Context, c *Client) (Receipt, error) {
			return c.StartSyncJob(ctx, "a1", "j1")
		}, sentWrite{"POST", sps + "a1/synchronization/jobs/j1/start", nil}},
		"ProvisionOnDemand": {func(ctx context.Context, c *Client) (Receipt, error) {
			_, receipt, err := c.ProvisionOnDemand(ctx, SyncOrder{"a1", "j1", "r1"}, SyncSubject{ID: "g1", Type: "Group", Members: []string{"u1"}})
			return receipt, err
		}, sentWrite{"POST", sps + "a1/synchronization/jobs/j1/provisionOnDemand", map[string]any{"parameters": []any{map[string]any{
			"ruleId": "r1", "subjects": []any{map[string]any{"objectId": "g1", "objectTypeName": "Group",
				"links": map[string]any{"members": []any{map[string]any{"objectId": "u1", "objectTypeName": "User"}}}}}}}}}},
	}
}

func TestRightWrites_SendOneRequestEach(t *testing.T) {
	var sent []sentWrite
	server := startCanned(t, func(w http.ResponseWriter, r *http.Request) {
		s := sentWrite{method: r.Method, path: r.URL.EscapedPath()}
		if content, _ := io.ReadAll(r.Body); len(content) > 0 {
			if err := json.Unmarshal(content, &s.body); err != nil || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s %s: body %q as %q", r.Method, r.URL.Path, content, r.Header.Values("Content-Type"))
			}
		}
		sent = append(sent, s)
		w.Header().Set("request-id", "q1")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"id":"made","directoryScopeId":"/"}`))
	})
	for name, write := range rightWrites() {
		sent = nil
		receipt, err := write.do(t.Context(), server.client(t))
		if err != nil || receipt.RequestID != "q1" {
			t.Errorf("%s: %v, %v", name, receipt, err)
		}
		if len(sent) != 1 || !reflect.DeepEqual(sent[0], write.want) {
			t.Errorf("%s sent %v, want %v", name, sent, write.want)
		}
	}
}

// TestRightWrites_AreNotRepeated: what fails may have happened all the same.
func TestRightWrites_AreNotRepeated(t *testing.T) {
	server := startCanned(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGatewayTimeout) })
	for name, write := range rightWrites() {
		_, err := write.do(t.Context(), server.client(t))
		if n := len(server.seen()); n != 1 || !Unclear(err) {
			t.Errorf("%s: %d requests, %v", name, n, err)
		}
	}
}

// refused is an answer of Graph that says no.
func refused(status int, code, message string) error {
	return &Error{Op: "try", Status: status, Code: code, Message: message}
}

func TestRefusals_OfRightsAreToldApart(t *testing.T) {
	duplicate := refused(400, "Request_BadRequest", "Permission being assigned already exists on the object")
	conflict := refused(400, "Request_BadRequest", "A conflicting object with one or more of the specified property values is present in the directory.")
	if !AppRoleAssignedAlready(duplicate) || AppRoleAssignedAlready(conflict) {
		t.Error("an assignment that is there already")
	}
	for _, err := range []error{conflict, refused(409, "", "conflicting object"), refused(400, "Request_MultipleObjectsWithSameKeyValue", "")} {
		if !RoleAssignedAlready(err) {
			t.Errorf("%v: the role is assigned already", err)
		}
	}
	if RoleAssignedAlready(duplicate) || RoleAssignedAlready(refused(409, "Directory_ConcurrencyViolation", "being changed")) || RoleAssignedAlready(nil) {
		t.Error("a refusal for another reason is taken for an assignment")
	}
}
