package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Error is an answer that is not a success. The text of Exchange's own errors names people and is left out.
type Error struct {
	Op     string // what was tried, on what
	Status int
	// Exception is the .NET exception that the cmdlet ended with, "" where the answer names none.
	Exception string
	RequestID string
	// Retry is when the service asks to be asked again; zero where it does not say.
	Retry time.Time
}

// Error names what was tried, the status, and what the cmdlet ended with.
func (e *Error) Error() string {
	text := fmt.Sprintf("exchange: %s: %d %s", e.Op, e.Status, http.StatusText(e.Status))
	if e.Exception != "" {
		text += ": " + e.Exception
	}
	if e.RequestID != "" {
		text += " (request-id " + e.RequestID + ")"
	}
	return text
}

// HTTPStatus returns the status of the answer. What a cmdlet ended with is decided, though some of it comes
// with a status that means that it may pass: that is then a bad request.
func (e *Error) HTTPStatus() int {
	if e.Status >= http.StatusInternalServerError && slices.Contains(decided(), e.Exception) {
		return http.StatusBadRequest
	}
	return e.Status
}

// Refusal is what a log may hold of the answer.
func (e *Error) Refusal() (code, requestID string) { return e.Exception, e.RequestID }

// RetryAt returns when the service asks to be asked again; zero where it does not say.
func (e *Error) RetryAt() time.Time { return e.Retry }

// How cmdlets end that find the group already as it should be, or do not find what they are told of.
const (
	memberAlreadyExists = "MemberAlreadyExistsException"
	memberNotFound      = "MemberNotFoundException"
	objectNotFound      = "ManagementObjectNotFoundException"
)

func decided() []string { return []string{memberAlreadyExists, memberNotFound, objectNotFound} }

// IsMemberAlready says whether a recipient was not added because it is a member.
func IsMemberAlready(err error) bool { return endedWith(err, memberAlreadyExists) }

// IsNoMember says whether a recipient was not removed because it is no member.
func IsNoMember(err error) bool { return endedWith(err, memberNotFound) }

// IsUnknown says whether Exchange does not know the group or the recipient: it cannot be told which.
func IsUnknown(err error) bool { return endedWith(err, objectNotFound) }

// IsDenied says whether Exchange does not let the application in, or not do what it asked for.
func IsDenied(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && (refused.Status == http.StatusUnauthorized || refused.Status == http.StatusForbidden)
}

func endedWith(err error, exception string) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Exception == exception
}

func newError(op string, resp *http.Response, body []byte) *Error {
	e := &Error{Op: op, Status: resp.StatusCode, Exception: exceptionIn(body), RequestID: idOf(resp.Header)}
	now := time.Now()
	if wait := transport.RetryAfter(resp.Header, now); wait > 0 {
		e.Retry = now.Add(wait)
	}
	return e
}

// exceptionName finds the last part of the name of an exception: Microsoft.Exchange.….MemberNotFoundException.
var exceptionName = regexp.MustCompile(`[A-Za-z0-9]+Exception\b`)

// exceptionIn finds the exception of an answer, in its message or in its details. One that a caller decides by
// goes before others: they come wrapped.
func exceptionIn(body []byte) string {
	var raw struct {
		Error struct {
			Message string `json:"message"`
			Details []struct {
				Message string `json:"message"`
			} `json:"details"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &raw) != nil {
		return ""
	}
	texts := []string{raw.Error.Message}
	for _, d := range raw.Error.Details {
		texts = append(texts, d.Message)
	}
	found := exceptionName.FindAllString(strings.Join(texts, "\n"), -1)
	for _, name := range found {
		if slices.Contains(decided(), name) {
			return name
		}
	}
	if len(found) == 0 {
		return ""
	}
	return found[0]
}
