package oneloginsim

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// tokens is the token of the credential: one, for all who ask, until it ends.
type tokens struct {
	options Options

	mu     sync.Mutex
	dice   *dice
	token  string
	made   time.Time
	issued int
}

func newTokens(o Options) *tokens { return &tokens{options: o, dice: newDice(o.Seed, "tokens")} }

// ExpireTokens ends the token that is out: the next request for one gets another.
func (s *Server) ExpireTokens() {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	s.tokens.token = ""
}

// TokenAnswers is how often a token was given out, the same one included.
func (s *Server) TokenAnswers() int {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	return s.tokens.issued
}

// SetOrphaned says whether the user who made the credential is gone, so that every call fails with 500.
func (s *Server) SetOrphaned(orphaned bool) { s.orphaned.Store(orphaned) }

// SetScope changes the scope of the credential.
func (s *Server) SetScope(scope string) {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	s.tokens.options.Scope = scope
}

func (s *Server) scope() string {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	return s.tokens.options.Scope
}

func (t *tokens) alive(now time.Time) bool {
	return t.token != "" && now.Before(t.made.Add(t.options.TokenLifetime))
}

// check wants the token of the credential with a request.
func (t *tokens) check(c *call) error {
	scheme, token, found := strings.Cut(strings.Replace(c.header.Get("Authorization"), "bearer:", "bearer ", 1), " ")
	if !found || !strings.EqualFold(scheme, "bearer") {
		if c.header.Get("Authorization") == "" {
			return unauthorized("Authentication Failure")
		}
		return badRequest("Authorization Information is incorrect")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if token != t.token || !t.alive(c.now) {
		return unauthorized("Authentication Failure")
	}
	return nil
}

// legacy is the oldest form of the credential in a header.
var legacy = regexp.MustCompile(`^client_id:\s*([^,\s]+),\s*client_secret:\s*(\S+)$`)

// credential reads the credential of a request for a token, in any of its three forms, and the other parameters.
func credential(c *call) (id, secret string, body map[string]string, err error) {
	if strings.HasPrefix(c.header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(c.body))
		if err != nil {
			return "", "", nil, badRequest("the form is malformed")
		}
		body = map[string]string{"grant_type": form.Get("grant_type"), "access_token": form.Get("access_token")}
		if c.header.Get("Authorization") == "" {
			return form.Get("client_id"), form.Get("client_secret"), body, nil
		}
	} else if json.Unmarshal(c.body, &body) != nil {
		return "", "", nil, badRequest("the body is not JSON")
	}
	header := c.header.Get("Authorization")
	if m := legacy.FindStringSubmatch(header); m != nil {
		return m[1], m[2], body, nil
	}
	basic, isBasic := strings.CutPrefix(header, "Basic ")
	plain, err := base64.StdEncoding.DecodeString(basic)
	id, secret, whole := strings.Cut(string(plain), ":")
	if err != nil || !isBasic || !whole {
		return "", "", nil, badRequest("Authorization Information is incorrect")
	}
	return id, secret, body, nil
}

// authenticate wants the credential of the account.
func (t *tokens) authenticate(c *call) (map[string]string, error) {
	id, secret, body, err := credential(c)
	if err != nil {
		return nil, err
	}
	if id != t.options.ClientID || secret != t.options.ClientSecret {
		return nil, unauthorized("Authentication Failure")
	}
	return body, nil
}

// giveToken answers POST /auth/oauth2/v2/token.
func giveToken(c *call) (*reply, error) {
	t := c.s.tokens
	body, err := t.authenticate(c)
	if err != nil {
		return nil, err
	}
	if body["grant_type"] != "client_credentials" {
		return nil, badRequest("grant_type is missing or not supported")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.alive(c.now) {
		t.token, t.made = t.dice.hex(32), c.now.Truncate(time.Millisecond)
	}
	t.issued++
	left := t.options.TokenLifetime
	if t.options.CountDown {
		left = t.made.Add(left).Sub(c.now)
	}
	return jsonReply(http.StatusOK, object{"access_token": t.token, "created_at": moment(t.made), "expires_in": int64(left / time.Second),
		"refresh_token": strings.Repeat("0", 64), "token_type": "bearer", "account_id": accountID}), nil
}

// revokeToken answers POST /auth/oauth2/revoke, which ends the token for everybody.
func revokeToken(c *call) (*reply, error) {
	t := c.s.tokens
	body, err := t.authenticate(c)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if body["access_token"] != t.token || !t.alive(c.now) {
		return nil, badRequest("access_token is not valid")
	}
	t.token = ""
	return jsonReply(http.StatusOK, success(nil)), nil
}
