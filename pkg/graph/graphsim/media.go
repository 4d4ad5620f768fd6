package graphsim

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"strings"
)

const (
	jsonType  = "application/json"
	plainType = "text/plain"
	formType  = "application/x-www-form-urlencoded"
)

// checkWritten holds the body of a write against its header: it must be there, and say JSON.
func checkWritten(c *call) error {
	given := c.header.Get("Content-Type")
	if given == "" {
		return &refusal{status: http.StatusBadRequest, code: "BadRequest",
			message: "Write requests (excluding DELETE) must contain the Content-Type header declaration."}
	}
	if kind, _, err := mime.ParseMediaType(given); err != nil || kind != jsonType {
		return &refusal{status: http.StatusUnsupportedMediaType, code: "RequestBodyRead",
			message: "A supported MIME type could not be found that matches the content type '" + given + "'."}
	}
	return nil
}

// unpack opens a body that was sent packed, as Microsoft's own SDKs do.
func (c *call) unpack() error {
	encoding := c.header.Get("Content-Encoding")
	if encoding == "" {
		return nil
	}
	bad := badRequest("The request body has Content-Encoding '%s', and is not that or cannot be read.", encoding)
	z, err := gzip.NewReader(bytes.NewReader(c.body))
	if encoding != "gzip" || err != nil {
		return bad
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxBody))
	if err != nil {
		return bad
	}
	c.body = plain
	return nil
}

// checkAccept refuses a client that wants an answer of a type that it cannot have: a count is plain text, all
// else is JSON, with minimal metadata alone in this tenant.
func checkAccept(c *call, t *target) error {
	want, given := jsonType, strings.Join(c.header.Values("Accept"), ",")
	if t.count {
		want = plainType
	}
	if given == "" {
		return nil
	}
	for _, one := range strings.Split(given, ",") {
		if accepts(one, want) {
			return nil
		}
	}
	return &refusal{status: http.StatusNotAcceptable, code: "NotAcceptable",
		message: "The answer is " + want + ", which '" + given + "' does not accept."}
}

// accepts says whether one range of an Accept header has a type in it.
func accepts(one, want string) bool {
	kind, params, err := mime.ParseMediaType(one)
	if err != nil || strings.Trim(params["q"], "0.") == "" && params["q"] != "" {
		return false
	}
	if m, given := params["odata.metadata"]; given && m != "minimal" {
		return false
	}
	family, _, _ := strings.Cut(want, "/")
	return kind == want || kind == family+"/*" || kind == "*/*"
}
