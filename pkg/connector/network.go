package connector

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"syscall"
)

// isCutOff says whether an answer or a connection broke off on its way.
func isCutOff(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// Unreachable says whether no connection came about at all: a wrong host, no route, no name, a
// certificate that is not trusted, a proxy of which one of these is true.
func Unreachable(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &dns) || Untrusted(err) || errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// Untrusted says whether a host was refused for its certificate.
func Untrusted(err error) bool {
	var untrusted *tls.CertificateVerificationError
	return errors.As(err, &untrusted)
}
