package conductoronesim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/simkit"
)

// Options says how the service is to behave. The zero value is a calm one.
type Options struct {
	// Address is where to listen, a loopback address with a port; "" is a free port of 127.0.0.1.
	Address string
	// Dir is where uploads are kept; "" is a temporary directory that Close removes.
	Dir string
	// Name is the first part of the client id; "" is "connector".
	Name string
	// NextPoll and NextHeartbeat are what clients are told to wait; 0 is 20 ms and 1 s, which is the SDK's minimum.
	NextPoll, NextHeartbeat time.Duration
	// TokenLife is how long an access token works; 0 is an hour. It goes over the wire in whole seconds.
	TokenLife time.Duration
	// Lease is how long the holder of a task may be silent before the task is handed out again; 0 is a minute. Of a
	// task that is no sync, a client gives no sign of life before its end.
	Lease time.Duration
	// Now is the clock of assertions, tokens and leases; nil is time.Now.
	Now func() time.Time
}

// Server is ConductorOne for one connector.
type Server struct {
	options Options
	ownDir  bool

	client  *client
	vault   *vault
	doors   *doors
	tokens  *tokens
	queue   *queue
	faults  *faults
	history *history
	uploads *uploads

	http *http.Server
	grpc *grpc.Server

	mu       sync.Mutex
	closing  bool           // no request is let in any more
	requests sync.WaitGroup // those that are being served
}

// New starts the service.
func New(o Options) (*Server, error) {
	s := &Server{options: o.withDefaults(), faults: newFaults(), history: newHistory()}
	if err := simkit.CheckLoopback(s.options.Address); err != nil { // before a directory is made
		return nil, fmt.Errorf("conductoronesim: %w", err)
	}
	if err := s.prepareDir(); err != nil {
		return nil, err
	}
	if err := s.open(); err != nil {
		return nil, errors.Join(err, s.removeDir())
	}
	return s, nil
}

// Start is New for a test, which closes it at its end.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (o Options) withDefaults() Options {
	o.Address = cmp.Or(o.Address, simkit.FreePort)
	o.Name = cmp.Or(o.Name, "connector")
	o.NextPoll = cmp.Or(o.NextPoll, 20*time.Millisecond)
	o.NextHeartbeat = cmp.Or(o.NextHeartbeat, time.Second)
	o.TokenLife = cmp.Or(o.TokenLife, time.Hour)
	o.Lease = cmp.Or(o.Lease, time.Minute)
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// open makes the keys, listens and serves.
func (s *Server) open() (err error) {
	if s.doors, err = openDoors(s.options.Address); err != nil {
		return err
	}
	if s.client, err = newClient(s.options.Name, s.doors.address); err == nil {
		s.vault, err = newVault()
	}
	if err != nil {
		s.doors.close()
		return err
	}
	s.tokens = newTokens(s.client, s.options)
	s.queue = newQueue(s.options.Lease, s.options.Now)
	s.uploads = &uploads{dir: s.options.Dir}
	s.grpc = grpc.NewServer(grpc.UnaryInterceptor(s.unary), grpc.StreamInterceptor(s.stream))
	v1.RegisterBatonServiceServer(s.grpc, &service{Server: s})
	s.http = s.newHTTP()
	s.doors.serve(s.http)
	return nil
}

func (s *Server) prepareDir() (err error) {
	if s.options.Dir != "" {
		if err := os.MkdirAll(s.options.Dir, 0o700); err != nil {
			return fmt.Errorf("conductoronesim: make the directory of uploads: %w", err)
		}
		return nil
	}
	s.ownDir = true
	if s.options.Dir, err = os.MkdirTemp("", "conductoronesim-"); err != nil {
		return fmt.Errorf("conductoronesim: make the directory of uploads: %w", err)
	}
	return nil
}

func (s *Server) removeDir() error {
	if !s.ownDir {
		return nil
	}
	return os.RemoveAll(s.options.Dir)
}

// Close ends the service at once, connections and all, and returns when no request is being served any more. It may be
// called twice.
func (s *Server) Close() error {
	s.mu.Lock()
	again := s.closing
	s.closing = true
	s.mu.Unlock()
	if again {
		return nil
	}
	s.doors.close()
	err := s.http.Close()
	if errors.Is(err, net.ErrClosed) { // the listener, which the doors have closed already
		err = nil
	}
	s.grpc.Stop()
	s.requests.Wait()
	s.doors.wait()
	s.queue.close()
	if err = errors.Join(err, s.removeDir()); err != nil {
		return fmt.Errorf("conductoronesim: close: %w", err)
	}
	return nil
}

// enter lets a request in, unless the service is closing.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.requests.Add(1)
	}
	return !s.closing
}

// Address is host and port of the service, the same for tokens and tasks.
func (s *Server) Address() string { return s.doors.address }

// ClientID is the connector's client id, NAME@HOST:PORT/local.
func (s *Server) ClientID() string { return s.client.id }

// ClientSecret is the connector's client secret, which holds the key that signs its assertions.
func (s *Server) ClientSecret() string { return s.client.secret }

// CertificatePEM is the authority to trust, new at each start.
func (s *Server) CertificatePEM() []byte { return s.doors.identity.PEM() }

// Environment is what a connector needs to find the service, as NAME=value, but for the certificate: that belongs into
// SSL_CERT_FILE or SSL_CERT_DIR, together with all others that the connector is to trust.
func (s *Server) Environment() []string {
	return []string{"BATON_CLIENT_ID=" + s.ClientID(), "BATON_CLIENT_SECRET=" + s.ClientSecret()}
}

// Hand gives a task to whoever asks next, and returns its id. A task that could not be made has failed at once, with
// InvalidArgument and the reason.
func (s *Server) Hand(t Task) string { return s.queue.add(t.build(s)) }

// Await waits until a task has ended, whichever way. The error is about the waiting: the context's, or that there is no
// such task.
func (s *Server) Await(ctx context.Context, id string) (Result, error) { return s.queue.await(ctx, id) }

// Cancel takes a task back: its holder hears of it with the next heartbeat. One that was not handed out yet ends here.
func (s *Server) Cancel(id string) { s.queue.cancel(id) }

// EndLeases ends the lease of every task that is held, as time does where its holder is silent.
func (s *Server) EndLeases() { s.queue.endLeases() }

// Results are the tasks that have ended, in the order in which they did.
func (s *Server) Results() []Result { return s.queue.results() }

// Waiting is how many tasks have not been handed out, or have to be once more.
func (s *Server) Waiting() int { return s.queue.size() }
