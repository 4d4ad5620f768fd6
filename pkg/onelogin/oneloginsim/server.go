package oneloginsim

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/simkit"
)

// Server is a simulated OneLogin account with its API.
type Server struct {
	options    Options
	account    *Account
	operations []operation
	tokens     *tokens
	rates      *rates
	faults     simkit.Faults[Fault]
	chance     *simkit.Chance[Fault]
	history    simkit.History[Request]

	orphaned atomic.Bool
	running  atomic.Int64 // calls under way
	serial   atomic.Uint64

	mu       sync.Mutex
	identity *simkit.Identity
	listener net.Listener
	server   *http.Server
}

// New builds the account. It does not listen yet.
func New(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	chance, err := o.chance()
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, account: build(o), tokens: newTokens(o), rates: newRates(o), chance: chance,
		history: simkit.History[Request]{Most: maxHistory, Traffic: o.Traffic}}
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
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return errors.New("oneloginsim: already started")
	}
	identity, err := simkit.NewIdentity("Simulated OneLogin account, throw-away authority")
	if err != nil {
		return fmt.Errorf("oneloginsim: %w", err)
	}
	listener, err := simkit.Listen(cmp.Or(listen, simkit.FreePort))
	if err != nil {
		return fmt.Errorf("oneloginsim: %w", err)
	}
	s.identity, s.listener, s.server = identity, listener, simkit.ServeHTTPS(listener, identity, s)
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
	return simkit.URL(s.listener)
}

// CertificatePEM is the authority to trust: new at each start, dead after two days.
func (s *Server) CertificatePEM() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identity.PEM()
}

// Client returns an HTTP client that trusts the server and nobody else.
func (s *Server) Client() *http.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identity.Client()
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
