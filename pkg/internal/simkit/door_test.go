package simkit

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestCheckLoopback_TakesLoopbackAlone(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		FreePort: true, "localhost:0": true, "LOCALHOST:0": true, "127.9.9.9:0": true, "[::1]:0": true,
		"0.0.0.0:0": false, "[::]:0": false, ":0": false, "example.com:0": false, "10.0.0.1:0": false, "127.0.0.1": false, "": false,
	} {
		if err := CheckLoopback(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
	if l, err := Listen("0.0.0.0:0"); err == nil {
		t.Errorf("it listens on %s", l.Addr())
	}
}

// serve opens a door that answers "hello".
func serve(t *testing.T, names ...string) (url string, id *Identity) {
	t.Helper()
	id, err := NewIdentity("throw-away", names...)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen(FreePort)
	if err != nil {
		t.Fatal(err)
	}
	server := ServeHTTPS(l, id, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "hello by "+r.Proto)
	}))
	t.Cleanup(func() { _ = server.Close() })
	return URL(l), id
}

func ask(t *testing.T, client *http.Client, url string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func transportOf(t *testing.T, client *http.Client) *http.Transport {
	t.Helper()
	transport, ok := client.Transport.(*http.Transport)
	if !ok {
		t.Fatalf("the transport is a %T", client.Transport)
	}
	return transport
}

func TestServeHTTPS_IsTrustedByItsOwnClientAlone(t *testing.T) {
	t.Parallel()
	url, id := serve(t)
	client := id.Client()
	transportOf(t, client).ForceAttemptHTTP2 = true // the server has to be the one that does not want to
	if body, err := ask(t, client, url); err != nil || body != "hello by HTTP/1.1" {
		t.Errorf("its own client: %q, %v", body, err)
	}
	_, other := serve(t)
	for name, client := range map[string]*http.Client{"of another start": other.Client(), "of the system": {}} {
		var unknown x509.UnknownAuthorityError
		if _, err := ask(t, client, url); !errors.As(err, &unknown) {
			t.Errorf("a client %s: %v", name, err)
		}
	}
	if trusted := transportOf(t, (*Identity)(nil).Client()).TLSClientConfig.RootCAs; trusted == nil || !trusted.Equal(x509.NewCertPool()) {
		t.Error("the client of a simulator that has not started trusts somebody")
	}
}

func TestIdentity_SignsItsNamesWithTheAuthorityOfItsPEM(t *testing.T) {
	t.Parallel()
	id, err := NewIdentity("throw-away", "graph.example")
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(id.Leaf.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(id.PEM()) {
		t.Fatal("no PEM")
	}
	now := time.Now()
	for name, ok := range map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true, "graph.example": true, "other.example": false} {
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool, CurrentTime: now.Add(47 * time.Hour)}); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{DNSName: "localhost", Roots: pool, CurrentTime: now.Add(49 * time.Hour)}); err == nil {
		t.Error("it is good after two days")
	}
	if id.PEM()[0] = 'x'; !pool.AppendCertsFromPEM(id.PEM()) {
		t.Error("who changes the PEM changes it for all")
	}
	if leaf.IsCA {
		t.Error("the server's certificate can sign others")
	}
	again, err := NewIdentity("throw-away")
	if err != nil {
		t.Fatal(err)
	}
	second, err := x509.ParseCertificate(again.Leaf.Certificate[0])
	if err != nil || second.SerialNumber.Cmp(leaf.SerialNumber) == 0 {
		t.Errorf("a second start has the serial number of the first: %v", err)
	}
}

func TestURL_IsEmptyBeforeTheStart(t *testing.T) {
	t.Parallel()
	if url, pem := URL(nil), (*Identity)(nil).PEM(); url != "" || pem != nil {
		t.Errorf("%q, %q", url, pem)
	}
}

func TestWait_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		waited := func(ctx context.Context, d time.Duration) time.Duration {
			start := time.Now()
			Wait(ctx, d)
			return time.Since(start)
		}
		if d := waited(t.Context(), time.Hour); d != time.Hour {
			t.Errorf("it waits %v, not an hour", d)
		}
		if d := waited(t.Context(), 0); d != 0 {
			t.Errorf("it waits %v, not at all", d)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if d := waited(ctx, time.Hour); d != time.Minute {
			t.Errorf("it waits %v, though its context ends after a minute", d)
		}
	})
}
