package graphsim

import (
	"cmp"
	"crypto/subtle"
	"fmt"
	"net/http"
	"time"
)

// ClientSecret is a secret of the connector's registration.
type ClientSecret struct {
	Value string
	// Name is the displayName among the credentials.
	Name string
	// Start and End are when it works; zero is long ago and for ever.
	Start, End time.Time
}

// The life of a secret that nobody dated.
var (
	longAgo = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	farOff  = time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC)
)

func (c ClientSecret) start() time.Time { return orTime(c.Start, longAgo) }
func (c ClientSecret) end() time.Time   { return orTime(c.End, farOff) }

func orTime(t, otherwise time.Time) time.Time {
	if t.IsZero() {
		return otherwise
	}
	return t
}

// withSecret settles ClientSecret: as given, or the first of ClientSecrets, or one made from the seed.
func (o Options) withSecret(made string) Options {
	if o.ClientSecret == "" && len(o.ClientSecrets) > 0 {
		o.ClientSecret = o.ClientSecrets[0].Value
		return o
	}
	o.ClientSecret = cmp.Or(o.ClientSecret, made)
	return o
}

// secrets are all secrets of the application. What ClientSecrets says of ClientSecret itself holds.
func (o Options) secrets() []ClientSecret {
	for _, s := range o.ClientSecrets {
		if s.Value == o.ClientSecret {
			return o.ClientSecrets
		}
	}
	return append([]ClientSecret{{Value: o.ClientSecret, Name: "connector", End: o.ClientSecretEnds}}, o.ClientSecrets...)
}

func (s *Server) checkSecret(secret string) error {
	if secret == "" {
		return &signinError{http.StatusUnauthorized, "invalid_client", 7000218,
			"The request body must contain the following parameter: 'client_assertion' or 'client_secret'."}
	}
	for _, known := range s.options.secrets() {
		if subtle.ConstantTimeCompare([]byte(secret), []byte(known.Value)) == 1 {
			return s.checkSecretLife(known)
		}
	}
	return &signinError{http.StatusUnauthorized, "invalid_client", 7000215,
		fmt.Sprintf("Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "+
			"not the client secret ID, for a secret added to app '%s'.", s.options.ClientID)}
}

func (s *Server) checkSecretLife(known ClientSecret) error {
	if now := s.options.Now(); now.Before(known.start()) || !now.Before(known.end()) {
		return &signinError{http.StatusUnauthorized, "invalid_client", 7000222,
			fmt.Sprintf("The provided client secret keys for app '%s' are expired.", s.options.ClientID)}
	}
	return nil
}
