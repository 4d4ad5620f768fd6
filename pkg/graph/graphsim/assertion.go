package graphsim

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// assertion is a signed statement of who somebody is: a JWT, taken apart.
type assertion struct {
	header struct {
		Algorithm string `json:"alg"`
		Thumb     string `json:"x5t"`
		ThumbSHA  string `json:"x5t#S256"`
	}
	claims struct {
		Issuer    string   `json:"iss"`
		Subject   string   `json:"sub"`
		Audience  audience `json:"aud"`
		Expires   float64  `json:"exp"`
		NotBefore float64  `json:"nbf"`
		ID        string   `json:"jti"`
	}
	signed    string
	signature []byte
}

// audience is a string or a list of them.
type audience []string

// UnmarshalJSON takes both forms (RFC 7519 4.1.3).
func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

func parseAssertion(text string) (*assertion, error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, errors.New("graphsim: an assertion has three parts")
	}
	a := &assertion{signed: parts[0] + "." + parts[1]}
	if err := errors.Join(decodePart(parts[0], &a.header), decodePart(parts[1], &a.claims)); err != nil {
		return nil, err
	}
	var err error
	if a.signature, err = base64.RawURLEncoding.DecodeString(parts[2]); err != nil {
		return nil, fmt.Errorf("graphsim: decode signature of an assertion: %w", err)
	}
	return a, nil
}

func decodePart(part string, v any) error {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return fmt.Errorf("graphsim: decode assertion: %w", err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("graphsim: decode assertion: %w", err)
	}
	return nil
}

// signedBy checks the signature with a key, by the algorithm that the header names.
func (a *assertion) signedBy(key crypto.PublicKey) bool {
	public, ok := key.(*rsa.PublicKey)
	if !ok {
		return false
	}
	digest := sha256.Sum256([]byte(a.signed))
	switch a.header.Algorithm {
	case "RS256":
		return rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], a.signature) == nil
	case "PS256":
		return rsa.VerifyPSS(public, crypto.SHA256, digest[:], a.signature, nil) == nil
	}
	return false
}

// alive checks the claims of time. The libraries that make assertions look at the real clock, whatever clock
// the server has been given; ahead is how far the server's is from that.
func (a *assertion) alive(ahead time.Duration) bool {
	const skew = 5 * 60
	now := float64(time.Now().Add(ahead).Unix())
	return a.claims.Expires > now-skew && a.claims.NotBefore <= now+skew
}

func (a *assertion) meantFor(names ...string) bool {
	return slices.ContainsFunc(a.claims.Audience, func(aud string) bool { return slices.Contains(names, aud) })
}
