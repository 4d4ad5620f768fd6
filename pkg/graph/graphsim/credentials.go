package graphsim

import (
	"encoding/json"
	"fmt"
)

// keyCredentials is the one property whose content depends on how it was asked for.
const keyCredentials = "keyCredentials"

// detail is how an object was asked for: it decides what of a key is shown.
type detail int

const (
	unasked  detail = iota // came by default: no thumbprint, no key
	selected               // a list, selected: the thumbprint
	alone                  // a single object, selected: the public key, too
)

// passwordCredential is a client secret as Graph lists it: the secret itself was shown once, when it was made.
type passwordCredential struct {
	CustomKeyIdentifier *string `json:"customKeyIdentifier"`
	DisplayName         *string `json:"displayName"`
	EndDateTime         *string `json:"endDateTime"`
	Hint                *string `json:"hint"`
	KeyID               string  `json:"keyId"`
	SecretText          *string `json:"secretText"` // always null
	StartDateTime       *string `json:"startDateTime"`
}

// keyCredential is a certificate. Key is its public part.
type keyCredential struct {
	CustomKeyIdentifier *string `json:"customKeyIdentifier"`
	DisplayName         *string `json:"displayName"`
	EndDateTime         *string `json:"endDateTime"`
	Key                 *string `json:"key"`
	KeyID               string  `json:"keyId"`
	StartDateTime       *string `json:"startDateTime"`
	Type                string  `json:"type"`
	Usage               string  `json:"usage"`
}

// readKeys reads the keys of a row back; a row without any has an empty list of strings.
func readKeys(v any) ([]keyCredential, error) {
	raw, ok := v.(json.RawMessage)
	if !ok {
		return nil, nil
	}
	var keys []keyCredential
	if err := json.Unmarshal(raw, &keys); err != nil {
		return nil, fmt.Errorf("graphsim: read key credentials: %w", err)
	}
	return keys, nil
}

// appendKeys writes keys with as much of them as the request may see.
func appendKeys(b []byte, v any, d detail) []byte {
	keys, err := readKeys(v)
	if err != nil || len(keys) == 0 { // what does not parse is refused when it is put in
		return append(b, "[]"...)
	}
	for i := range keys {
		if d == unasked {
			keys[i].CustomKeyIdentifier = nil
		}
		if d != alone {
			keys[i].Key = nil
		}
	}
	out, err := json.Marshal(keys)
	if err != nil { // strings always marshal
		return append(b, "[]"...)
	}
	return append(b, out...)
}

// ref is a pointer to a value, for what may be null.
func ref[T any](v T) *T { return &v }
