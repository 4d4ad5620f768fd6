package transport

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// TokenSource gives out bearer tokens and owns their cache and renewal. It is safe for concurrent use.
type TokenSource interface {
	// Token returns a token that is good now.
	Token(ctx context.Context) (string, error)
	// Renew returns a token in the place of one that the service refused. Claims is the decoded
	// claims challenge of the refusal (RFC 9470, Microsoft's continuous access evaluation), or "".
	Renew(ctx context.Context, refused, claims string) (string, error)
}

// ErrForeignHost is wrapped by the error for a request to a host that no token may be sent to.
var ErrForeignHost = errors.New("not the configured host")

// signer adds the token. It answers one 401 with a renewed token; a second one is the caller's.
type signer struct {
	next      http.RoundTripper
	host      string
	tokens    TokenSource
	userAgent string
}

// RoundTrip signs a request, for the configured host alone.
func (s *signer) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" || !strings.EqualFold(req.URL.Host, s.host) {
		return nil, fmt.Errorf("transport: %s: no token is sent there: %w %s", req.URL.Host, ErrForeignHost, s.host)
	}
	token, err := s.tokens.Token(req.Context())
	if err != nil {
		return nil, err
	}
	resp, err := s.send(req, token)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || !replayable(req) {
		return resp, err
	}
	renewed, err := s.tokens.Renew(req.Context(), token, claimsChallenge(resp.Header))
	if err != nil && isFinal(err) {
		discard(resp)
		return nil, err // that sign-in takes the credential no more is why the token is refused
	}
	if err != nil || renewed == token {
		// The refusal says more than the failed renewal: the caller gets it.
		return resp, nil //nolint:nilerr // see above
	}
	discard(resp)
	return s.send(req, renewed)
}

func (s *signer) send(req *http.Request, token string) (*http.Response, error) {
	out := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, fmt.Errorf("transport: rewind the body of %s %s: %w", req.Method, req.URL.Path, err)
		}
		out.Body = body
	}
	out.Header.Set("Authorization", "Bearer "+token)
	if s.userAgent != "" {
		out.Header.Set("User-Agent", s.userAgent)
	}
	return s.next.RoundTrip(out)
}

// claimsParameter finds the claims of a WWW-Authenticate challenge, which are base64.
var claimsParameter = regexp.MustCompile(`claims="([^"]+)"`)

func claimsChallenge(h http.Header) string {
	m := claimsParameter.FindStringSubmatch(strings.Join(h.Values("WWW-Authenticate"), ","))
	if m == nil {
		return ""
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if claims, err := enc.DecodeString(m[1]); err == nil {
			return string(claims)
		}
	}
	return ""
}

// replayable says whether the body of a request can be sent once more.
func replayable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// discard frees the connection of an answer that nobody will read.
func discard(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	_ = resp.Body.Close()
}
