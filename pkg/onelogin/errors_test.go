package onelogin

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

func answered(status int, body string) *Error {
	return newError("try", &http.Response{StatusCode: status, Header: http.Header{"X-Request-Id": {"R1"}}}, []byte(body))
}

func TestErrorsAreReadInEveryShape(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		want   string
	}{
		{401, `{"status":{"error":true,"code":401,"type":"Unauthorized","message":"Insufficient Permission"}}`, "Unauthorized: Insufficient Permission"},
		{400, `{"status":{"error":true,"code":400,"type":"bad request","message":{"a": "b"}}}`, `bad request: {"a": "b"}`},
		{404, `{"message":"gone","name":"NotFoundError","statusCode":404}`, "NotFoundError: gone"},
		{422, `{"message":"bad","name":"UnprocessableEntityFieldError","statusCode":422,"field":"email"}`, "UnprocessableEntityFieldError: bad field email"},
		{400, `{"status":400,"error":"BadRequestError","description":"cursor xor pagination"}`, "BadRequestError: cursor xor pagination"},
		{422, `{"code":422,"message":"Validation Failed","errors":[{"field":"name","message":["is empty","is short"]}]}`, "Validation Failed name is empty, is short"},
		{502, `<html><body>502</body></html>`, ""}, {500, ``, ""},
	} {
		got := answered(c.status, c.body)
		want := "onelogin: try: " + statusLine(c.status)
		if c.want != "" {
			want += ": " + c.want
		}
		if got.Error() != want+" (x-request-id R1)" {
			t.Errorf("%s is told as %s", c.body, got)
		}
	}
}

func statusLine(status int) string {
	return map[int]string{400: "400 Bad Request", 401: "401 Unauthorized", 404: "404 Not Found", 422: "422 Unprocessable Entity", 500: "500 Internal Server Error", 502: "502 Bad Gateway"}[status]
}

func TestWhatAnErrorMeans(t *testing.T) {
	t.Parallel()
	gone, gateway := answered(404, `{"message":"gone","name":"NotFoundError"}`), answered(404, `<html>`)
	if !Missing(gone) || Missing(gateway) || Missing(nil) {
		t.Error("only OneLogin itself can say that an object is missing")
	}
	small, ended := answered(401, `{"status":{"type":"Unauthorized","message":"insufficient permission"}}`), answered(401, `{"message":"Unauthorized"}`)
	if !ScopeTooSmall(small) || ScopeTooSmall(ended) || !ScopeTooSmall(answered(403, `{"message":"no"}`)) || ScopeTooSmall(answered(403, `<html>`)) {
		t.Error("a scope that is too small is not told from a token that ended, or from a gateway")
	}
	for status, want := range map[int]bool{400: false, 404: false, 408: true, 422: false, 429: false, 500: true, 502: true} {
		if Unclear(answered(status, "")) != want {
			t.Errorf("%d leaves unclear what happened: %v", status, !want)
		}
	}
	if Unclear(nil) || !Unclear(errors.New("connection reset")) || Unclear(&SignInError{Status: 503}) ||
		Unclear(fmt.Errorf("onelogin: delete user 7: %w", &transport.PausedError{})) {
		t.Error("what was not sent did not happen, and what broke off may have")
	}
}
