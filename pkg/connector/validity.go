package connector

import (
	"context"
	"fmt"
	"slices"
	"sync"
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
	mu    sync.Mutex
	until time.Time
}

// Check makes the reads, one after the other, and stops at the first that fails, whose error explain puts into words.
func (v *Validity) Check(ctx context.Context, probes []Probe, explain func(Probe, error) error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.Clock.Now().Before(v.until) {
		return nil
	}
	for _, p := range probes {
		if err := p.Read(ctx); err != nil {
			return explain(p, err)
		}
	}
	v.until = v.Clock.Now().Add(GoodFor)
	return nil
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
