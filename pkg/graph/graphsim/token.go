package graphsim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// tokens makes and checks access tokens. They look like the JWTs of the real service and are opaque to
// clients all the same: the key dies with the server.
type tokens struct {
	key      []byte
	lifetime time.Duration
	now      func() time.Time
	tenantID string
	epoch    atomic.Int64 // of the tokens that still work
}

type claims struct {
	Audience string   `json:"aud"`
	Issuer   string   `json:"iss"`
	IssuedAt int64    `json:"iat"`
	Expires  int64    `json:"exp"`
	AppID    string   `json:"appid"`
	Roles    []string `json:"roles"`
	TenantID string   `json:"tid"`
	ID       string   `json:"uti"`
	Epoch    int64    `json:"epoch"`
}

func newTokens(o Options) *tokens {
	return &tokens{key: randomBytes(32), lifetime: o.TokenLifetime, now: o.Now, tenantID: o.TenantID}
}

// issue makes a token that carries the permissions as they are now; later consent needs a new token.
func (t *tokens) issue(appID, audience string, permissions []string) (string, error) {
	now := t.now()
	body, err := json.Marshal(claims{
		Audience: audience, Issuer: "https://sts.windows.net/" + t.tenantID + "/",
		IssuedAt: now.Unix(), Expires: now.Add(t.lifetime).Unix(),
		AppID: appID, Roles: permissions, TenantID: t.tenantID, ID: newGUID(), Epoch: t.epoch.Load(),
	})
	if err != nil {
		return "", fmt.Errorf("graphsim: encode token: %w", err)
	}
	signed := encode64([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + encode64(body)
	return signed + "." + t.sign(signed), nil
}

func (t *tokens) sign(text string) string {
	mac := hmac.New(sha256.New, t.key)
	_, _ = mac.Write([]byte(text))
	return encode64(mac.Sum(nil))
}

func (t *tokens) expire() { t.epoch.Add(1) }

// check reads the Authorization header of a request. The token must be for one of the audiences.
func (t *tokens) check(authorization string, audiences []string) (*grant, error) {
	if authorization == "" {
		return nil, badToken("Access token is empty.")
	}
	token, ok := strings.CutPrefix(authorization, "Bearer ")
	cut := strings.LastIndexByte(token, '.')
	if !ok || cut < 0 || !hmac.Equal([]byte(t.sign(token[:cut])), []byte(token[cut+1:])) {
		return nil, badToken("Access token validation failure. Invalid signature.")
	}
	c, err := readClaims(token[:cut])
	if err != nil {
		return nil, badToken("Access token validation failure.")
	}
	if !slices.Contains(audiences, c.Audience) {
		return nil, badToken("Access token validation failure. Invalid audience.")
	}
	if t.now().Unix() >= c.Expires || c.Epoch != t.epoch.Load() {
		return nil, badToken("Lifetime validation failed, the token is expired.")
	}
	return &grant{permissions: c.Roles, appID: c.AppID}, nil
}

func readClaims(signed string) (claims, error) {
	var c claims
	_, body, _ := strings.Cut(signed, ".")
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return c, fmt.Errorf("graphsim: decode token: %w", err)
	}
	return c, json.Unmarshal(raw, &c)
}

func encode64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
