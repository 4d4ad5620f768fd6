package graphsim

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// proxy is an HTTP proxy that leads the host names of the clouds, and no others, to the server: a client
// comes by the real names and reaches nothing but this machine.
type proxy struct {
	target string
	server *http.Server

	mu      sync.Mutex
	tunnels map[net.Conn]bool // nil once it is closed
	refused []string
}

func newProxy(listener net.Listener, target string) *proxy {
	p := &proxy{target: target, tunnels: map[net.Conn]bool{}}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 30 * time.Second}
	go func() { _ = p.server.Serve(listener) }() // ends with Close
	return p
}

// ProxyURL is the address for HTTPS_PROXY, "" without Options.Proxy or before Start.
func (s *Server) ProxyURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proxyDoor == nil {
		return ""
	}
	return "http://" + s.proxyDoor.Addr().String()
}

// ProxyRefused are the places that somebody wanted the proxy to lead to and it did not, oldest first.
func (s *Server) ProxyRefused() []string {
	s.mu.Lock()
	p := s.proxy
	s.mu.Unlock()
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.refused)
}

// ServeHTTP opens a tunnel, or refuses.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, port, err := net.SplitHostPort(r.Host)
	if r.Method != http.MethodConnect || err != nil || port != "443" || !slices.Contains(cloudHosts(), host) {
		p.mu.Lock()
		p.refused = append(p.refused, r.Host)
		p.mu.Unlock()
		http.Error(w, "this proxy leads to the simulated tenant alone", http.StatusForbidden)
		return
	}
	inner, err := new(net.Dialer).DialContext(r.Context(), "tcp", p.target)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	outer, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = inner.Close()
		return
	}
	p.tunnel(outer, inner)
}

// tunnel carries bytes both ways until one side ends.
func (p *proxy) tunnel(outer, inner net.Conn) {
	if !p.hold(outer, inner) {
		return
	}
	defer p.release(outer, inner)
	if _, err := io.WriteString(outer, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{outer, inner}, {inner, outer}} {
		go func() {
			_, _ = io.Copy(way[0], way[1]) // either side may go away at any time
			ended <- struct{}{}
		}()
	}
	<-ended
}

func (p *proxy) hold(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if p.tunnels == nil {
			_ = c.Close()
			continue
		}
		p.tunnels[c] = true
	}
	return p.tunnels != nil
}

func (p *proxy) release(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.tunnels, c)
		_ = c.Close()
	}
}

// Close ends the proxy with its tunnels.
func (p *proxy) Close() error {
	err := p.server.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.tunnels {
		err = errors.Join(err, ignoreClosed(c.Close()))
	}
	p.tunnels = nil
	if err != nil {
		return fmt.Errorf("graphsim: close proxy: %w", err)
	}
	return nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
