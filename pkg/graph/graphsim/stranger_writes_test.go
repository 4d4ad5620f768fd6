package graphsim_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	msgraph "github.com/microsoftgraph/msgraph-sdk-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// strangerWriters are just what the writes below need.
func strangerWriters() []string {
	return []string{"Group.ReadWrite.All", "Application.ReadWrite.All", "Directory.Read.All", "RoleManagement.ReadWrite.Directory", "LicenseAssignment.ReadWrite.All"}
}

// TestStranger_Writes: Microsoft's own client changes the tenant, with its packed bodies and its own spellings, and
// its requests are ones that Microsoft publishes.
func TestStranger_Writes(t *testing.T) {
	log := filepath.Join(t.TempDir(), "traffic.jsonl")
	file, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := &writing{rig: start(t, graphsim.Options{Traffic: file, Permissions: strangerWriters()}), ctx: context.Background()}
	w.client = w.stranger()
	for name, step := range map[string]func(*testing.T){"groups": w.groups, "applications": w.applications, "roles": w.roles, "licences": w.licences} {
		t.Run(name, step)
	}
	// An owner of an application takes Directory.Read.All beside Application.ReadWrite.All.
	graphcheckWith(t, log, strangerWriters(), "Directory.Read.All")
}

type writing struct {
	*rig
	ctx    context.Context
	client *msgraph.GraphServiceClient
}

func (w *writing) reference(id string) models.ReferenceCreateable {
	ref := models.NewReferenceCreate()
	ref.SetOdataId(ptr(w.address(id)))
	return ref
}

func allWell(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func guid(t *testing.T, text string) *uuid.UUID {
	t.Helper()
	id, err := uuid.Parse(text)
	allWell(t, err)
	return &id
}

func (w *writing) groups(t *testing.T) {
	people := w.people(0, 4)
	g := models.NewGroup()
	g.SetDisplayName(ptr("Stranger"))
	g.SetMailNickname(ptr("stranger"))
	g.SetMailEnabled(ptr(false))
	g.SetSecurityEnabled(ptr(true))
	g.SetAdditionalData(map[string]any{"owners@odata.bind": []string{w.address(people[0])}})
	made, err := w.client.Groups().Post(w.ctx, g, nil)
	allWell(t, err)
	one := w.client.Groups().ByGroupId(*made.GetId())
	change := models.NewGroup()
	change.SetDescription(ptr("Strange"))
	change.SetAdditionalData(map[string]any{"members@odata.bind": []string{w.address(people[1]), w.address(people[2])}})
	_, err = one.Patch(w.ctx, change, nil)
	allWell(t, err,
		one.Members().Ref().Post(w.ctx, w.reference(people[3]), nil),
		one.Members().ByDirectoryObjectId(people[1]).Ref().Delete(w.ctx, nil),
		one.Owners().Ref().Post(w.ctx, w.reference(people[1]), nil),
		one.Owners().ByDirectoryObjectId(people[0]).Ref().Delete(w.ctx, nil))
	if err := one.Members().Ref().Post(w.ctx, w.reference(people[3]), nil); err == nil {
		t.Error("a duplicate was taken")
	}
	g2 := record(t, w.Census().Groups, func(g graphsim.Record) bool { return g.ID() == *made.GetId() })
	if len(g2.Members) != 2 || len(g2.Owners) != 1 || g2.Text("description") != "Strange" {
		t.Errorf("%v %v %s", g2.Members, g2.Owners, g2.Text("description"))
	}
	allWell(t, one.Delete(w.ctx, nil))
}

func (w *writing) applications(t *testing.T) {
	sp, _ := w.storeApp()
	user := w.unassigned(sp)
	a := models.NewAppRoleAssignment()
	a.SetPrincipalId(guid(t, user))
	a.SetResourceId(guid(t, sp.ID()))
	a.SetAppRoleId(guid(t, defaultRole))
	app := w.client.ServicePrincipals().ByServicePrincipalId(sp.ID())
	made, err := app.AppRoleAssignedTo().Post(w.ctx, a, nil)
	allWell(t, err,
		app.Owners().Ref().Post(w.ctx, w.reference(user), nil),
		app.Owners().ByDirectoryObjectId(user).Ref().Delete(w.ctx, nil))
	allWell(t, app.AppRoleAssignedTo().ByAppRoleAssignmentId(*made.GetId()).Delete(w.ctx, nil))
}

func (w *writing) roles(t *testing.T) {
	a := models.NewUnifiedRoleAssignment()
	a.SetPrincipalId(ptr(w.people(7, 8)[0]))
	a.SetRoleDefinitionId(ptr("95e79109-95c0-4d8e-aee3-d01accf2d47b"))
	a.SetDirectoryScopeId(ptr("/"))
	all := w.client.RoleManagement().Directory().RoleAssignments()
	made, err := all.Post(w.ctx, a, nil)
	allWell(t, err)
	allWell(t, all.ByUnifiedRoleAssignmentId(*made.GetId()).Delete(w.ctx, nil))
}

func (w *writing) licences(t *testing.T) {
	sku, _ := w.used("POWER_BI_STANDARD")
	body := users.NewItemAssignLicensePostRequestBody()
	add := models.NewAssignedLicense()
	add.SetSkuId(guid(t, sku))
	body.SetAddLicenses([]models.AssignedLicenseable{add})
	body.SetRemoveLicenses([]uuid.UUID{})
	user := w.settled()
	_, err := w.client.Users().ByUserId(user).AssignLicense().Post(w.ctx, body, nil)
	allWell(t, err)
	if len(given(t, w.userRecord(user))) != 1 {
		t.Error("not licensed")
	}
}
