// Package onelogin is a small client of OneLogin's admin API: users, roles, groups, apps, privileges and
// events, over its second version where that has them and over the first where it has not.
//
// The package knows nothing of Baton. It repeats nothing: that is the transport's work.
package onelogin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Client reads and writes one account. It is safe for concurrent use.
type Client struct {
	http *http.Client
	base *url.URL
}

// New returns a client of the account at base ("https://acme.onelogin.com"), whose requests go through the
// round tripper, which signs them.
func New(base *url.URL, roundTripper http.RoundTripper) *Client {
	// Redirects are refused: the API answers none, and a token follows no link.
	return &Client{base: base, http: &http.Client{Transport: roundTripper,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// call is one request: what is tried on what, and where it goes.
type call struct {
	op     string // for errors: "list users"
	method string
	path   []string // joined and escaped
	query  url.Values
	body   any // sent as JSON, also with DELETE; nil for none
}

// answer is a 2xx answer.
type answer struct {
	body   []byte
	header http.Header
}

// send does the round trip of a call. Anything but a 2xx answer is an error: *Error for an answer, else what
// the transport reports.
func (c *Client) send(ctx context.Context, in call) (answer, error) {
	req, err := c.request(ctx, in)
	if err != nil {
		return answer{}, fmt.Errorf("onelogin: %s: form the request: %w", in.op, err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, fmt.Errorf("onelogin: %s: %w", in.op, withoutURL(err))
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, fmt.Errorf("onelogin: %s: read the answer: %w", in.op, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return answer{}, newError(in.op, resp, body)
	}
	return answer{body: body, header: resp.Header}, nil
}

func (c *Client) request(ctx context.Context, in call) (*http.Request, error) {
	var body io.Reader
	if in.body != nil {
		content, err := json.Marshal(in.body)
		if err != nil {
			return nil, fmt.Errorf("form the body: %w", err)
		}
		body = bytes.NewReader(content) // net/http can rewind it, so that it can be sent twice
	}
	path, err := escaped(in.path)
	if err != nil {
		return nil, err
	}
	address := c.base.JoinPath(path...)
	address.RawQuery = in.query.Encode()
	req, err := http.NewRequestWithContext(ctx, in.method, address.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// escaped makes each part one segment of the path, whatever is in it. What would lead to another path is refused:
// without its id, the path of an object is that of all.
func escaped(parts []string) ([]string, error) {
	out := make([]string, len(parts))
	for i, part := range parts {
		if part == "" || part == "." || part == ".." {
			return nil, fmt.Errorf("%q is no id", part)
		}
		out[i] = url.PathEscape(part)
	}
	return out, nil
}

// withoutURL takes the URL out of net/http's error: it repeats what op says, and its query can hold names.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// one reads the object of an answer. The second version answers with the object, the first with an envelope
// around an array of one, and some calls of either with a bare array of one: all three are taken. What has no id is
// no object.
func one[T row](ctx context.Context, c *Client, in call) (T, error) {
	var none T
	got, err := c.send(ctx, in)
	if err != nil {
		return none, err
	}
	object, err := decodeOne[T](got.body)
	if err != nil {
		return none, fmt.Errorf("onelogin: %s: %w", in.op, err)
	}
	return object, nil
}

func decodeOne[T row](body []byte) (T, error) {
	var object, none T
	raw := body
	if data, ok := envelopeData(body); ok {
		raw = data
	}
	if trimmed := bytes.TrimSpace(raw); len(trimmed) > 0 && trimmed[0] == '[' {
		var objects []json.RawMessage
		if err := json.Unmarshal(trimmed, &objects); err != nil {
			return object, fmt.Errorf("the answer cannot be read: %w", err)
		}
		if len(objects) != 1 {
			return object, fmt.Errorf("the answer holds %d objects where one was asked for", len(objects))
		}
		raw = objects[0]
	}
	if err := json.Unmarshal(raw, &object); err != nil {
		return none, fmt.Errorf("the answer cannot be read: %w", err)
	}
	if object.rowID() == "" {
		return none, errors.New("the answer holds no object: it has no id")
	}
	return object, nil
}
