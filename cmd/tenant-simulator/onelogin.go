package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// account is a simulated OneLogin account.
type account struct{ *oneloginsim.Server }

func newAccount(o oneloginsim.Options, traffic io.Writer) (directory, error) {
	o.Traffic = traffic
	sim, err := oneloginsim.New(o)
	return account{sim}, err
}

func (a account) connector() string { return "baton-onelogin" }
func (a account) census() census    { return a.Census() }
func (a account) history() any      { return a.History() }

func (a account) fail(body io.Reader) error {
	f, err := faultOf[oneloginsim.Fault](body)
	if err == nil {
		a.Fail(f)
	}
	return err
}

func (a account) greeting(manage string) string {
	c, o := a.Census(), a.Options()
	return fmt.Sprintf("Simulated OneLogin account of seed %d: %d users, %d roles, %d apps, %d groups, %d privileges; the credential's scope is %s.\n"+
		"API       %s\nManage    %s  (GET /state /census /history, POST /faults /shutdown, PUT /credential, DELETE /tokens)\n",
		o.Seed, len(c.Users), len(c.Roles), len(c.Apps), len(c.Groups), len(c.Privileges), o.Scope, a.URL(), manage)
}

// state tells the address and how much there is of everything.
func (a account) state() map[string]any {
	c, o := a.Census(), a.Options()
	members, admins, users := 0, 0, 0
	for _, r := range c.Roles {
		members, admins = members+len(r.Members), admins+len(r.Admins)
	}
	for _, app := range c.Apps {
		users += len(app.Users)
	}
	return map[string]any{
		"url": a.URL(), "clientId": o.ClientID, "seed": o.Seed,
		"users": len(c.Users), "roles": len(c.Roles), "roleMembers": members, "roleAdmins": admins, "groups": len(c.Groups),
		"apps": len(c.Apps), "appUsers": users, "privileges": len(c.Privileges), "events": c.Events, "requests": len(a.History()),
	}
}

// routes are those of the credential and of the log.
func (a account) routes(mux *http.ServeMux) {
	mux.HandleFunc("PUT /credential", a.setCredential)
	mux.HandleFunc("POST /events", func(w http.ResponseWriter, r *http.Request) { record(w, r, a.addEvent) })
}

// setCredential changes what the credential may do, or lets it lose its owner.
func (a account) setCredential(w http.ResponseWriter, r *http.Request) {
	var to struct {
		Scope    *string
		Orphaned *bool
	}
	err := strictly(http.MaxBytesReader(w, r.Body, maxBody), &to)
	if err == nil && to.Scope != nil {
		err = oneloginsim.Options{Scope: *to.Scope}.Check()
	}
	if err != nil {
		http.Error(w, "change the credential: "+err.Error(), http.StatusBadRequest)
		return
	}
	if to.Scope != nil {
		a.SetScope(*to.Scope)
	}
	if to.Orphaned != nil {
		a.SetOrphaned(*to.Orphaned)
	}
	w.WriteHeader(http.StatusNoContent)
}

// addEvent writes a record of the log under OneLogin's names, and returns its id.
func (a account) addEvent(fields map[string]any) (string, error) {
	for name, value := range fields {
		if number, ok := value.(float64); ok {
			fields[name] = int64(number) // all numbers of a record are whole
		}
	}
	typeID, ok := fields["event_type_id"].(int64)
	if !ok {
		return "", errors.New("an event takes its event_type_id, a number")
	}
	return strconv.FormatInt(a.Account().AddEvent(int(typeID), fields), 10), nil
}
