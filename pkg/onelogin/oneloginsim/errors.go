package oneloginsim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
)

// shape is the form of a refusal.
type shape int

const (
	byVersion    shape = iota // that of the path
	cursorShape               // {"status":400,"error":…,"description":…}
	mappingShape              // {"code":422,"message":"Validation Failed","errors":[…]}
	pageShape                 // a page of HTML, as a gateway answers
)

// refusal is an answer that is not what was asked for.
type refusal struct {
	status        int
	shape         shape
	name, message string // of the second version
	field         string
	header        http.Header
}

// Error is the refusal in a line.
func (r *refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.status, r.name, r.message) }

func badRequest(format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, name: "BadRequestError", message: fmt.Sprintf(format, args...)}
}

func badCursor(description string) *refusal {
	return &refusal{status: http.StatusBadRequest, shape: cursorShape, name: "BadRequestError", message: description}
}

func badField(field, format string, args ...any) *refusal {
	return &refusal{status: http.StatusUnprocessableEntity, name: "UnprocessableEntityFieldError", field: field, message: fmt.Sprintf(format, args...)}
}

func notFound(what string, id any) *refusal {
	return &refusal{status: http.StatusNotFound, name: "NotFoundError", message: fmt.Sprintf("%s with id %v not found", what, id)}
}

func unauthorized(message string) *refusal {
	return &refusal{status: http.StatusUnauthorized, name: "UnauthorizedError", message: message}
}

// v1Type is the type that the first version sends with a status.
func v1Type(status int) string {
	types := map[int]string{400: "bad request", 401: "Unauthorized", 403: "forbidden", 404: "not found", 422: "unprocessable entity", 429: "rate limit", 500: "Internal server error"}
	return cmp.Or(types[status], http.StatusText(status))
}

// reply is the refusal in the form that it has on a path of a version.
func (r *refusal) reply(version int) *reply {
	var body any
	switch {
	case r.shape == pageShape:
		return htmlReply(r.status)
	case r.shape == cursorShape && version != 1:
		body = object{"status": r.status, "error": r.name, "description": r.message}
	case r.shape == mappingShape:
		body = object{"code": r.status, "message": "Validation Failed", "errors": []object{{"field": r.field, "message": []string{r.message}}}}
	case version == 1:
		body = object{"status": object{"error": true, "code": r.status, "type": v1Type(r.status), "message": r.message}}
	default:
		of := object{"message": r.message, "name": r.name, "statusCode": r.status}
		if r.field != "" {
			of["field"] = r.field
		}
		body = of
	}
	out := jsonReply(r.status, body)
	for k, v := range r.header {
		out.header[k] = v
	}
	return out
}

// reply is an answer before it is written.
type reply struct {
	status int // 0: the connection is closed without a word
	header http.Header
	body   []byte
	html   bool
}

func jsonReply(status int, body any) *reply {
	b, err := json.Marshal(body)
	if err != nil { // maps of texts, numbers and lists always marshal
		b, status = []byte("{}"), http.StatusInternalServerError
	}
	return &reply{status: status, header: http.Header{}, body: b}
}

func htmlReply(status int) *reply {
	text := http.StatusText(status)
	return &reply{status: status, header: http.Header{}, html: true,
		body: fmt.Appendf(nil, "<html><head><title>%d %s</title></head><body><center><h1>%d %s</h1></center></body></html>", status, text, status, text)}
}

// success is the envelope of the first version around rows, or around nothing.
func success(rows any) object {
	out := object{"status": object{"error": false, "code": 200, "type": "success", "message": "Success"}}
	if rows != nil {
		out["data"] = rows
	}
	return out
}
