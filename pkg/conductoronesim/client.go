package conductoronesim

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"

	"github.com/go-jose/go-jose/v4"
)

// client is the connector's registration: its id, its secret, and the public half that ConductorOne keeps.
type client struct {
	id       string
	audience string // the host of the id, without the port
	secret   string // A:B:v1:BASE64RAWURL(JWK), the JWK an Ed25519 private key
	public   ed25519.PublicKey
	keyID    string // the thumbprint of the key, as clients name it
}

func newClient(name, address string) (*client, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("conductoronesim: make a client id: %w", err)
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("conductoronesim: make the client's key: %w", err)
	}
	key := &jose.JSONWebKey{Key: private}
	text, err := key.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("conductoronesim: write the client's key: %w", err)
	}
	keyID, err := thumbprint(key)
	if err != nil {
		return nil, err
	}
	return &client{
		id: name + "@" + address + "/local", audience: host, public: public, keyID: keyID,
		secret: "secret-token:local:v1:" + base64.RawURLEncoding.EncodeToString(text),
	}, nil
}

// thumbprint is the SHA-256 thumbprint of a key in hexadecimal.
func thumbprint(key *jose.JSONWebKey) (string, error) {
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("conductoronesim: name a key: %w", err)
	}
	return hex.EncodeToString(sum), nil
}
