//go:build unix

package servicekit

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// All three probes answer where the directory takes the credential, over HTTP and by the subcommand.
func answersProbes(t *testing.T, c Connector) {
	d := open(t, c, nil)
	port := freePort(t)
	d.Begin("--health-check", "--health-check-port", port)
	d.Polls()
	d.wantProbes(port, map[string]int{"health": http.StatusOK, "ready": http.StatusOK, "live": http.StatusOK})
	d.Run("health-check", "--endpoint", "health", "--health-check-port", port).WantExit(0)
}

// Where the directory refuses the credential, only the probe of the credential fails, since a new start mends none. A task
// fails with the sentence that says what to do, and the process lives on.
func outlivesARefusedCredential(t *testing.T, c Connector) {
	d := open(t, c, nil)
	port, wrong := freePort(t), Canary+"-another"
	d.Keeps(wrong)
	d.Env[c.Secret] = wrong
	d.Begin("--workers", "1", "--health-check", "--health-check-port", port)
	d.Polls()
	d.wantProbes(port, map[string]int{"health": http.StatusServiceUnavailable, "ready": http.StatusOK, "live": http.StatusOK})
	got := d.Do(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	if got.Status != codes.Unauthenticated || !strings.Contains(got.Message, c.Refused) || len(got.Uploads) > 0 {
		t.Errorf("%s: %v, %s, with %d uploads; want %q", got.Type, got.Status, got.Message, len(got.Uploads), c.Refused)
	}
	if n := d.account.Asked(""); n > 0 {
		t.Errorf("%d requests were sent without a token", n)
	}
	d.Polls()
	d.WantStatus("Error")
}

// wantProbes checks the answers of some probes, and that they hold no secret.
func (s *Service) wantProbes(port string, want map[string]int) {
	s.T.Helper()
	client := &http.Client{Timeout: Patience / 3}
	for path, status := range want {
		response, err := client.Get(fmt.Sprintf("http://127.0.0.1:%s/%s", port, path))
		must(s.T, err)
		var body strings.Builder
		must(s.T, response.Write(&body))
		must(s.T, response.Body.Close())
		if response.StatusCode != status {
			s.T.Errorf("/%s: %d, want %d", path, response.StatusCode, status)
		}
		for _, secret := range s.Secrets {
			if strings.Contains(body.String(), secret) {
				s.T.Errorf("/%s gives a secret away", path)
			}
		}
	}
}

// freePort is a port of this machine at which nothing listens.
func freePort(t *testing.T) string {
	t.Helper()
	_, port, err := net.SplitHostPort(conductoronesim.QuietAddress(t))
	must(t, err)
	return port
}
