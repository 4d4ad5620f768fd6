package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Error is an answer of Graph that is not a success. Code and Message are Graph's own words where the
// body was Graph's, else empty (proxies and gateways answer in HTML).
type Error struct {
	Op        string // what was tried, on what: "list members of group 3f…"
	Status    int
	Code      string
	Message   string
	RequestID string
	// Retry is when the service asks to be asked again; zero where it does not say.
	Retry time.Time
}

// Error names what was tried, the status, and Graph's own words with the request id that its support asks for.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "graph: %s: %d %s", e.Op, e.Status, http.StatusText(e.Status))
	if e.Code != "" {
		fmt.Fprintf(&b, ": %s", e.Code)
	}
	if e.Message != "" {
		fmt.Fprintf(&b, ": %s", e.Message)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request-id %s)", e.RequestID)
	}
	return b.String()
}

// HTTPStatus returns the status of the answer.
func (e *Error) HTTPStatus() int { return e.Status }

// Refusal is what a log may hold of the answer: the code, and the id by which Microsoft's support finds it.
func (e *Error) Refusal() (code, requestID string) { return e.Code, e.RequestID }

// RetryAt returns when the service asks to be asked again; zero where it does not say.
func (e *Error) RetryAt() time.Time { return e.Retry }

// PageTokenExpired says whether the link to a next page is one that the service no longer knows: the
// listing has to begin anew. https://learn.microsoft.com/graph/paging names one code,
// DirectoryPageTokenNotFoundException, without its status and text. What lists of users and members have been
// seen to answer is another, Directory_ExpiredPageToken (msgraph-sdk-dotnet#2254, msgraph-sdk-java#368). A delta says
// syncStateNotFound or resyncRequired, https://learn.microsoft.com/graph/delta-query-overview.
func (e *Error) PageTokenExpired() bool {
	forgotten := strings.Contains(e.Code, "PageTokenNotFound") || strings.Contains(e.Code, "ExpiredPageToken") ||
		strings.EqualFold(e.Code, "syncStateNotFound") || strings.EqualFold(e.Code, "resyncRequired")
	return forgotten && e.Status >= 400 && e.Status < 500
}

// PageForgotten says of an error that the service no longer knows the place where the next page begins.
func PageForgotten(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.PageTokenExpired()
}

// errorBody is the shape of Graph's errors, https://learn.microsoft.com/graph/errors.
type errorBody struct {
	Error *struct {
		Code       string `json:"code"`
		Message    string `json:"message"`
		InnerError struct {
			RequestID string `json:"request-id"`
		} `json:"innerError"`
	} `json:"error"`
}

func newError(op string, resp *http.Response, body []byte) *Error {
	e := &Error{Op: op, Status: resp.StatusCode, RequestID: resp.Header.Get("request-id")}
	now := time.Now()
	if wait := transport.RetryAfter(resp.Header, now); wait > 0 {
		e.Retry = now.Add(wait)
	}
	var b errorBody
	if json.Unmarshal(body, &b) == nil && b.Error != nil {
		e.Code, e.Message = oneLine(b.Error.Code), oneLine(b.Error.Message)
		if e.RequestID == "" {
			e.RequestID = b.Error.InnerError.RequestID
		}
	}
	return e
}

// maxMessage bounds what of a message goes into an error: some of Graph's carry whole queries.
const maxMessage = 300

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxMessage {
		return string(r[:maxMessage]) + "…"
	}
	return s
}
