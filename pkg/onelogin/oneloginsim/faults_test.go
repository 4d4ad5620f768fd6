package oneloginsim_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// try sends a signed request, and says what happened.
func (d *door) try(method, path, body string) string {
	d.t.Helper()
	req := d.request(method, path, body)
	req.Header.Set("Authorization", "Bearer "+d.token)
	resp, err := d.http.Do(req)
	if err != nil {
		return "dropped"
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.ReadAll(resp.Body); err != nil {
		return "cut"
	}
	return fmt.Sprint(resp.StatusCode)
}

func TestAFaultStrikesTheRequestsThatItIsFor(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{})
	d.sim.Fail(oneloginsim.Fault{Method: http.MethodGet, PathContains: "/roles", Skip: 1, Times: 2, Status: 503})
	got := []string{}
	for _, path := range []string{"/api/2/roles", "/api/2/users", "/api/2/roles", "/api/2/roles", "/api/2/roles"} {
		got = append(got, d.try("GET", path, ""))
	}
	if want := "200 200 503 503 200"; strings.Join(got, " ") != want {
		t.Errorf("%v, not %s", got, want)
	}
	for kind, want := range map[oneloginsim.FaultKind]string{oneloginsim.Cut: "cut", oneloginsim.Drop: "dropped", oneloginsim.HTMLBody: "502", oneloginsim.ExpireTokens: "401"} {
		d.sim.Fail(oneloginsim.Fault{Kind: kind})
		d.http.CloseIdleConnections() // on one that was used before, net/http itself sends a request again that was dropped
		if got := d.try("GET", "/api/2/users", ""); got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

func TestAnAnswerThatIsLostWasDone(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{})
	c := d.sim.Census()
	path, user := fmt.Sprintf("/api/2/roles/%d/users", c.Roles[1].ID), c.Users[0].ID
	d.sim.Fail(oneloginsim.Fault{Kind: oneloginsim.AnswerLost, PathContains: path, Status: 504})
	if got := d.try("POST", path, fmt.Sprintf("[%d]", user)); got != "504" || len(d.sim.Census().Roles[1].Members) != 1 {
		t.Errorf("%s, %v", got, d.sim.Census().Roles[1].Members)
	}
	if w := d.sim.Writes(); len(w) != 1 || w[0].Status != 504 || w[0].Route != "/api/2/roles/{id}/users" {
		t.Errorf("%+v", w)
	}
	d.sim.Fail(oneloginsim.Fault{Kind: oneloginsim.Drop, PathContains: path})
	if got := d.try("DELETE", path, fmt.Sprintf("[%d]", user)); got != "dropped" || len(d.sim.Census().Roles[1].Members) != 1 {
		t.Errorf("%s, %v", got, d.sim.Census().Roles[1].Members)
	}
}

func TestRandomFaultsFollowFromTheirSeed(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) string {
		var traffic strings.Builder
		d := open(t, oneloginsim.Options{Faults: "429=0.2,html502=0.2", FaultSeed: seed, Traffic: &traffic})
		out := ""
		for range 40 {
			out += d.try("GET", "/api/1/groups", "") + " "
		}
		if n := strings.Count(traffic.String(), "\n"); n != 41 || strings.Contains(traffic.String(), d.token) || strings.Contains(traffic.String(), d.sim.Options().ClientSecret) {
			t.Errorf("%d lines of traffic, or a secret among them", n)
		}
		if d.sim.Traffic()["GET /api/1/groups"] < 20 {
			t.Errorf("%v", d.sim.Traffic())
		}
		return out
	}
	one := run(1)
	if one != run(1) || one == run(2) || !strings.Contains(one, "429") || !strings.Contains(one, "502") {
		t.Errorf("%s", one)
	}
}
