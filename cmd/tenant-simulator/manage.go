package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// door is the management port: state, faults and history. It is not part of Graph, has a port of its own,
// speaks plain HTTP and asks for no password; so it is open to this machine alone.
type door struct {
	*http.Server
	url      string
	sim      *graphsim.Server
	c1       *conductoronesim.Server // nil where none was asked for
	shutdown func()
}

func openDoor(ctx context.Context, sim *graphsim.Server, c1 *conductoronesim.Server, address string, shutdown func()) (*door, error) {
	if err := graphsim.CheckLoopback(address); err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open management door on %s: %w", address, err)
	}
	d := &door{url: "http://" + listener.Addr().String(), sim: sim, c1: c1, shutdown: shutdown}
	d.Server = &http.Server{Handler: d.routes(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = d.Serve(listener) }() // ends with Close
	return d, nil
}

func (d *door) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", d.state)
	mux.HandleFunc("GET /census", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.sim.Census()) })
	mux.HandleFunc("GET /history", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.sim.History()) })
	mux.HandleFunc("GET /provisioned", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.sim.Provisioned()) })
	mux.HandleFunc("GET /audits", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.sim.Tenant().Audits()) })
	mux.HandleFunc("POST /audits", func(w http.ResponseWriter, r *http.Request) { record(w, r, d.sim.Tenant().AddAudit) })
	mux.HandleFunc("POST /sign-ins", func(w http.ResponseWriter, r *http.Request) { record(w, r, d.sim.Tenant().AddSignIn) })
	mux.HandleFunc("DELETE /history", func(w http.ResponseWriter, _ *http.Request) {
		d.sim.ResetHistory()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /faults", d.addFault)
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		d.sim.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /tokens", func(w http.ResponseWriter, _ *http.Request) {
		d.sim.ExpireTokens()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /shutdown", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusAccepted)
		_ = http.NewResponseController(w).Flush() // the answer must be out before the door is shut
		d.shutdown()
	})
	if d.c1 != nil {
		conductorOneDoor{d.c1}.routes(mux)
	}
	return mux
}

// state tells the addresses and how much there is of everything.
func (d *door) state(w http.ResponseWriter, _ *http.Request) {
	c, o := d.sim.Census(), d.sim.Options()
	members, assignments, units := 0, 0, 0
	for _, g := range c.Groups {
		members += len(g.Members)
	}
	for _, sp := range c.ServicePrincipals {
		assignments += len(sp.AppRoleAssignedTo)
	}
	requests := d.sim.History()
	for _, r := range requests {
		units += r.ResourceUnits
	}
	answer(w, map[string]any{
		"graphURL": d.sim.URL() + "/v1.0", "authorityURL": d.sim.URL(), "exchangeURL": d.sim.ExchangeURL(),
		"tenantId": o.TenantID, "clientId": o.ClientID, "seed": o.Seed,
		"users": len(c.Users), "groups": len(c.Groups), "memberships": members,
		"servicePrincipals": len(c.ServicePrincipals), "applications": len(c.Applications), "appRoleAssignments": assignments,
		"roleDefinitions": len(c.RoleDefinitions), "roleAssignments": len(c.RoleAssignments),
		"subscribedSkus": len(c.SubscribedSkus), "requests": len(requests), "resourceUnits": units,
		"proxyURL": d.sim.ProxyURL(), "proxyRefused": d.sim.ProxyRefused(), "identityEndpoint": d.sim.IdentityEndpoint(),
	})
}

func (d *door) addFault(w http.ResponseWriter, r *http.Request) {
	var f graphsim.Fault
	decode := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16))
	decode.DisallowUnknownFields()
	if err := decode.Decode(&f); err != nil {
		http.Error(w, "the fault does not parse: "+err.Error(), http.StatusBadRequest)
		return
	}
	if !f.Valid() {
		http.Error(w, "the fault has an unknown kind, or no status from 400 to 599 where its kind needs one", http.StatusBadRequest)
		return
	}
	d.sim.Fail(f)
	w.WriteHeader(http.StatusNoContent)
}

// record adds a record of given properties to a log, and answers its id.
func record(w http.ResponseWriter, r *http.Request, add func(map[string]any) (string, error)) {
	var properties map[string]any
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&properties); err != nil {
		http.Error(w, "the record does not parse: "+err.Error(), http.StatusBadRequest)
		return
	}
	id, err := add(properties)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, map[string]string{"id": id})
}

// answer writes a value as JSON.
func answer(w http.ResponseWriter, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // a client that went away needs no answer
}
