package graphsim

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/simkit"
)

// Server is a simulated tenant with its sign-in service.
type Server struct {
	options  Options
	tenant   *Tenant
	links    *links
	tokens   *tokens
	throttle *throttle
	faults   simkit.Faults[Fault]
	chance   *simkit.Chance[Fault]
	history  simkit.History[Request]
	packers  sync.Pool // of gzip writers
	bodies   sync.Pool // of answers that were sent

	limits *limits
	holds  holds

	identityHeader string // the secret of the endpoint of managed identities

	mu           sync.Mutex
	granted      []string
	identity     *simkit.Identity
	listener     net.Listener
	identityDoor net.Listener
	proxyDoor    net.Listener
	exchangeDoor net.Listener
	proxy        *proxy
	doors        []io.Closer // what Close has to close
}

// New builds the tenant. It does not listen yet.
func New(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	chance, err := o.chance()
	if err != nil {
		return nil, err
	}
	tenant, err := build(o)
	if err != nil {
		return nil, err
	}
	if err := tenant.setAppRoles(o.ClientID, o.DirectoryRoles); err != nil {
		return nil, err
	}
	return &Server{
		options: o, tenant: tenant, links: newLinks(), tokens: newTokens(o), throttle: newThrottle(o),
		chance: chance, history: simkit.History[Request]{Most: maxHistory, Traffic: o.Traffic}, granted: slices.Clone(o.Permissions),
		limits: newLimits(o), identityHeader: newDice(o.Seed, "identity header").secret(),
		packers: sync.Pool{New: newPacker}, bodies: sync.Pool{New: newBody},
	}, nil
}

// Start listens on a loopback address, "" for a free port of 127.0.0.1, and serves until Close.
func (s *Server) Start(listen string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return errors.New("graphsim: already started")
	}
	var names []string
	if s.options.Proxy != "" { // by which clients come then
		names = cloudHosts()
	}
	var err error
	if s.identity, err = simkit.NewIdentity("Simulated Entra tenant, throw-away authority", names...); err != nil {
		return fmt.Errorf("graphsim: %w", err)
	}
	if err := s.openDoors(cmp.Or(listen, simkit.FreePort)); err != nil {
		err = errors.Join(err, s.closeDoors())
		s.listener, s.identityDoor, s.exchangeDoor, s.proxyDoor, s.proxy, s.identity = nil, nil, nil, nil, nil, nil
		return err
	}
	return nil
}

// Close stops the server at once, connections and all.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.closeDoors(); err != nil {
		return fmt.Errorf("graphsim: close: %w", err)
	}
	return nil
}

// URL is the address of Graph, below /v1.0, and of the sign-in service, below /{tenant}. It is "" before Start.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return simkit.URL(s.listener)
}

// ExchangeURL is the address of Exchange's administration, below /adminapi: a port of its own, which wants tokens of
// its own. It is "" before Start.
func (s *Server) ExchangeURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return simkit.URL(s.exchangeDoor)
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

// Options returns the options with everything filled in that was generated.
func (s *Server) Options() Options { return s.options }

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

func (s *Server) authenticate(c *call) (*grant, error) {
	audiences := graphAudiences()
	if c.byName() {
		audiences = []string{"https://" + c.hostname()}
	}
	return s.tokens.check(c.header.Get("Authorization"), audiences)
}

// ExpireTokens makes all access tokens that are out expire at this moment, whatever their lifetime.
func (s *Server) ExpireTokens() { s.tokens.expire() }
