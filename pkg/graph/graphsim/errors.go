package graphsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// refusal is an answer that is not what was asked for: a status with Graph's code and a message.
type refusal struct {
	status        int
	code, message string
	header        http.Header
	detail        *refusalDetail
}

// refusalDetail says more about a refusal, in a form of its own.
type refusalDetail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Target  string `json:"target"`
}

// Error is the refusal in a line.
func (r *refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.status, r.code, r.message) }

func badRequest(format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "Request_BadRequest", message: fmt.Sprintf(format, args...)}
}

func unsupportedQuery(format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "Request_UnsupportedQuery", message: fmt.Sprintf(format, args...)}
}

func notImplemented(format string, args ...any) *refusal {
	return &refusal{status: http.StatusNotImplemented, code: "NotImplemented", message: fmt.Sprintf(format, args...)}
}

func notFound(key string) *refusal {
	return &refusal{status: http.StatusNotFound, code: "Request_ResourceNotFound", message: fmt.Sprintf(
		"Resource '%s' does not exist or one of its queried reference-property objects are not present.", key)}
}

func badSegment(segment string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "BadRequest",
		message: fmt.Sprintf("Resource not found for the segment '%s'. This simulated tenant does not serve it.", segment)}
}

func wrongMethod(method string) *refusal {
	return &refusal{status: http.StatusMethodNotAllowed, code: "Request_BadRequest",
		message: fmt.Sprintf("The method %s is not allowed here. This simulated tenant does not serve it.", method)}
}

func badToken(why string) *refusal {
	return &refusal{status: http.StatusUnauthorized, code: "InvalidAuthenticationToken", message: why,
		header: http.Header{"Www-Authenticate": {`Bearer realm=""`}}}
}

func denied() *refusal {
	return &refusal{status: http.StatusForbidden, code: "Authorization_RequestDenied",
		message: "Insufficient privileges to complete the operation."}
}

func badPageToken() *refusal {
	return &refusal{status: http.StatusBadRequest, code: "DirectoryPageTokenNotFoundException",
		message: "The specified page token is not valid or has expired, or was issued for another request."}
}

// body is the refusal in Graph's form.
func (r *refusal) body(now time.Time, requestID, clientRequestID string) []byte {
	type inner struct {
		Date            string `json:"date"`
		RequestID       string `json:"request-id"`
		ClientRequestID string `json:"client-request-id"`
	}
	type outer struct {
		Code       string           `json:"code"`
		Message    string           `json:"message"`
		Details    []*refusalDetail `json:"details,omitempty"`
		InnerError inner            `json:"innerError"`
	}
	var details []*refusalDetail
	if r.detail != nil {
		details = append(details, r.detail)
	}
	b, err := json.Marshal(map[string]outer{"error": {r.code, r.message, details,
		inner{now.UTC().Format("2006-01-02T15:04:05"), requestID, clientRequestID}}})
	if err != nil { // three strings always marshal
		return []byte("{}")
	}
	return b
}
