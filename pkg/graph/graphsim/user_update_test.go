package graphsim_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

func TestUpdateUser(t *testing.T) {
	r := writer(t, graphsim.Options{})
	u := r.person(false)
	path := "/users/" + u.ID()
	r.write("PATCH", path, `{"department":"R&D","jobTitle":null,"mail":"elsewhere@fabrikam.com","accountEnabled":false,
		"onPremisesExtensionAttributes":{"extensionAttribute1":"a","extensionAttribute2":"b"}}`, 204, "")
	r.write("PATCH", path, `{"onPremisesExtensionAttributes":{"extensionAttribute1":null}}`, 204, "")
	got := r.userNow(u.ID())
	attributes := string(got.Get("onPremisesExtensionAttributes").(json.RawMessage))
	if got.Text("department") != "R&D" || got.Get("jobTitle") != nil || got.Get("accountEnabled") != false ||
		!slices.Equal(got.Get("proxyAddresses").([]string), []string{"SMTP:elsewhere@fabrikam.com"}) ||
		!strings.Contains(attributes, `"extensionAttribute1":null`) || !strings.Contains(attributes, `"extensionAttribute2":"b"`) {
		t.Errorf("%v %s", got, attributes)
	}
	for body, words := range map[string]string{
		`{"displayName":null}`: "'displayName'", `{"userPrincipalName":null}`: "'userPrincipalName'", `{"usageLocation":null}`: "'usageLocation'",
		`{"createdDateTime":"2020-01-01T00:00:00Z"}`: "read-only", `{"securityIdentifier":null}`: "read-only", `{"employeeId":""}`: "'employeeId'", `{"accountEnabled":"false"}`: "'accountEnabled'",
		`{"userPrincipalName":"` + r.person(true).Text("userPrincipalName") + `"}`: "userPrincipalName already exists",
		`{"mail":"` + r.person(true).Text("mail") + `"}`:                           "proxyAddresses already exists",
	} {
		r.write("PATCH", path, body, 400, words)
	}
	r.write("PATCH", "/users/"+r.person(true).ID(), `{"mail":"x@contoso.com"}`, 400, "external service")
	r.write("PATCH", "/users/00000000-0000-4000-8000-000000000000", `{"city":"Ulm"}`, 404, "")
	synced := record(t, r.Census().Users, func(u graphsim.Record) bool {
		return u.Get("onPremisesSyncEnabled") == true && !r.Tenant().Administrator(u.ID())
	})
	r.write("PATCH", "/users/"+synced.ID(), `{"department":"x"}`, 400, "on-premises mastered")
	r.write("PATCH", "/users/"+synced.ID(), `{"usageLocation":"DE"}`, 204, "")
}

func TestUpdateUser_PermissionsOfProperties(t *testing.T) {
	for permission, body := range map[string]string{
		"User.EnableDisableAccount.All": `{"accountEnabled":false}`, "User-Phone.ReadWrite.All": `{"mobilePhone":"+1 555"}`,
		"User-Mail.ReadWrite.All": `{"otherMails":["a@example.com"]}`,
	} {
		r := start(t, graphsim.Options{Permissions: []string{"User.Read.All", permission}})
		path := "/users/" + r.person(true).ID()
		r.write("PATCH", path, body, 204, "")
		r.write("PATCH", path, `{"city":"Ulm"}`, 403, "Insufficient privileges")
	}
	r := start(t, graphsim.Options{})
	r.write("PATCH", "/users/"+r.person(true).ID(), `{"city":"Ulm"}`, 403, "Insufficient privileges")
}
