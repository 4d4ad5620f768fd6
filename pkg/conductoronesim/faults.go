package conductoronesim

import (
	"context"
	"net/http"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
)

// faults are what the service was told to do wrong.
type faults struct {
	mu         sync.Mutex
	fail       map[string][]codes.Code // method → the codes of its next calls
	lose       map[string]int          // method → how many answers to lose
	heartbeats time.Duration
	refuse     bool
}

// fault is what is to happen to one call.
type fault struct {
	code codes.Code // OK is none
	lose bool
}

func newFaults() *faults { return &faults{fail: map[string][]codes.Code{}, lose: map[string]int{}} }

// FailNext has the next n calls of a method ("Hello", "GetTask", "GetTasks", "Heartbeat", "UploadAsset", "FinishTask",
// or "token") answer with a code, without doing anything. For tokens the code becomes an HTTP status.
func (s *Server) FailNext(method string, code codes.Code, n int) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	for range n {
		s.faults.fail[method] = append(s.faults.fail[method], code)
	}
}

// LoseAnswers has the next n calls of a method do their work, after which the connection is cut instead of an answer.
func (s *Server) LoseAnswers(method string, n int) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.lose[method] += n
}

// DelayHeartbeats has every heartbeat wait before it is answered.
func (s *Server) DelayHeartbeats(d time.Duration) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.heartbeats = d
}

// RefuseClient has every request for a token refused, as if the client had been removed.
func (s *Server) RefuseClient(refuse bool) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.refuse = refuse
}

// Away takes the service off the network: connections are cut and refused.
func (s *Server) Away() { s.doors.away() }

// Back undoes Away, on the same port. It fails if something else listens there by now.
func (s *Server) Back() error { return s.doors.back() }

// DropConnections cuts all connections that are open, and says how many.
func (s *Server) DropConnections() int { return s.doors.drop() }

// ExpireTokens makes the tokens that are out invalid, whatever was said of their life.
func (s *Server) ExpireTokens() { s.tokens.expire() }

// next takes what was asked for out of the list: a failure first, then a lost answer.
func (f *faults) next(method string) fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if list := f.fail[method]; len(list) > 0 {
		f.fail[method] = list[1:]
		return fault{code: list[0]}
	}
	if f.lose[method] > 0 {
		f.lose[method]--
		return fault{lose: true}
	}
	return fault{}
}

func (f *faults) refused() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refuse
}

// holdHeartbeat waits as long as heartbeats are to be late.
func (f *faults) holdHeartbeat(ctx context.Context) error {
	f.mu.Lock()
	d := f.heartbeats
	f.mu.Unlock()
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// httpStatus is the status of a request for a token that is to fail with a code.
func httpStatus(code codes.Code) int {
	switch code {
	case codes.Unauthenticated:
		return http.StatusUnauthorized
	case codes.PermissionDenied:
		return http.StatusForbidden
	case codes.InvalidArgument:
		return http.StatusBadRequest
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests
	case codes.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}
