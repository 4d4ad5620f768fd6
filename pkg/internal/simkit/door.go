package simkit

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"time"
)

// FreePort is the address of any free port of loopback.
const FreePort = "127.0.0.1:0"

// Listen listens on a loopback address, host:port, and refuses every other: whoever reaches a simulator can read what it
// holds.
func Listen(address string) (net.Listener, error) {
	if err := CheckLoopback(address); err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}

// CheckLoopback refuses an address, host:port, that others than this machine could reach.
func CheckLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("address %q is not host:port: %w", address, err)
	}
	if ip := net.ParseIP(host); strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("address %q is not on loopback", address)
}

// URL is the address of a door that serves HTTPS, "" for nil.
func URL(l net.Listener) string {
	if l == nil {
		return ""
	}
	return "https://" + l.Addr().String()
}

// ServeHTTPS serves on l until the server that it returns is closed.
func ServeHTTPS(l net.Listener, id *Identity, h http.Handler) *http.Server {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 30 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	// HTTP/1.1 alone: a dropped connection must drop one request and not all of them.
	secure := tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{id.Leaf}, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"}})
	go func() { _ = server.Serve(secure) }() // ends with Close, the only way it ends
	return server
}

// Wait delays an answer, unless the client goes away.
func Wait(ctx context.Context, d time.Duration) {
	if d == 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
