package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// conductorOneDoor is the part of the management door that is about ConductorOne.
type conductorOneDoor struct{ c1 *conductoronesim.Server }

func (d conductorOneDoor) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /conductorone", d.state)
	mux.HandleFunc("POST /conductorone/tasks", d.hand)
	mux.HandleFunc("GET /conductorone/tasks", d.results)
	mux.HandleFunc("GET /conductorone/tasks/{id}", d.await)
	mux.HandleFunc("DELETE /conductorone/tasks/{id}", func(w http.ResponseWriter, r *http.Request) {
		d.c1.Cancel(r.PathValue("id"))
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /conductorone/uploads", func(w http.ResponseWriter, _ *http.Request) { answer(w, uploads(d.c1.Uploads())) })
	mux.HandleFunc("GET /conductorone/history", d.history)
	mux.HandleFunc("POST /conductorone/faults", d.addFault)
}

func (d conductorOneDoor) state(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{
		"address": d.c1.Address(), "clientId": d.c1.ClientID(), "status": d.c1.Status(), "waiting": d.c1.Waiting(),
		"finished": len(d.c1.Results()), "violations": append([]string{}, d.c1.Violations()...),
	})
}

// hand takes a task as the protocol's JSON and answers with its id.
func (d conductorOneDoor) hand(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "read the task: "+err.Error(), http.StatusBadRequest)
		return
	}
	task, err := conductoronesim.ParseTask(text)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]string{"id": d.c1.Hand(task)}) // a client that went away needs no answer
}

func (d conductorOneDoor) results(w http.ResponseWriter, _ *http.Request) {
	all := []resultView{}
	for _, r := range d.c1.Results() {
		all = append(all, viewOf(r))
	}
	answer(w, all)
}

// await answers with the result of one task, and waits for it as long as ?wait= says, 30s without.
func (d conductorOneDoor) await(w http.ResponseWriter, r *http.Request) {
	wait := 30 * time.Second
	if text := r.URL.Query().Get("wait"); text != "" {
		var err error
		if wait, err = time.ParseDuration(text); err != nil {
			http.Error(w, "wait is a duration, as 30s: "+err.Error(), http.StatusBadRequest)
			return
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	result, err := d.c1.Await(ctx, r.PathValue("id"))
	switch {
	case err == nil:
		answer(w, viewOf(result))
	case ctx.Err() != nil:
		http.Error(w, err.Error(), http.StatusGatewayTimeout)
	default:
		http.Error(w, err.Error(), http.StatusNotFound)
	}
}

func (d conductorOneDoor) history(w http.ResponseWriter, _ *http.Request) {
	all := []callView{}
	for _, c := range d.c1.History() {
		all = append(all, callView{c.Method, c.TaskID, c.HostID, c.Code.String(), c.At})
	}
	answer(w, all)
}

type callView struct {
	Method string    `json:"method"`
	TaskID string    `json:"taskId,omitempty"`
	HostID string    `json:"hostId,omitempty"`
	Code   string    `json:"code"`
	At     time.Time `json:"at"`
}

// resultView is a result as JSON. It shows what reached the vault: nothing of it is real.
type resultView struct {
	ID           string            `json:"id"`
	Type         string            `json:"type"`
	Status       string            `json:"status"`
	Message      string            `json:"message,omitempty"`
	NonRetryable bool              `json:"nonRetryable,omitempty"`
	Host         string            `json:"host,omitempty"`
	HandedOut    int               `json:"handedOut"`
	Finished     time.Time         `json:"finished"`
	Response     json.RawMessage   `json:"response,omitempty"`
	Uploads      []uploadView      `json:"uploads,omitempty"`
	Vault        map[string]string `json:"vault,omitempty"`
}

func viewOf(r conductoronesim.Result) resultView {
	v := resultView{ID: r.ID, Type: r.Type, Status: r.Status.String(), Message: r.Message, NonRetryable: r.NonRetryable,
		Host: r.Host, HandedOut: r.HandedOut, Finished: r.Finished, Uploads: uploads(r.Uploads)}
	if r.Response != nil {
		text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(r.Response)
		if err != nil { // of a message type that is not linked in
			v.Message += " (the response is not readable: " + err.Error() + ")"
		}
		v.Response = text
	}
	for _, secret := range r.Secrets {
		if v.Vault == nil {
			v.Vault = map[string]string{}
		}
		v.Vault[secret.Name] = string(secret.Value)
	}
	return v
}

type uploadView struct {
	TaskID string `json:"taskId"`
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Debug  bool   `json:"debug,omitempty"`
}

func uploads(all []conductoronesim.Upload) []uploadView {
	views := make([]uploadView, len(all))
	for i, u := range all {
		views[i] = uploadView(u)
	}
	return views
}

// conductorOneFault is a fault as it is posted.
type conductorOneFault struct {
	Kind   string     `json:"kind"`
	Method string     `json:"method"`
	Code   codes.Code `json:"code"`  // by name, as "UNAVAILABLE"
	Times  int        `json:"times"` // 1 without
	Delay  string     `json:"delay"`
}

func (d conductorOneDoor) addFault(w http.ResponseWriter, r *http.Request) {
	f := conductorOneFault{Times: 1}
	decode := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decode.DisallowUnknownFields()
	if err := decode.Decode(&f); err != nil {
		http.Error(w, "the fault does not parse: "+err.Error(), http.StatusBadRequest)
		return
	}
	if problem := f.apply(d.c1); problem != "" {
		http.Error(w, problem, http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// apply returns what is wrong with the fault, or "".
func (f conductorOneFault) apply(c1 *conductoronesim.Server) string {
	switch f.Kind {
	case "fail":
		if f.Method == "" || f.Code == codes.OK {
			return "fail takes a method and a code, as GetTask and UNAVAILABLE"
		}
		c1.FailNext(f.Method, f.Code, f.Times)
	case "answer-lost":
		if f.Method == "" {
			return "answer-lost takes a method, as FinishTask"
		}
		c1.LoseAnswers(f.Method, f.Times)
	case "late-heartbeats":
		delay, err := time.ParseDuration(f.Delay)
		if err != nil {
			return "late-heartbeats takes a delay, as 5s: " + err.Error()
		}
		c1.DelayHeartbeats(delay)
	case "away":
		c1.Away()
	case "back":
		if err := c1.Back(); err != nil {
			return err.Error()
		}
	case "drop":
		c1.DropConnections()
	case "expire-tokens":
		c1.ExpireTokens()
	case "refuse-client", "accept-client":
		c1.RefuseClient(f.Kind == "refuse-client")
	default:
		return "the kinds of faults are fail, answer-lost, late-heartbeats, away, back, drop, expire-tokens, refuse-client and accept-client"
	}
	return ""
}
