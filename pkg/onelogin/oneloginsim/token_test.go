package oneloginsim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

func TestATokenIsTheSameUntilItEnds(t *testing.T) {
	t.Parallel()
	for _, countDown := range []bool{false, true} {
		d := open(t, oneloginsim.Options{TokenLifetime: time.Hour, CountDown: countDown})
		first := d.token
		d.clock.advance(30 * time.Minute)
		again, left := d.signIn(), `"expires_in":3600`
		if countDown {
			left = `"expires_in":1800`
		}
		if d.token != first || !strings.Contains(again.body, left) || !strings.Contains(again.body, `"created_at":"2026-03-01T12:00:00.000Z"`) {
			t.Errorf("counting down %v: %s", countDown, again.body)
		}
		d.clock.advance(30 * time.Minute)
		d.want(401, "", "GET", "/api/2/users", "")
		if d.signIn(); d.token == first {
			t.Error("a token that ended was given out again")
		}
		d.want(200, "", "GET", "/api/2/users", "")
	}
}

func TestThreeFormsOfACredential(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{})
	o := d.sim.Options()
	const path = "/auth/oauth2/v2/token"
	for _, blank := range []string{"", " "} {
		req := d.request("POST", path, `{"grant_type":"client_credentials"}`)
		req.Header.Set("Authorization", "client_id:"+o.ClientID+","+blank+"client_secret:"+o.ClientSecret)
		if got := d.send(req); got.status != 200 || !strings.Contains(got.body, d.token) {
			t.Errorf("in the header: %+v", got)
		}
	}
	form := d.request("POST", path, fmt.Sprintf("grant_type=client_credentials&client_id=%s&client_secret=%s", o.ClientID, o.ClientSecret))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if got := d.send(form); got.status != 200 {
		t.Errorf("in a form: %+v", got)
	}
	wrong := d.request("POST", path, `{"grant_type":"client_credentials"}`)
	wrong.SetBasicAuth(o.ClientID, "x")
	if got := d.send(wrong); got.status != 401 {
		t.Errorf("a wrong secret: %+v", got)
	}
	malformed := d.request("POST", path, `{"grant_type":"client_credentials"}`)
	malformed.Header.Set("Authorization", "something")
	if got := d.send(malformed); got.status != 400 || !strings.Contains(got.body, "Authorization Information is incorrect") {
		t.Errorf("a malformed header: %+v", got)
	}
	for _, r := range d.sim.History() {
		if strings.Contains(fmt.Sprint(r), o.ClientSecret) {
			t.Error("the history has the secret")
		}
	}
}

func TestARevokedTokenEndsForEverybody(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{})
	req := d.request("POST", "/auth/oauth2/revoke", `{"access_token":"`+d.token+`"}`)
	req.SetBasicAuth(d.sim.Options().ClientID, d.sim.Options().ClientSecret)
	if got := d.send(req); got.status != 200 || !strings.Contains(got.body, `"error":false`) {
		t.Errorf("%+v", got)
	}
	d.want(401, "", "GET", "/api/2/users", "")
}

func TestAnOrphanedCredential(t *testing.T) {
	t.Parallel()
	d := open(t, oneloginsim.Options{Orphaned: true})
	d.want(500, "", "GET", "/api/2/users", "")
	d.want(500, "", "GET", "/api/1/groups", "")
	d.sim.SetOrphaned(false)
	d.want(200, "", "GET", "/api/2/users", "")
}
