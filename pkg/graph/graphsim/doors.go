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
	"time"
)

// openDoors opens the port of Graph and sign-in, and the others that the options ask for.
func (s *Server) openDoors(listen string) (err error) {
	if s.listener, err = s.listen(listen); err != nil {
		return err
	}
	s.serveSecure(s.listener, s)
	if s.exchangeDoor, err = s.listen("127.0.0.1:0"); err != nil {
		return err
	}
	s.serveSecure(s.exchangeDoor, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.handle(w, r, &call{exchange: true}) }))
	if s.options.ManagedIdentity {
		if s.identityDoor, err = s.listen("127.0.0.1:0"); err != nil {
			return err
		}
		s.doors = append(s.doors, s.serveIdentity(s.identityDoor))
	}
	if s.options.Proxy != "" {
		if s.proxyDoor, err = s.listen(s.options.Proxy); err != nil {
			return err
		}
		s.proxy = newProxy(s.proxyDoor, s.listener.Addr().String())
		s.doors = append(s.doors, s.proxy)
	}
	return nil
}

// serveSecure serves HTTPS on a port until Close.
func (s *Server) serveSecure(l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 30 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	// HTTP/1.1 alone: a dropped connection must drop one request and not all of them.
	secure := tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{s.identity.leaf}, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"}})
	s.doors = append(s.doors, server)
	go func() { _ = server.Serve(secure) }() // ends with Close, the only way it ends
}

func (s *Server) listen(address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("graphsim: listen on %s: %w", address, err)
	}
	return l, nil
}

func (s *Server) closeDoors() error {
	var errs []error
	for _, c := range s.doors {
		errs = append(errs, c.Close())
	}
	s.doors = nil
	return errors.Join(errs...)
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
