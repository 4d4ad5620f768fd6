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
	"sync/atomic"
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

// maxRenewals is how often one request is sent again with a renewed token.
const maxRenewals = 3

// signer adds the token. It answers a 401 with a renewed token. A 401 for that one too is the caller's, unless the
// service has taken the token from others meanwhile: then it has ended, under a request that came too late for it.
type signer struct {
	next      http.RoundTripper
	host      string
	tokens    TokenSource
	userAgent string
	taken     atomic.Pointer[string] // the last token that the service took
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
	for renewals := 0; err == nil && resp.StatusCode == http.StatusUnauthorized && s.mayRenew(req, token, renewals); renewals++ {
		renewed, failed := s.tokens.Renew(req.Context(), token, claimsChallenge(resp.Header))
		if failed != nil && isFinal(failed) {
			discard(resp)
			return nil, failed // that sign-in takes the credential no more is why the token is refused
		}
		if failed != nil || renewed == token {
			return resp, nil //nolint:nilerr // the refusal says more than the failed renewal: the caller gets it
		}
		discard(resp)
		token = renewed
		resp, err = s.send(req, token)
	}
	return resp, err
}

// mayRenew says whether a refused token is renewed for a request, for which that has been done so many times before.
func (s *signer) mayRenew(req *http.Request, refused string, renewals int) bool {
	if !replayable(req) || renewals == maxRenewals {
		return false
	}
	taken := s.taken.Load()
	return renewals == 0 || taken != nil && *taken == refused
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
	resp, err := s.next.RoundTrip(out)
	if taken := s.taken.Load(); err == nil && resp.StatusCode != http.StatusUnauthorized && (taken == nil || *taken != token) {
		s.taken.Store(&token)
	}
	return resp, err
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
