package graphsim

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
	"time"
)

// Server is a simulated tenant with its sign-in service.
type Server struct {
	options  Options
	tenant   *Tenant
	links    *links
	tokens   *tokens
	throttle *throttle
	faults   *faults
	history  *history
	packers  sync.Pool // of gzip writers

	mu       sync.Mutex
	granted  []string
	identity *identity
	listener net.Listener
	http     *http.Server
}

// New builds the tenant. It does not listen yet.
func New(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	f, err := newFaults(o.Faults, o.FaultSeed)
	if err != nil {
		return nil, err
	}
	tenant, err := build(o)
	if err != nil {
		return nil, err
	}
	return &Server{
		options: o, tenant: tenant, links: newLinks(), tokens: newTokens(o), throttle: newThrottle(o),
		faults: f, history: newHistory(o.Traffic), granted: slices.Clone(o.Permissions),
		packers: sync.Pool{New: newPacker},
	}, nil
}

// Start listens on a loopback address, "" for a free port of 127.0.0.1, and serves until Close.
func (s *Server) Start(listen string) error {
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	if err := CheckLoopback(listen); err != nil {
		return err
	}
	id, err := newIdentity()
	if err != nil {
		return err
	}
	plain, err := new(net.ListenConfig).Listen(context.Background(), "tcp", listen)
	if err != nil {
		return fmt.Errorf("graphsim: listen on %s: %w", listen, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return errors.Join(errors.New("graphsim: already started"), plain.Close())
	}
	s.identity, s.listener = id, plain
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 30 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	// HTTP/1.1 alone: a dropped connection must drop one request and not all of them.
	secure := tls.NewListener(plain, &tls.Config{Certificates: []tls.Certificate{id.leaf}, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"}})
	go func(h *http.Server) { _ = h.Serve(secure) }(s.http) // ends with Close, the only way it ends
	return nil
}

// CheckLoopback refuses an address that others than this machine could reach.
func CheckLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("graphsim: address %q: %w", address, err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("graphsim: address %q is not on loopback", address)
}

// Close stops the server at once, connections and all.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http == nil {
		return nil
	}
	if err := s.http.Close(); err != nil {
		return fmt.Errorf("graphsim: close: %w", err)
	}
	return nil
}

// URL is the address of Graph, below /v1.0, and of the sign-in service, below /{tenant}. It is "" before Start.
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

// Options returns the options with everything filled in that was generated.
func (s *Server) Options() Options { return s.options }

// Env is the variables that make the connector use this tenant. caFile is where CertificatePEM was written.
func (s *Server) Env(caFile string) map[string]string {
	return map[string]string{
		"BATON_ENTRA_TENANT_ID":     s.options.TenantID,
		"BATON_ENTRA_CLIENT_ID":     s.options.ClientID,
		"BATON_ENTRA_CLIENT_SECRET": s.options.ClientSecret,
		"BATON_BASE_URL":            s.URL(),
		"BATON_AUTHORITY_HOST":      s.URL(),
		"SSL_CERT_FILE":             caFile,
	}
}

// Tenant gives access to what the tenant holds, to change it.
func (s *Server) Tenant() *Tenant { return s.tenant }

// SetPermissions changes the consented permissions. As in the real service, tokens that are out already keep
// what they carry.
func (s *Server) SetPermissions(permissions ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.granted = slices.Clone(permissions)
}

func (s *Server) permissions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.granted
}

func (s *Server) authenticate(authorization string) (*grant, error) {
	return s.tokens.check(authorization)
}
