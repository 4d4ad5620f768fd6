package onelogin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Error is an answer of OneLogin that is not a success. Kind and Message are OneLogin's own words where the
// body was OneLogin's, else empty (gateways answer in HTML, or not at all).
type Error struct {
	Op      string // what was tried, on what
	Status  int
	Kind    string // "NotFoundError", "bad request"
	Message string
	// RequestID is what OneLogin's support finds the request by.
	RequestID string
	// Retry is when the service asks to be asked again; zero where it does not say.
	Retry time.Time
}

// Error names what was tried, the status, and OneLogin's own words.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "onelogin: %s: %d %s", e.Op, e.Status, http.StatusText(e.Status))
	for _, words := range []string{e.Kind, e.Message} {
		if words != "" {
			fmt.Fprintf(&b, ": %s", words)
		}
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (x-request-id %s)", e.RequestID)
	}
	return b.String()
}

// HTTPStatus returns the status of the answer.
func (e *Error) HTTPStatus() int { return e.Status }

// Refusal is what a log may hold of the answer.
func (e *Error) Refusal() (code, requestID string) { return e.Kind, e.RequestID }

// RetryAt returns when the service asks to be asked again; zero where it does not say.
func (e *Error) RetryAt() time.Time { return e.Retry }

func newError(op string, resp *http.Response, body []byte) *Error {
	e := &Error{Op: op, Status: resp.StatusCode, RequestID: resp.Header.Get("X-Request-Id")}
	now := time.Now()
	if wait := transport.RetryAfter(resp.Header, now); wait > 0 {
		e.Retry = now.Add(wait)
	}
	e.Kind, e.Message = explain(body)
	return e
}

// errorBody is the union of the four shapes that OneLogin answers errors in: the envelope of the first
// version, the object of the second, that of its cursors, and that of mappings.
type errorBody struct {
	Status      json.RawMessage `json:"status"` // an object in the first version, a number for cursors
	Name        string          `json:"name"`
	Kind        string          `json:"error"`
	Message     json.RawMessage `json:"message"`
	Description string          `json:"description"`
	Field       string          `json:"field"`
	Errors      []struct {
		Field   string   `json:"field"`
		Message []string `json:"message"`
	} `json:"errors"`
}

// explain reads OneLogin's own words out of a body that may be anything.
func explain(body []byte) (kind, message string) {
	var b errorBody
	if json.Unmarshal(body, &b) != nil {
		return "", ""
	}
	var status struct {
		Type    string          `json:"type"`
		Message json.RawMessage `json:"message"`
	}
	if bytes.HasPrefix(bytes.TrimSpace(b.Status), []byte("{")) && json.Unmarshal(b.Status, &status) == nil {
		return oneLine(status.Type), text(status.Message)
	}
	kind = b.Name
	if kind == "" {
		kind = b.Kind
	}
	words := []string{text(b.Message), b.Description}
	if b.Field != "" {
		words = append(words, "field "+b.Field)
	}
	for _, e := range b.Errors {
		words = append(words, e.Field+" "+strings.Join(e.Message, ", "))
	}
	return oneLine(kind), oneLine(strings.Join(words, " "))
}

// text reads a message, which is a text or an object that holds one.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return oneLine(s)
	}
	return oneLine(string(raw))
}

// maxMessage bounds what of a message goes into an error.
const maxMessage = 300

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxMessage {
		return string(r[:maxMessage]) + "…"
	}
	return s
}

// Missing says whether OneLogin knows no object that a request named. A 404 that is not in OneLogin's own
// words is one of something in between, and says nothing of objects.
func Missing(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound && (e.Kind != "" || e.Message != "")
}

// ScopeTooSmall says whether a call was refused because the API credential may not do it. The first version
// answers 401 for that, in words that tell it from a token that has ended. A 403 that is not in OneLogin's own words
// is one of something in between.
func ScopeTooSmall(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Status == http.StatusForbidden && (e.Kind != "" || e.Message != "") ||
		e.Status == http.StatusUnauthorized && strings.Contains(strings.ToLower(e.Message), "insufficient permission")
}

// Refused says whether OneLogin decided against a request as it stands: for what it holds, or because there is nothing to
// change, which is not told apart in words that are documented.
func Refused(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// Unclear says whether a write that failed may have happened all the same: no answer came, or one that decides
// nothing. What the service refused did not happen.
func Unclear(err error) bool {
	if err == nil {
		return false
	}
	var signIn *SignInError
	var paused *transport.PausedError
	if errors.As(err, &signIn) || errors.As(err, &paused) {
		return false // the write was not sent
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Status >= http.StatusInternalServerError || e.Status == http.StatusRequestTimeout
	}
	return true
}
