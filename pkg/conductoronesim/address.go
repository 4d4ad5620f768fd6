package conductoronesim

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/simkit"
)

// QuietAddress is an address of loopback, host:port, at which nothing listens, and which no other program is given by
// chance while nobody does: it is below the ports that a system hands out. A service that goes away and comes back
// needs one, and so does whoever has to name a port before it is listened on.
func QuietAddress(t testing.TB) string {
	t.Helper()
	const first, ports, draws = 20_000, 10_000, 100
	for range draws {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(first+rand.IntN(ports)))
		if l, err := simkit.Listen(address); err == nil {
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			return address
		}
	}
	t.Fatalf("none of %d ports from %d on could be listened on", draws, first)
	return ""
}
