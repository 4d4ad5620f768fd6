//go:build unix

package main_test

import (
	"io"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// connector describes the program to the tests that all programs share.
func connector() servicekit.Connector {
	return servicekit.Connector{
		Title: "Microsoft Entra ID", User: "user", Start: startAccount,
		Secret: "BATON_ENTRA_CLIENT_SECRET", Refused: "the client secret is wrong",
		ReadMark: "/roleAssignments", WriteMark: "/members/$ref",
		Some:   []string{"user", "role"},
		Single: []string{"user", "group", "enterprise_application", "managed_identity", "role", "license", "service_principal_credential"},
		Form:   accountForm, Required: "displayName", Other: "department", Taken: "nothing was changed", Demanding: true,
		Create: []string{"POST /users"}, Adopt: []string{"PATCH /users/*"}, Rotate: []string{"PATCH /users/*"}, Delete: []string{"DELETE /users/*"},
		Feed: auditFeed, WithoutFeed: "--disable-audit-log-feed", LogMark: "/auditLogs",
		ActionsOf: []string{"group"}, Disable: "PATCH /users/*",
	}
}

// startAccount is one whose application may do everything with users, and read the logs.
func startAccount(t *testing.T, traffic io.Writer) servicekit.Account {
	t.Helper()
	o := auditedTenant()
	o.Traffic = traffic
	return account{startTenant(t, o)}
}

// accountForm is the form of a new account with a name.
func accountForm(name string) map[string]any {
	return map[string]any{"displayName": "New " + name, "mailNickname": name, "userPrincipalName": name + "@contoso.com", "department": "Research"}
}

// E16: self-hosted, the program serves ConductorOne as a service.
func TestE16_ServiceMode(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Syncs, servicekit.Status, servicekit.Health, servicekit.Survival, servicekit.Credentials)
}

// E04: rights are granted and revoked by tasks.
func TestE04_RightsAreGrantedAndRevokedByTasks(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Rights)
}

// E02 and E03: accounts are made and removed by tasks, and their passwords come to the vault alone.
func TestE02_E03_AccountsAreMadeAndRemovedByTasks(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Accounts)
}

// E06 to E08, and the other actions, are done by tasks.
func TestE06_E07_E08_ActionsAreDoneByTasks(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Actions)
}

// E14: the audit log is a feed without further ado, which --disable-audit-log-feed switches off.
func TestE14_ChangesShowInTheFeedOfTheAuditLog(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Events)
}

// E17: where provisioning is not switched on, nothing is granted, created or removed.
func TestE17_WithoutProvisioningNothingIsGrantedCreatedOrRemoved(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.WithoutProvisioning)
}

// service is the program as a service in front of a tenant.
type service struct {
	*servicekit.Service
	sim *graphsim.Server
}

// serve starts one that may provision, for the length of the test.
func serve(t *testing.T, tenant graphsim.Options, args ...string) *service {
	t.Helper()
	return newService(t, startTenant(t, tenant), conductoronesim.Options{}).begin(append(args, "--provisioning")...)
}

// newService is one that does not run yet.
func newService(t *testing.T, sim *graphsim.Server, o conductoronesim.Options) *service {
	t.Helper()
	return &service{servicekit.NewService(t, account{sim}, o), sim}
}

// begin starts the process.
func (s *service) begin(args ...string) *service {
	s.T.Helper()
	s.Begin(args...)
	return s
}
