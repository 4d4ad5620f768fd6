package graph

import (
	"slices"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// everyMethod are the types of method that can be deleted, in Graph's names.
func everyMethod() []string {
	var names []string
	for _, kind := range []string{"phone", "microsoftAuthenticator", "softwareOath", "hardwareOath", "fido2", "windowsHelloForBusiness",
		"email", "temporaryAccessPass", "platformCredential", "external", "qrCodePin"} {
		names = append(names, kind+"AuthenticationMethod")
	}
	return names
}

func TestDeleteAuthenticationMethod_KnowsThePathOfEachKind(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 63, Permissions: []string{"UserAuthenticationMethod.ReadWrite.All"},
		DirectoryRoles: []string{"Global Administrator"}})
	c := simClient(t, sim)
	userID := sim.Census().Users[0].ID()
	if err := sim.Tenant().SetAuthMethods(userID, everyMethod()...); err != nil {
		t.Fatal(err)
	}
	methods, err := c.ListAuthenticationMethods(t.Context(), userID)
	if err != nil || len(methods) != len(everyMethod())+1 {
		t.Fatalf("%d methods, %v", len(methods), err)
	}
	slices.Reverse(methods) // the first that can be deleted is the default one
	for _, m := range methods {
		if m.Password() {
			if m.Deletable() {
				t.Error("the password can be deleted")
			}
			continue
		}
		if _, err := c.DeleteAuthenticationMethod(t.Context(), userID, m); err != nil {
			t.Errorf("%s: %v", m.Kind(), err)
		}
	}
	if left := sim.Tenant().AuthMethods(userID); len(left) != 1 {
		t.Errorf("left: %+v", left)
	}
}

func TestDeleteAuthenticationMethod_TellsTheDefaultOne(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 64, Permissions: []string{"UserAuthenticationMethod.ReadWrite.All"},
		DirectoryRoles: []string{"Global Administrator"}})
	c := simClient(t, sim)
	for _, u := range sim.Census().Users[:8] { // the two texts of the refusal go by the user
		if err := sim.Tenant().SetAuthMethods(u.ID(), everyMethod()[:3]...); err != nil {
			t.Fatal(err)
		}
		methods, err := c.ListAuthenticationMethods(t.Context(), u.ID())
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.DeleteAuthenticationMethod(t.Context(), u.ID(), methods[1])
		if !DefaultMethod(err) {
			t.Errorf("got %v", err)
		}
	}
}

func TestDeleteAuthenticationMethod_SendsNothingForAKindThatItDoesNotKnow(t *testing.T) {
	server := startCanned(t, nil)
	for _, kind := range []string{"password", "carrierPigeon", ""} {
		m := AuthenticationMethod{Object{ID: "1", ODataType: "#microsoft.graph." + kind + "AuthenticationMethod"}}
		if _, err := server.client(t).DeleteAuthenticationMethod(t.Context(), "u", m); err == nil || m.Deletable() {
			t.Errorf("%q is deleted: %v", kind, err)
		}
	}
	if sent := server.seen(); len(sent) != 0 {
		t.Errorf("%d requests", len(sent))
	}
}

func TestRevokeSignInSessions_TakesItsPermission(t *testing.T) {
	sim := startSim(t, graphsim.Options{Seed: 65, Permissions: []string{"User.RevokeSessions.All"}, DirectoryRoles: []string{"Global Administrator"}})
	receipt, err := simClient(t, sim).RevokeSignInSessions(t.Context(), sim.Census().Users[0].ID())
	if err != nil || receipt.RequestID == "" {
		t.Errorf("%+v, %v", receipt, err)
	}
	_, err = simClient(t, sim).RevokeSignInSessions(t.Context(), "00000000-0000-0000-0000-00000000abcd")
	if !Missing(err) {
		t.Errorf("nobody: %v", err)
	}
}
