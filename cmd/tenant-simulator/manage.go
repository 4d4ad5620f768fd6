package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// maxBody is how large what is posted may be: bytes.
const maxBody = 1 << 20

// door is the management port: state, faults and history. It is not part of the service, has a port of its own,
// speaks plain HTTP and asks for no password; so it is open to this machine alone.
type door struct {
	*http.Server
	url      string
	sim      directory
	c1       *conductoronesim.Server // nil where none was asked for
	shutdown func()
}

func openDoor(ctx context.Context, sim directory, c1 *conductoronesim.Server, address string, shutdown func()) (*door, error) {
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
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.sim.state()) })
	mux.HandleFunc("GET /census", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.sim.census()) })
	mux.HandleFunc("GET /history", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.sim.history()) })
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
	d.sim.routes(mux)
	if d.c1 != nil {
		conductorOneDoor{d.c1}.routes(mux)
	}
	return mux
}

func (d *door) addFault(w http.ResponseWriter, r *http.Request) {
	if err := d.sim.fail(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// record adds a record of given properties to a log, and answers its id.
func record(w http.ResponseWriter, r *http.Request, add func(map[string]any) (string, error)) {
	var properties map[string]any
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&properties); err != nil {
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
