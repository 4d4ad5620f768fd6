package graph

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// somewhere is the id of an object.
const somewhere = "5f0c2a3e-0000-4000-8000-000000000001"

// changesOf are writes of which only the status is of use.
func changesOf(c *Client) map[string]func(context.Context) (Receipt, error) {
	return map[string]func(context.Context) (Receipt, error){
		"delete user": func(ctx context.Context) (Receipt, error) { return c.DeleteUser(ctx, somewhere) },
		"set password": func(ctx context.Context) (Receipt, error) {
			return c.SetPassword(ctx, somewhere, Password{Text: canary})
		},
		"remove role": func(ctx context.Context) (Receipt, error) { return c.RemoveRoleAssignment(ctx, somewhere) },
		"remove licence": func(ctx context.Context) (Receipt, error) {
			return c.RemoveLicense(ctx, LicenseGrant{UserID: somewhere, SkuID: somewhere})
		},
		"remove member": func(ctx context.Context) (Receipt, error) { return c.RemoveGroupMember(ctx, somewhere, somewhere) },
	}
}

// TestWrites_DoNotBelieveWhatIsNotOfGraph: a page of HTML says neither that a write was done, whatever its
// status, nor that something is missing.
func TestWrites_DoNotBelieveWhatIsNotOfGraph(t *testing.T) {
	for _, code := range []int{http.StatusOK, http.StatusNotFound} {
		c := startCanned(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "<html>please sign in to the network</html>")
		}).client(t)
		for name, change := range changesOf(c) {
			if _, err := change(t.Context()); err == nil || Missing(err) || code == http.StatusOK && !Unclear(err) {
				t.Errorf("%s, %d: %v", name, code, err)
			}
		}
	}
}

// TestPasswords_StayOutOfErrorsHoweverTheyAreRepeated: as JSON, with less white space, or cut off where a long
// message ends.
func TestPasswords_StayOutOfErrorsHoweverTheyAreRepeated(t *testing.T) {
	const secret = `Zq<7"w  e\9&` + canary
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, message := range map[string]string{
		"as it is": "No: " + secret + ".", "as JSON": "No: " + string(quoted) + ".",
		"cut off": strings.Repeat("x", maxMessage-14) + secret + " is banned",
	} {
		c := startCanned(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": "Request_BadRequest", "message": message}})
		}).client(t)
		_, _, created := c.CreateUser(t.Context(), newUser("a@b.c"), Password{Text: secret})
		_, set := c.SetPassword(t.Context(), somewhere, Password{Text: secret})
		for _, err := range []error{created, set} {
			if err == nil || strings.Contains(err.Error(), "Zq") || strings.Contains(err.Error(), "Canary") {
				t.Errorf("%s: the error is %v", name, err)
			}
		}
	}
}

// TestCollided_IsNotForTakenValues: what another object has will be refused however often it is tried.
func TestCollided_IsNotForTakenValues(t *testing.T) {
	taken := &Error{Status: http.StatusConflict, Message: "Another object with the same value for property userPrincipalName already exists."}
	if Collided(taken) || !Taken(taken) || !Collided(&Error{Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation"}) {
		t.Error("a value that is taken passes for a write that met another")
	}
}
