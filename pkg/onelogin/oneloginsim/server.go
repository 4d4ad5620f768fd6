package oneloginsim

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Server is a simulated OneLogin account with its API.
type Server struct {
	options    Options
	account    *Account
	operations []operation
	tokens     *tokens
	rates      *rates
	faults     *faults
	history    *history

	orphaned atomic.Bool
	running  atomic.Int64 // calls under way
	serial   atomic.Uint64

	mu       sync.Mutex
	identity *identity
	listener net.Listener
	server   *http.Server
}

// New builds the account. It does not listen yet.
func New(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	chance, err := parseChance(o.Faults, o.FaultSeed)
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, account: build(o), tokens: newTokens(o), rates: newRates(o), faults: &faults{chance: chance}, history: &history{traffic: o.Traffic}}
	s.operations = operations()
	s.orphaned.Store(o.Orphaned)
	return s, nil
}

// TB is what Start needs of a test.
type TB interface {
	Helper()
	Fatal(args ...any)
	Cleanup(end func())
}

// Start starts a simulated account that ends with the test.
func Start(t TB, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err == nil {
		err = s.Start("")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // what is thrown away may break
	return s
}

// Start listens on a loopback address, "" for a free port of 127.0.0.1, and serves until Close.
func (s *Server) Start(listen string) error {
	listen = orElse(listen, "127.0.0.1:0")
	if err := CheckLoopback(listen); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return errors.New("oneloginsim: already started")
	}
	identity, err := newIdentity()
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", listen)
	if err != nil {
		return fmt.Errorf("oneloginsim: listen on %s: %w", listen, err)
	}
	s.identity, s.listener = identity, listener
	server := &http.Server{Handler: s, ReadHeaderTimeout: 30 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	s.server = server
	// HTTP/1.1 alone: a dropped connection must drop one request and not all of them.
	secure := tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{identity.leaf}, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"}})
	go func() { _ = server.Serve(secure) }() // ends with Close, the only way it ends
	return nil
}

// Close stops the server at once, connections and all.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	if err := s.server.Close(); err != nil {
		return fmt.Errorf("oneloginsim: close: %w", err)
	}
	return nil
}

// URL is the address of the account, which stands for https://acme.onelogin.com. It is "" before Start.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return ""
	}
	return "https://" + s.listener.Addr().String()
}

// CertificatePEM is the authority to trust: new at each start, dead after two days.
func (s *Server) CertificatePEM() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.identity == nil {
		return nil
	}
	return slices.Clone(s.identity.caPEM)
}

// Client returns an HTTP client that trusts the server and nobody else.
func (s *Server) Client() *http.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.identity != nil {
		conf.RootCAs = s.identity.pool
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: conf, MaxIdleConnsPerHost: 32}}
}

// Options returns the options with everything filled in that was left out.
func (s *Server) Options() Options { return s.options }

// Account is what the simulator holds, to be changed behind the API's back.
func (s *Server) Account() *Account { return s.account }

// Env is the variables that make the connector use this account. caFile is where CertificatePEM was written.
func (s *Server) Env(caFile string) map[string]string {
	return map[string]string{
		"BATON_SUBDOMAIN":              "acme",
		"BATON_ONELOGIN_CLIENT_ID":     s.options.ClientID,
		"BATON_ONELOGIN_CLIENT_SECRET": s.options.ClientSecret,
		"BATON_BASE_URL":               s.URL(),
		"SSL_CERT_FILE":                caFile,
	}
}

// CheckLoopback refuses an address that others than this machine could reach.
func CheckLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("oneloginsim: address %q: %w", address, err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("oneloginsim: address %q is not on loopback", address)
}
