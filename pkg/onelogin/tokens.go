package onelogin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Credential is an API credential of an account.
type Credential struct {
	ClientID     string
	ClientSecret string
}

const (
	// renewBefore is how long before its end a token is asked for anew.
	renewBefore = 5 * time.Minute
	// askAgain is how long a token is used at the least, however soon it ends: until it does OneLogin gives no other,
	// and each request would ask. One that ends meanwhile is refused, and renewed then.
	askAgain = time.Minute
)

const (
	// maxToken bounds the answer of the token endpoint, in bytes.
	maxToken = 1 << 20
	// maxLife bounds what it can say of a token's life, in seconds: a year.
	maxLife = 365 * 24 * 3600
)

// TokenSource gets, keeps and renews the token of a credential. OneLogin gives the same token to all who ask with
// one credential, until it ends: it is never revoked here, which would end the others' too. It is a
// transport.TokenSource.
type TokenSource struct {
	http       *http.Client
	endpoint   *url.URL
	credential Credential
	clock      transport.Clock

	// one guards what follows; a channel, so that a wait for it ends with its context.
	one   chan struct{}
	token string
	until time.Time
}

// NewTokenSource returns the tokens of a credential of the account at base. Its requests go through the round
// tripper as they are.
func NewTokenSource(base *url.URL, credential Credential, roundTripper http.RoundTripper, clock transport.Clock) *TokenSource {
	return &TokenSource{
		http: &http.Client{Transport: Quota{Next: roundTripper}, Timeout: time.Minute,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		endpoint: base.JoinPath("auth", "oauth2", "v2", "token"), credential: credential, clock: clock, one: make(chan struct{}, 1),
	}
}

// Token returns a token that is good for some minutes.
func (t *TokenSource) Token(ctx context.Context) (string, error) { return t.get(ctx, "") }

// Renew asks again in the place of a refused token. OneLogin may answer with the same one, which says that it
// was not the token that was refused.
func (t *TokenSource) Renew(ctx context.Context, refused, _ string) (string, error) {
	return t.get(ctx, refused)
}

func (t *TokenSource) get(ctx context.Context, refused string) (string, error) {
	select {
	case t.one <- struct{}{}:
		defer func() { <-t.one }()
	case <-ctx.Done():
		return "", fmt.Errorf("onelogin: sign in: %w", context.Cause(ctx))
	}
	if t.token != "" && t.token != refused && t.clock.Now().Before(t.until) {
		return t.token, nil
	}
	token, until, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	t.token, t.until = token, until
	return token, nil
}

// tokenAnswer is what the endpoint answers.
type tokenAnswer struct {
	AccessToken string    `json:"access_token"`
	CreatedAt   time.Time `json:"created_at"`
	ExpiresIn   int64     `json:"expires_in"` // seconds
}

// ask signs in with the credential in a Basic header.
func (t *TokenSource) ask(ctx context.Context) (string, time.Time, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.endpoint.String(), strings.NewReader(`{"grant_type":"client_credentials"}`))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("onelogin: sign in: form the request: %w", err)
	}
	req.SetBasicAuth(t.credential.ClientID, t.credential.ClientSecret)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp, err := t.http.Do(req)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("onelogin: sign in at %s: %w", t.endpoint.Host, withoutURL(err))
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxToken))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("onelogin: sign in at %s: read the answer: %w", t.endpoint.Host, err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", time.Time{}, t.refusal(resp, body)
	}
	var got tokenAnswer
	if err := json.Unmarshal(body, &got); err != nil || got.AccessToken == "" {
		return "", time.Time{}, fmt.Errorf("onelogin: sign in at %s: the answer holds no token", t.endpoint.Host)
	}
	return got.AccessToken, t.goodUntil(got), nil
}

// goodUntil is when a token is asked for anew. Whether expires_in counts from created_at or from now, where the
// token is one given out before, is not documented: the earlier of both is taken, unless it has passed, which a token
// that was given out just now cannot have.
func (t *TokenSource) goodUntil(got tokenAnswer) time.Time {
	now, life := t.clock.Now(), time.Duration(min(got.ExpiresIn, maxLife))*time.Second
	until := now.Add(life)
	if made := got.CreatedAt.Add(life); !got.CreatedAt.IsZero() && made.After(now) && made.Before(until) {
		until = made
	}
	if until = until.Add(-renewBefore); until.Before(now.Add(askAgain)) {
		return now.Add(askAgain)
	}
	return until
}

// SignInError is a sign-in that OneLogin refused, or could not decide.
type SignInError struct {
	Host   string
	Status int
	Reason string
	Retry  time.Time
}

// Error says what was refused, and what the reader can do.
func (e *SignInError) Error() string {
	if !e.Final() {
		return fmt.Sprintf("onelogin: sign in at %s: %d %s", e.Host, e.Status, http.StatusText(e.Status))
	}
	return fmt.Sprintf("onelogin: sign in at %s: the API credential was refused (%d%s): check the client id and secret under Developers > API Credentials, "+
		"and that the host is that of their account; then start the connector again with what is right", e.Host, e.Status, e.Reason)
}

// Final says whether asking again would get the same answer: the credential was refused, and not the moment.
func (e *SignInError) Final() bool {
	return e.Status < http.StatusInternalServerError && e.Status != http.StatusTooManyRequests && e.Status != http.StatusRequestTimeout
}

// HTTPStatus is that of a refused credential wherever one was refused.
func (e *SignInError) HTTPStatus() int {
	if e.Final() {
		return http.StatusUnauthorized
	}
	return e.Status
}

// RetryAt returns when the service asks to be asked again; zero where it does not say.
func (e *SignInError) RetryAt() time.Time { return e.Retry }

func (t *TokenSource) refusal(resp *http.Response, body []byte) error {
	e := &SignInError{Host: t.endpoint.Host, Status: resp.StatusCode}
	if _, message := explain(body); message != "" {
		e.Reason = ": " + message
	}
	now := t.clock.Now()
	if wait := transport.RetryAfter(resp.Header, now); wait > 0 {
		e.Retry = now.Add(wait)
	}
	return e
}

var _ transport.TokenSource = (*TokenSource)(nil)
