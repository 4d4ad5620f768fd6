package conductoronesim

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"google.golang.org/grpc/codes"
)

const (
	signInPath    = "/auth/v1/token"
	tokenMethod   = "token" // what the history and the faults call a request for a token
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

	clockSkew        = time.Minute // how far the client's clock may be off
	maxAssertionLife = 10 * time.Minute
	maxForm          = 64 << 10
)

// tokens gives out access tokens for assertions, and knows those that are out.
type tokens struct {
	client *client
	life   time.Duration
	now    func() time.Time

	mu     sync.Mutex
	out    map[string]time.Time // access token → its end
	nonces map[string]time.Time // nonce → when its assertion is over
}

func newTokens(c *client, o Options) *tokens {
	return &tokens{client: c, life: o.TokenLife, now: o.Now, out: map[string]time.Time{}, nonces: map[string]time.Time{}}
}

// serveToken answers a request for a token. What is wrong with it is a violation; the answer says little, as that of the
// real service.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	fault := s.faults.next(tokenMethod)
	token, code := s.grantToken(w, r, fault)
	s.record(&Call{Method: tokenMethod, Code: code}) // before the client can know
	switch {
	case code != codes.OK:
		http.Error(w, `{"error":"invalid_client"}`, httpStatus(code))
	case fault.lose:
		cutConnection(r.Context())
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(token) //nolint:gosec // handing out tokens is what this is for, and who is gone cannot be told
	}
}

func (s *Server) grantToken(w http.ResponseWriter, r *http.Request, f fault) (tokenAnswer, codes.Code) {
	switch {
	case f.code != codes.OK:
		return tokenAnswer{}, f.code
	case s.faults.refused():
		return tokenAnswer{}, codes.Unauthenticated
	}
	token, err := s.tokens.exchange(w, r)
	if err != nil {
		s.history.violate("token: %v", err)
		return tokenAnswer{}, codes.Unauthenticated
	}
	return token, codes.OK
}

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
}

func (t *tokens) exchange(w http.ResponseWriter, r *http.Request) (tokenAnswer, error) {
	if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return tokenAnswer{}, errors.New("the request is not a posted form")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return tokenAnswer{}, fmt.Errorf("read the form: %w", err)
	}
	for name, want := range map[string]string{
		"client_id": t.client.id, "grant_type": "client_credentials", "client_assertion_type": assertionType,
	} {
		if got := r.PostForm.Get(name); got != want {
			return tokenAnswer{}, fmt.Errorf("%s is %q and has to be %q", name, got, want)
		}
	}
	if err := t.check(r.PostForm.Get("client_assertion")); err != nil {
		return tokenAnswer{}, err
	}
	return t.issue(), nil
}

// check verifies an assertion: its signature, its claims and that it was not used before.
func (t *tokens) check(assertion string) error {
	parsed, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return fmt.Errorf("the assertion does not parse: %w", err)
	}
	var claims jwt.Claims
	if err := parsed.Claims(t.client.public, &claims); err != nil {
		return fmt.Errorf("the assertion is not signed by the client secret: %w", err)
	}
	if claims.Expiry == nil || claims.NotBefore == nil || claims.IssuedAt == nil {
		return errors.New("the assertion lacks exp, nbf or iat")
	}
	err = claims.ValidateWithLeeway(jwt.Expected{
		Issuer: t.client.id, Subject: t.client.id, AnyAudience: jwt.Audience{t.client.audience}, Time: t.now(),
	}, clockSkew)
	if err != nil {
		return fmt.Errorf("the assertion is refused: %w", err)
	}
	if claims.Expiry.Time().Sub(claims.IssuedAt.Time()) > maxAssertionLife {
		return fmt.Errorf("the assertion lives for more than %v", maxAssertionLife)
	}
	return t.once(parsed.Headers[0].Nonce, claims.Expiry.Time().Add(clockSkew))
}

// once remembers a nonce for as long as its assertion could be used again.
func (t *tokens) once(nonce string, until time.Time) error {
	if nonce == "" {
		return errors.New("the assertion has no nonce")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	for old, end := range t.nonces {
		if end.Before(now) {
			delete(t.nonces, old)
		}
	}
	if _, seen := t.nonces[nonce]; seen {
		return errors.New("the assertion was used before")
	}
	t.nonces[nonce] = until
	return nil
}

func (t *tokens) issue() tokenAnswer {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // it never fails
	token := hex.EncodeToString(secret)
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	for old, end := range t.out {
		if end.Before(now) {
			delete(t.out, old)
		}
	}
	t.out[token] = now.Add(t.life)
	return tokenAnswer{AccessToken: token, TokenType: "Bearer", ExpiresIn: int(t.life / time.Second)}
}

// valid says whether a call may pass with the values of its authorization header.
func (t *tokens) valid(authorization []string) bool {
	if len(authorization) != 1 {
		return false
	}
	token, ok := strings.CutPrefix(authorization[0], "Bearer ")
	t.mu.Lock()
	defer t.mu.Unlock()
	end, known := t.out[token]
	return ok && known && t.now().Before(end)
}

func (t *tokens) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.out)
}
