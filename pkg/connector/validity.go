package connector

import (
	"context"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// GoodFor is how long a successful validation is believed. The health check of service mode asks every
// half minute.
const GoodFor = 5 * time.Minute

// Probe is one cheap read that shows whether a family of objects can be read.
type Probe struct {
	// Family names the objects in sentences: "directory roles".
	Family string
	// Permission is the least that reads them.
	Permission string
	// Types are the resource types that need them.
	Types []string
	Read  func(context.Context) error
}

// NeededProbes are those of a sync of some types.
func NeededProbes(all []Probe, willSync func(resourceTypeID string) bool) []Probe {
	return slices.DeleteFunc(all, func(p Probe) bool { return !slices.ContainsFunc(p.Types, willSync) })
}

// Validity remembers that the directory could be read, for five minutes. Failures are not remembered.
type Validity struct {
	Clock transport.Clock
	one   Turns // one check at a time, whose wait ends with its context
	until time.Time
}

// Check makes the reads: the first alone, since what fails there (the sign-in, the network) fails everywhere, and then
// the others side by side. Of several that fail the first in their order is told, whichever failed first; explain puts
// its error into words. Nothing is under way any more when it returns.
func (v *Validity) Check(ctx context.Context, probes []Probe, explain func(Probe, error) error) error {
	giveBack, err := v.one.Take(ctx, "check")
	if err != nil {
		return Status(err)
	}
	defer giveBack()
	if v.Clock.Now().Before(v.until) {
		return nil
	}
	alone := min(1, len(probes))
	if err := readAll(ctx, probes[:alone], explain); err != nil {
		return err
	}
	if err := readAll(ctx, probes[alone:], explain); err != nil {
		return err
	}
	v.until = v.Clock.Now().Add(GoodFor)
	return nil
}

// readAll makes the reads side by side, and tells the first that failed in their order. A failure ends the reads after it,
// which nobody would be told of.
func readAll(ctx context.Context, probes []Probe, explain func(Probe, error) error) error {
	if len(probes) == 0 {
		return nil
	}
	others, end := context.WithCancel(ctx)
	defer end()
	failed := make(chan error, 1)
	go func() { failed <- readAll(others, probes[1:], explain) }()
	err := probes[0].Read(ctx)
	if err != nil {
		end()
	}
	later := <-failed
	if err != nil {
		return explain(probes[0], err)
	}
	return later
}

// ExplainConnection says what to do where no connection comes about; settings are the flags that name the address. It is
// nil for other errors. An address where nothing answers is final at the door: while a sync is under way the same fault
// is waited out.
func ExplainConnection(err error, settings string) error {
	said := status.Convert(Status(err)).Message()
	switch {
	case Untrusted(err):
		return status.Error(codes.FailedPrecondition, fmt.Sprintf("cannot connect: name the certificate authority that is to be trusted in SSL_CERT_FILE, or its folder in SSL_CERT_DIR (%s)", said))
	case Unreachable(err):
		return status.Error(codes.FailedPrecondition, fmt.Sprintf("cannot connect: check the network, HTTPS_PROXY, %s (%s)", settings, said))
	}
	return nil
}
