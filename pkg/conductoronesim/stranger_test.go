package conductoronesim

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// stranger is a client that can do what the SDK never would.
type stranger struct {
	v1.BatonServiceClient
	t     *testing.T
	s     *Server
	http  *http.Client
	token string
}

func newStranger(t *testing.T, s *Server) *stranger {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CertificatePEM()) {
		t.Fatal("the certificate does not parse")
	}
	conf := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	c := &stranger{t: t, s: s, http: &http.Client{Transport: &http.Transport{TLSClientConfig: conf}}}
	cc, err := grpc.NewClient(s.Address(), grpc.WithTransportCredentials(credentials.NewTLS(conf.Clone())), grpc.WithPerRPCCredentials(c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cc.Close()
		c.http.CloseIdleConnections()
	})
	c.BatonServiceClient = v1.NewBatonServiceClient(cc)
	c.signIn()
	return c
}

// GetRequestMetadata makes the stranger the credentials of its calls.
func (c *stranger) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	if c.token == "" {
		return nil, nil
	}
	return map[string]string{"authorization": "Bearer " + c.token}, nil
}

func (*stranger) RequireTransportSecurity() bool { return true }

// claims of a good assertion, now by the real clock.
func (c *stranger) claims() map[string]any {
	now := time.Now()
	return map[string]any{
		"iss": c.s.ClientID(), "sub": c.s.ClientID(), "aud": []string{"127.0.0.1"},
		"exp": now.Add(2 * time.Minute).Unix(), "iat": now.Unix(), "nbf": now.Add(-2 * time.Minute).Unix(),
	}
}

// sign makes an assertion; a nonce of "" is none.
func (c *stranger) sign(claims map[string]any, nonce string) string {
	c.t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(c.s.ClientSecret(), ":")[3])
	if err != nil {
		c.t.Fatal(err)
	}
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(text); err != nil {
		c.t.Fatal(err)
	}
	return c.signWith(key.Key, jose.EdDSA, claims, nonce)
}

func (c *stranger) signWith(key any, algorithm jose.SignatureAlgorithm, claims map[string]any, nonce string) string {
	c.t.Helper()
	o := &jose.SignerOptions{}
	if nonce != "" {
		o.WithHeader("nonce", nonce)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, o)
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		c.t.Fatal(err)
	}
	signed, err := signer.Sign(body)
	if err != nil {
		c.t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		c.t.Fatal(err)
	}
	return compact
}

func (c *stranger) form(assertion string) url.Values {
	return url.Values{
		"client_id": {c.s.ClientID()}, "grant_type": {"client_credentials"},
		"client_assertion_type": {assertionType}, "client_assertion": {assertion},
	}
}

// ask posts a form for a token, and returns the status and the answer.
func (c *stranger) ask(form url.Values) (int, tokenAnswer) {
	c.t.Helper()
	response, err := c.http.PostForm("https://"+c.s.Address()+signInPath, form)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	var answer tokenAnswer
	if response.StatusCode == http.StatusOK {
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			c.t.Fatal(err)
		}
	}
	return response.StatusCode, answer
}

func (c *stranger) signIn() {
	c.t.Helper()
	status, answer := c.ask(c.form(c.sign(c.claims(), rawNonce(c.t))))
	if status != http.StatusOK || answer.TokenType != "Bearer" {
		c.t.Fatalf("token: %d %+v", status, answer)
	}
	c.token = answer.AccessToken
}

func rawNonce(t *testing.T) string { return t.Name() + time.Now().Format(time.RFC3339Nano) }

func otherKey(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

// hello greets as a host; with a task it answers that.
func (c *stranger) hello(host, task string) error {
	_, err := c.Hello(c.t.Context(), v1.BatonServiceHelloRequest_builder{
		HostId: host, TaskId: task, ConnectorMetadata: v2.ConnectorMetadata_builder{DisplayName: "Stranger"}.Build(),
	}.Build())
	return err
}

// take asks for a task and returns its id, "" where there is none.
func (c *stranger) take(host string) string {
	c.t.Helper()
	out, err := c.GetTask(c.t.Context(), v1.BatonServiceGetTaskRequest_builder{HostId: host}.Build())
	if err != nil {
		c.t.Fatal(err)
	}
	return out.GetTask().GetId()
}

func (c *stranger) finish(host, task string) error {
	_, err := c.FinishTask(c.t.Context(), v1.BatonServiceFinishTaskRequest_builder{
		HostId: host, TaskId: task, Success: &v1.BatonServiceFinishTaskRequest_Success{},
	}.Build())
	return err
}

func (c *stranger) heartbeat(host, task string) (cancelled bool, err error) {
	out, err := c.Heartbeat(c.t.Context(), v1.BatonServiceHeartbeatRequest_builder{HostId: host, TaskId: task}.Build())
	return out.GetCancelled(), err
}

// upload sends messages and returns what the service says to them.
func (c *stranger) upload(messages ...*v1.BatonServiceUploadAssetRequest) error {
	c.t.Helper()
	stream, err := c.UploadAsset(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, m := range messages {
		if err := stream.Send(m); err != nil {
			break // refused already: the answer says why
		}
	}
	_, err = stream.CloseAndRecv()
	return err
}
