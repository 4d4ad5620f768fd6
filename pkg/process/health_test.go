package process

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// What each of the three paths of the SDK's health server means. Only /health asks the connector whether its credentials
// work, so that a probe which restarts the process must not ask it: a restart mends no credential.
func TestHealth_OnlyHealthTellsOfTheCredentials(t *testing.T) {
	t.Parallel()
	for kind, health := range map[string]int{"1": http.StatusOK, toyRefused: http.StatusServiceUnavailable} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newServiceStage(t, conductoronesim.Options{})
			port := freePort(t)
			r := s.serve([]string{toyVariable + "=" + kind}, "--health-check", "--health-check-port", port)
			s.serving()
			for path, want := range map[string]int{"health": health, "ready": http.StatusOK, "live": http.StatusOK} {
				code, body := get(t, fmt.Sprintf("http://127.0.0.1:%s/%s", port, path))
				if code != want {
					t.Errorf("/%s: %d, want %d", path, code, want)
				}
				if strings.Contains(body, s.c1.ClientSecret()) {
					t.Errorf("/%s gives the client secret away", path)
				}
				probe := s.startWith([]string{toyVariable + "=" + kind}, "health-check", "--endpoint", path, "--health-check-port", port)
				if got := probe.wait(); (got == 0) != (want == http.StatusOK) {
					t.Errorf("the probe of /%s exits with %d:\n%s", path, got, probe.output.String())
				}
			}
			if runtime.GOOS == "linux" { // which answers on all of 127.0.0.0/8 where a server listens on all addresses
				if conn, err := net.Dial("tcp", "127.0.0.2:"+port); err == nil {
					_ = conn.Close()
					t.Error("the health server listens on more than 127.0.0.1")
				}
			}
			if err := r.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			r.wantExit(0)
		})
	}
}

func TestHealth_IsOffUnlessAskedFor(t *testing.T) {
	t.Parallel()
	s := newServiceStage(t, conductoronesim.Options{})
	port := freePort(t)
	r := s.serve(nil, "--health-check-port", port)
	s.serving()
	if conn, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
		_ = conn.Close()
		t.Error("something listens")
	}
	if err := r.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	r.wantExit(0)
}

func get(t *testing.T, url string) (code int, body string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func freePort(t *testing.T) string {
	t.Helper()
	_, port, err := net.SplitHostPort(conductoronesim.QuietAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	return port
}
