package entra

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// methodTypes are the types of method that a user can lose, as Graph names them.
func methodTypes() []string {
	var names []string
	for _, kind := range []string{"phone", "microsoftAuthenticator", "softwareOath", "hardwareOath", "fido2", "windowsHelloForBusiness",
		"email", "temporaryAccessPass", "platformCredential", "external", "qrCodePin"} {
		names = append(names, kind+"AuthenticationMethod")
	}
	return names
}

func (d *actionDesk) withMethods(userID string, types ...string) {
	d.t.Helper()
	if err := d.sim.Tenant().SetAuthMethods(userID, types...); err != nil {
		d.t.Fatal(err)
	}
	d.sim.ResetHistory()
}

// counted checks the numbers of a result and that there is a line for each method.
func (d *actionDesk) counted(result map[string]any, success bool, deleted, failed, skipped int) {
	d.t.Helper()
	got := []any{result["success"], result["deleted_count"], result["failed_count"], result["skipped_count"], len(texts(result["results"]))}
	want := []any{success, float64(deleted), float64(failed), float64(skipped), deleted + failed + skipped}
	for i := range want {
		if got[i] != want[i] {
			d.t.Errorf("seed %d: got %v, want %v: %v", d.sim.Options().Seed, got, want, result["results"])
			return
		}
	}
}

func TestRevokeMFA_TakesAllMethodsAndTheDefaultOneLast(t *testing.T) {
	t.Parallel()
	d := openActions(t, 95, func(o *graphsim.Options) { o.MethodLag = 5 * time.Second })
	for _, user := range d.members(4) { // the words of the refusal go by the user
		d.withMethods(user, methodTypes()...)
		result := d.do("revoke_mfa", map[string]any{"user_id": user})
		d.counted(result, true, len(methodTypes()), 0, 1)
		if left := d.sim.Tenant().AuthMethods(user); len(left) != 1 {
			t.Errorf("left: %+v", left)
		}
		d.wrote(len(methodTypes()) + 1) // the default method is tried twice
		d.clock.Pass(time.Minute)
		d.counted(d.do("revoke_mfa", map[string]any{"user_id": user}), true, 0, 0, 1)
		d.wrote(0)
	}
}

func TestRevokeMFA_SaysWhatStays(t *testing.T) {
	t.Parallel()
	d := openActions(t, 96, nil)
	user := d.members(1)[0]
	d.withMethods(user, methodTypes()[:4]...)
	d.sim.Fail(graphsim.Fault{Method: http.MethodDelete, PathContains: "hardwareOathMethods", Times: -1, Status: 403,
		Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."})
	result, failure := d.invoke("revoke_mfa", map[string]any{"user_id": user})
	if failure != "" {
		t.Fatal(failure)
	}
	d.counted(result, false, 2, 2, 1) // the default method stays with the other
	lines := strings.Join(texts(result["results"]), "\n")
	for _, words := range []string{"hardwareOath ", "failed: it is the default method", "password 28c10230-6103-485e-b985-444c60001490: skipped", "email"} {
		if strings.Contains(lines, words) != (words != "email") {
			t.Errorf("%q in %s", words, lines)
		}
	}
	d.sim.ClearFaults()
	d.counted(d.do("revoke_mfa", map[string]any{"user_id": user}), true, 2, 0, 1)
}

func TestRevokeMFA_ReportsAKindThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	d := openActions(t, 102, nil)
	c, err := newConnector(settingsOf(d.sim), func(string) bool { return true }, surroundings{base: pigeons{d.sim.Client().Transport}, clock: d.clock})
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.revokeMFA(t.Context(), d.members(1)[0])
	if err != nil || r.skipped != 1 || r.failed != 0 || !strings.HasPrefix(r.results[0], "carrierPigeon p1: skipped") {
		t.Errorf("%+v, %v", r, err)
	}
}

// pigeons is a tenant where everybody has a method of a kind that is yet to be invented.
type pigeons struct{ next http.RoundTripper }

func (p pigeons) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/authentication/methods") {
		return canned(req, http.StatusOK, `{"value":[{"@odata.type":"#microsoft.graph.carrierPigeonAuthenticationMethod","id":"p1"}]}`), nil
	}
	return p.next.RoundTrip(req)
}
