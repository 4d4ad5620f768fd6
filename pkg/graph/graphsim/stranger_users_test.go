package graphsim_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// TestStranger_Users: Microsoft's own client creates a user, works on it, deletes it and brings it back.
func TestStranger_Users(t *testing.T) {
	log := filepath.Join(t.TempDir(), "traffic.jsonl")
	file, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	permissions := []string{"User.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All", "Synchronization.ReadWrite.All", "Domain.Read.All"}
	w := &writing{rig: start(t, graphsim.Options{Traffic: file, Permissions: permissions, DirectoryRoles: []string{"Helpdesk Administrator"}}),
		ctx: context.Background()}
	w.client = w.stranger()
	id := w.newcomer(t)
	t.Run("life", func(t *testing.T) { w.life(t, id) })
	t.Run("methods", func(t *testing.T) { w.methods(t, id) })
	t.Run("bin", func(t *testing.T) { w.bin(t, id) })
	t.Run("jobs", w.jobs)
	graphcheckWith(t, log, permissions, "")
}

func secret(text string) models.PasswordProfileable {
	p := models.NewPasswordProfile()
	p.SetPassword(ptr(text))
	p.SetForceChangePasswordNextSignIn(ptr(true))
	return p
}

func (w *writing) newcomer(t *testing.T) string {
	t.Helper()
	u := models.NewUser()
	u.SetDisplayName(ptr("Stranger"))
	u.SetMailNickname(ptr("stranger"))
	u.SetUserPrincipalName(ptr("stranger@contoso.com"))
	u.SetAccountEnabled(ptr(true))
	u.SetEmployeeId(ptr("S1"))
	u.SetPasswordProfile(secret("Stranger-things-1"))
	made, err := w.client.Users().Post(w.ctx, u, nil)
	allWell(t, err)
	if text(made.GetUserPrincipalName()) != "stranger@contoso.com" {
		t.Errorf("%v", text(made.GetUserPrincipalName()))
	}
	return *made.GetId()
}

func (w *writing) life(t *testing.T, id string) {
	one := w.client.Users().ByUserId(id)
	change := models.NewUser()
	change.SetDepartment(ptr("Lost and found"))
	change.SetAccountEnabled(ptr(false))
	change.SetEmployeeId(nil)
	change.SetPasswordProfile(secret("Stranger-things-2"))
	attributes := models.NewOnPremisesExtensionAttributes()
	attributes.SetExtensionAttribute7(ptr("seven"))
	change.SetOnPremisesExtensionAttributes(attributes)
	_, err := one.Patch(w.ctx, change, nil)
	ref := models.NewReferenceUpdate()
	ref.SetOdataId(ptr(w.address(w.people(1, 2)[0])))
	allWell(t, err, one.Manager().Ref().Put(w.ctx, ref, nil))
	manager, err := one.Manager().Get(w.ctx, nil)
	allWell(t, err, one.Manager().Ref().Delete(w.ctx, nil))
	revoked, err := one.RevokeSignInSessions().PostAsRevokeSignInSessionsPostResponse(w.ctx, nil)
	allWell(t, err)
	u := w.userRecord(id)
	password, _ := w.Tenant().Password(id)
	if text(manager.GetId()) != w.people(1, 2)[0] || revoked.GetValue() == nil || !*revoked.GetValue() || u.Get("accountEnabled") != false ||
		u.Get("employeeId") != nil || password != "Stranger-things-2" {
		t.Errorf("%v %v", u.Get("accountEnabled"), u.Get("employeeId"))
	}
}

func (w *writing) methods(t *testing.T, id string) {
	allWell(t, w.Tenant().SetAuthMethods(id, "phoneAuthenticationMethod", "fido2AuthenticationMethod"))
	methods := w.client.Users().ByUserId(id).Authentication()
	all, err := methods.Methods().Get(w.ctx, nil)
	allWell(t, err)
	rows := all.GetValue()
	if _, ok := rows[1].(models.PhoneAuthenticationMethodable); !ok || len(rows) != 3 {
		t.Fatalf("%d methods", len(rows))
	}
	phone := methods.PhoneMethods().ByPhoneAuthenticationMethodId(*rows[1].GetId())
	if phone.Delete(w.ctx, nil) == nil {
		t.Error("the default method was deleted")
	}
	allWell(t, methods.Fido2Methods().ByFido2AuthenticationMethodId(*rows[2].GetId()).Delete(w.ctx, nil), phone.Delete(w.ctx, nil))
}

func (w *writing) bin(t *testing.T, id string) {
	allWell(t, w.client.Users().ByUserId(id).Delete(w.ctx, nil))
	bin := w.client.Directory().DeletedItems()
	gone, err := bin.GraphUser().Get(w.ctx, nil)
	allWell(t, err)
	if len(gone.GetValue()) != 1 {
		t.Errorf("%d in the bin", len(gone.GetValue()))
	}
	_, err = bin.ByDirectoryObjectId(id).Restore().Post(w.ctx, nil)
	allWell(t, err)
	w.userRecord(id)
	domains, err := w.client.Domains().Get(w.ctx, nil)
	allWell(t, err)
	if len(domains.GetValue()) != 4 {
		t.Errorf("%d domains", len(domains.GetValue()))
	}
}

func (w *writing) jobs(t *testing.T) {
	app := w.Census().ServicePrincipals[0].ID()
	id, err := w.Tenant().AddSyncJob(app, "Paused")
	allWell(t, err)
	jobs := w.client.ServicePrincipals().ByServicePrincipalId(app).Synchronization().Jobs()
	list, err := jobs.Get(w.ctx, nil)
	allWell(t, err)
	job := jobs.BySynchronizationJobId(id)
	if len(list.GetValue()) != 1 {
		t.Errorf("%d jobs", len(list.GetValue()))
	}
	schema, err := job.Schema().Get(w.ctx, nil)
	allWell(t, err, job.Start().Post(w.ctx, nil))
	subject := models.NewSynchronizationJobSubject()
	subject.SetObjectId(ptr(w.people(1, 2)[0]))
	subject.SetObjectTypeName(ptr("User"))
	parameters := models.NewSynchronizationJobApplicationParameters()
	parameters.SetRuleId(schema.GetSynchronizationRules()[0].GetId())
	parameters.SetSubjects([]models.SynchronizationJobSubjectable{subject})
	body := serviceprincipals.NewItemSynchronizationJobsItemProvisionOnDemandPostRequestBody()
	body.SetParameters([]models.SynchronizationJobApplicationParametersable{parameters})
	_, err = job.ProvisionOnDemand().Post(w.ctx, body, nil)
	allWell(t, err)
	if len(w.Provisioned()) != 1 {
		t.Error("nothing was provisioned")
	}
}
