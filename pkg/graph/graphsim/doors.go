package graphsim

import (
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/simkit"
)

// openDoors opens the port of Graph and sign-in, and the others that the options ask for.
func (s *Server) openDoors(listen string) (err error) {
	if s.listener, err = s.listen(listen); err != nil {
		return err
	}
	s.serveSecure(s.listener, s)
	if s.exchangeDoor, err = s.listen(simkit.FreePort); err != nil {
		return err
	}
	s.serveSecure(s.exchangeDoor, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.handle(w, r, &call{exchange: true}) }))
	if s.options.ManagedIdentity {
		if s.identityDoor, err = s.listen(simkit.FreePort); err != nil {
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
	s.doors = append(s.doors, simkit.ServeHTTPS(l, s.identity, h))
}

func (s *Server) listen(address string) (net.Listener, error) {
	l, err := simkit.Listen(address)
	if err != nil {
		return nil, fmt.Errorf("graphsim: %w", err)
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
	if err := simkit.CheckLoopback(address); err != nil {
		return fmt.Errorf("graphsim: %w", err)
	}
	return nil
}
