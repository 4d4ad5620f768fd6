package servicekit

import (
	"net"
	"sync"
	"testing"
)

// Knocks counts the connections that come to an address where nobody is at home: each is closed at once.
type Knocks struct {
	listener net.Listener
	mu       sync.Mutex
	count    int
}

// ListenFor listens until Close or the end of the test.
func ListenFor(t *testing.T, address string) *Knocks {
	t.Helper()
	l, err := net.Listen("tcp", address)
	must(t, err)
	k := &Knocks{listener: l}
	t.Cleanup(k.Close)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			k.mu.Lock()
			k.count++
			k.mu.Unlock()
			_ = conn.Close()
		}
	}()
	return k
}

// Close stops listening. It may be called twice.
func (k *Knocks) Close() { _ = k.listener.Close() }

// Count is how many have come.
func (k *Knocks) Count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.count
}
