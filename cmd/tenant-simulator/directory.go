package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// directory is a simulated service of one kind, an Entra tenant or a OneLogin account, as the rest of the program sees it.
type directory interface {
	Start(listen string) error
	Close() error
	// CertificatePEM is the authority to trust; Env is the variables that lead a connector here, caFile naming that.
	CertificatePEM() []byte
	Env(caFile string) map[string]string
	ResetHistory()
	ClearFaults()
	ExpireTokens()

	// connector is the program that all this is for.
	connector() string
	// greeting says what is there and where, in whole lines; manage is the address of the management door.
	greeting(manage string) string
	census() census
	// history and state are answered as JSON.
	history() any
	state() map[string]any
	// fail reads a fault and queues it.
	fail(body io.Reader) error
	// routes are what the management door has for this kind alone.
	routes(mux *http.ServeMux)
}

// census is what is really held. It is written as one JSON object.
type census interface{ Write(w io.Writer) error }

// build makes the service that the command line asks for. It does not listen yet.
func (s *settings) build(traffic io.Writer) (directory, error) {
	if s.isOneLogin {
		return newAccount(s.onelogin.options, traffic)
	}
	return newTenant(s.entra.options, traffic)
}

// faultOf reads a fault of either kind of service.
func faultOf[F interface{ Valid() bool }](body io.Reader) (F, error) {
	var f F
	if err := strictly(body, &f); err != nil {
		return f, fmt.Errorf("the fault does not parse: %w", err)
	}
	if !f.Valid() {
		return f, errors.New("the fault has an unknown kind, or no status from 400 to 599 where its kind needs one")
	}
	return f, nil
}

// strictly reads one JSON object without keys that are not known.
func strictly(body io.Reader, into any) error {
	decode := json.NewDecoder(body)
	decode.DisallowUnknownFields()
	return decode.Decode(into)
}
