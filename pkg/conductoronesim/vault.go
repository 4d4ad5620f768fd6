package conductoronesim

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/crypto/ssh"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// jwkProvider names the way of encryption in which both sides hold JSON Web Keys.
const jwkProvider = "baton/jwk/v1"

// vault is where passwords go: connectors get the public half of its key with each task that may make one.
type vault struct {
	private *ecdsa.PrivateKey
	public  []byte // the JWK
	keyID   string
}

func newVault() (*vault, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("conductoronesim: make the vault's key: %w", err)
	}
	key := &jose.JSONWebKey{Key: &private.PublicKey}
	v := &vault{private: private}
	if v.public, err = key.MarshalJSON(); err != nil {
		return nil, fmt.Errorf("conductoronesim: write the vault's key: %w", err)
	}
	v.keyID, err = thumbprint(key)
	return v, err
}

func (v *vault) config() *v2.EncryptionConfig {
	return v2.EncryptionConfig_builder{
		Provider: jwkProvider, KeyId: v.keyID,
		JwkPublicKeyConfig: v2.EncryptionConfig_JWKPublicKeyConfig_builder{PubKey: v.public}.Build(),
	}.Build()
}

// furnish gives a task what the vault adds: the public key for what the connector makes up, or a password that only the
// connector can read. Never both: a password that ConductorOne sends needs no way back.
func (v *vault) furnish(task *v1.Task, t Task, c *client) error {
	var configs []*v2.EncryptionConfig
	if !t.noVault {
		configs = []*v2.EncryptionConfig{v.config()}
	}
	switch task.WhichTaskType() {
	case v1.Task_CreateAccount_case:
		create := task.GetCreateAccount()
		if sent := create.GetCredentialOptions().GetEncryptedPassword(); sent != nil {
			return sendPassword(sent, t.secret, c)
		}
		create.SetEncryptionConfigs(configs)
	case v1.Task_RotateCredentials_case:
		rotate := task.GetRotateCredentials()
		if sent := rotate.GetCredentialOptions().GetEncryptedPassword(); sent != nil {
			return sendPassword(sent, t.secret, c)
		}
		rotate.SetEncryptionConfigs(configs)
	case v1.Task_IssueCredential_case:
		task.GetIssueCredential().SetEncryptionConfigs(configs)
	default: // nothing secret
	}
	return nil
}

// sendPassword encrypts a password to the public half of the client secret.
func sendPassword(into *v2.CredentialOptions_EncryptedPassword, password string, c *client) error {
	if password == "" {
		password = rand.Text()
	}
	sealed, err := sealToClient(c.public, []byte(password))
	if err != nil {
		return fmt.Errorf("encrypt a password to the client: %w", err)
	}
	into.SetEncryptedPasswords([]*v2.EncryptedData{v2.EncryptedData_builder{
		Provider: jwkProvider, KeyIds: []string{c.keyID}, Name: "password",
		EncryptedBytes: []byte(base64.StdEncoding.EncodeToString(sealed)),
	}.Build()})
	return nil
}

// sealToClient is what baton/jwk/v1 means for an Ed25519 key: an age file for the key as SSH knows it.
func sealToClient(public ed25519.PublicKey, plain []byte) ([]byte, error) {
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	recipient, err := agessh.NewEd25519Recipient(key)
	if err != nil {
		return nil, err
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(w, bytes.NewReader(plain)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

// open decrypts what a connector returned: base64 of a compact JWE, by ECDH-ES with AES-256 in GCM.
func (v *vault) open(all []*v2.EncryptedData) ([]Secret, error) {
	secrets := make([]Secret, 0, len(all))
	for _, d := range all {
		if d.GetProvider() != jwkProvider || len(d.GetKeyIds()) != 1 || d.GetKeyIds()[0] != v.keyID {
			return nil, fmt.Errorf("secret %s is encrypted by %q to keys %v, and not to the vault's", d.GetName(), d.GetProvider(), d.GetKeyIds())
		}
		sealed, err := base64.StdEncoding.DecodeString(string(d.GetEncryptedBytes()))
		if err != nil {
			return nil, fmt.Errorf("secret %s is not base64: %w", d.GetName(), err)
		}
		jwe, err := jose.ParseEncryptedCompact(string(sealed), []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
		if err != nil {
			return nil, fmt.Errorf("secret %s is no JWE: %w", d.GetName(), err)
		}
		value, err := jwe.Decrypt(v.private)
		if err != nil {
			return nil, fmt.Errorf("secret %s does not open with the vault's key: %w", d.GetName(), err)
		}
		secrets = append(secrets, Secret{Name: d.GetName(), Description: d.GetDescription(), Schema: d.GetSchema(), Value: value})
	}
	return secrets, nil
}
