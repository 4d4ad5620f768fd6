//go:build unix

package main_test

import (
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
)

// connector describes the program to the tests that all programs share.
func connector() servicekit.Connector {
	return servicekit.Connector{
		Title: "OneLogin", User: "user", Start: smallAccount,
		Secret: "BATON_ONELOGIN_CLIENT_SECRET", Refused: "the API credential was refused (401",
		ReadMark: `"path":"/api/2/apps/`, WriteMark: `"method":"POST","path":"/api/2/roles/`,
		Some: []string{"user", "role"}, Single: []string{"user", "role", "group", "privilege"}, // an app tells more by itself: O09
		Form: func(name string) map[string]any {
			return map[string]any{"email": name + "@acme.example", "firstname": "New", "lastname": name, "department": "Research"}
		},
		Required: "firstname", Other: "department", Taken: "there",
		Create: []string{"POST /api/2/users"}, Adopt: []string{"PUT /api/1/users/set_password_clear_text/*"},
		Rotate: []string{"PUT /api/1/users/set_password_clear_text/*"}, Delete: []string{"DELETE /api/2/users/*"},
		Feed: "onelogin_events", WithoutFeed: "--disable-event-feed", LogMark: "/api/1/events",
		Disable: "PUT /api/2/users/*",
	}
}

// O14: self-hosted, the program serves ConductorOne as a service.
func TestO14_ServiceMode(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Syncs, servicekit.Health, servicekit.Survival, servicekit.Credentials)
}

// O07: the status is Syncing until the first sync is through, and then Connected.
func TestO07_StatusGoesFromSyncingToConnected(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Status)
}

// O05: rights are granted and revoked by tasks.
func TestO05_RightsAreGrantedAndRevokedByTasks(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Rights)
}

// O06: accounts are made and removed, and users changed, by tasks, where provisioning is switched on.
func TestO06_AccountsAndActionsAreDoneByTasks(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Accounts, servicekit.Actions, servicekit.WithoutProvisioning)
}

// What changes shows in the feed onelogin_events, which --disable-event-feed switches off.
func TestEvents_ShowInTheFeed(t *testing.T) {
	servicekit.Run(t, connector(), servicekit.Events)
}
