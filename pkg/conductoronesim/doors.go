package conductoronesim

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/simkit"
)

// doors are the listener and the connections: what can be shut and cut.
type doors struct {
	address  string // host and port, the same after Away and Back
	identity *simkit.Identity

	serving sync.WaitGroup

	mu       sync.Mutex
	server   *http.Server
	listener *listener // nil while away
	conns    map[*conn]struct{}
	shut     bool
}

func openDoors(address string) (*doors, error) {
	identity, err := simkit.NewIdentity("Simulated ConductorOne, throw-away authority")
	if err != nil {
		return nil, fmt.Errorf("conductoronesim: %w", err)
	}
	d := &doors{identity: identity, conns: map[*conn]struct{}{}}
	if d.listener, err = d.listen(address); err != nil {
		return nil, err
	}
	d.address = d.listener.Addr().String()
	return d, nil
}

func (d *doors) listen(address string) (*listener, error) {
	l, err := simkit.Listen(address)
	if err != nil {
		return nil, fmt.Errorf("conductoronesim: %w", err)
	}
	return &listener{Listener: l, doors: d}, nil
}

func (d *doors) serve(server *http.Server) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.server = server
	d.accept(d.listener)
}

// accept serves a listener until it is closed, which is all that its error ever says.
func (d *doors) accept(l *listener) {
	d.serving.Go(func() { _ = d.server.ServeTLS(l, "", "") })
}

// away stops listening and cuts every connection.
func (d *doors) away() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.listener != nil {
		_ = d.listener.Close() // a listener that is closed already listens no more
		d.listener = nil
	}
	d.cut()
}

// back listens on the port of before. Another program may have taken it meanwhile.
func (d *doors) back() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shut || d.listener != nil {
		return nil
	}
	l, err := d.listen(d.address)
	if err != nil {
		return err
	}
	d.listener = l
	d.accept(l)
	return nil
}

func (d *doors) drop() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cut()
}

func (d *doors) cut() int {
	n := len(d.conns)
	for c := range d.conns {
		_ = c.Conn.Close() // cut is cut
	}
	clear(d.conns)
	return n
}

func (d *doors) close() {
	d.mu.Lock()
	d.shut = true
	d.mu.Unlock()
	d.away()
}

func (d *doors) wait() { d.serving.Wait() }

// listener hands out connections that the doors know of.
type listener struct {
	net.Listener
	doors *doors
}

// Accept waits for a connection and keeps it among those that can be cut. While the door is being shut it gives none.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	tracked := &conn{Conn: c, doors: l.doors}
	l.doors.mu.Lock()
	defer l.doors.mu.Unlock()
	if l.doors.listener != l { // accepted while the door was being shut
		return nil, errors.Join(net.ErrClosed, c.Close())
	}
	l.doors.conns[tracked] = struct{}{}
	return tracked, nil
}

// conn is a connection that can be cut.
type conn struct {
	net.Conn
	doors *doors
}

// Close closes the connection and forgets it.
func (c *conn) Close() error {
	c.doors.mu.Lock()
	delete(c.doors.conns, c)
	c.doors.mu.Unlock()
	return c.Conn.Close()
}

type connKey struct{}

// cutConnection cuts the connection that a request came by.
func cutConnection(ctx context.Context) {
	if c, ok := ctx.Value(connKey{}).(*tls.Conn); ok {
		_ = c.NetConn().Close() // cut is cut
	}
}

// newHTTP serves tokens and gRPC on the one port, as ConductorOne does.
func (s *Server) newHTTP() *http.Server {
	return &http.Server{
		Handler: http.HandlerFunc(s.route),
		TLSConfig: &tls.Config{
			MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{s.doors.identity.Leaf}, NextProtos: []string{"h2", "http/1.1"},
		},
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // it speaks of connections that a fault cut
		ConnContext:       func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) },
	}
}

func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		return
	}
	defer s.requests.Done()
	switch {
	case r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc"):
		s.grpc.ServeHTTP(w, r)
	case r.URL.Path == signInPath:
		s.serveToken(w, r)
	default:
		s.history.violate("%s %s is not served", r.Method, r.URL.Path)
		http.NotFound(w, r)
	}
}
