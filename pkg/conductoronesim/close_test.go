package conductoronesim

import (
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

func newDialer() *net.Dialer { return &net.Dialer{Timeout: patience} }

func TestNew_RefusesOtherAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", "192.0.2.1:0", ":0", "example.com:0", "127.0.0.1", "[::]:0"} {
		if s, err := New(Options{Address: address}); err == nil {
			t.Errorf("%s is served", address)
			_ = s.Close()
		}
	}
	if _, err := New(Options{Dir: os.DevNull + "/x"}); err == nil {
		t.Error("uploads would be kept nowhere")
	}
	s := Start(t, Options{})
	if other, err := New(Options{Address: s.Address()}); err == nil {
		t.Error("two services at one address")
		_ = other.Close()
	}
}

func TestServer_KeepsUploadsWhereItIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := New(Options{Dir: dir, Name: "entra"})
	if err != nil {
		t.Fatal(err)
	}
	own, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.ClientID(), "entra@127.0.0.1:") || !strings.HasSuffix(s.ClientID(), "/local") {
		t.Errorf("client id %s", s.ClientID())
	}
	for _, c := range []*Server{s, own} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := c.Close(); err != nil {
			t.Errorf("closed twice: %v", err)
		}
		if err := c.Back(); err != nil {
			t.Errorf("back after the end: %v", err)
		}
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(own.options.Dir); !os.IsNotExist(err) {
		t.Errorf("its own directory is still there: %v", err)
	}
}

func TestSecret_IsNotPrinted(t *testing.T) {
	t.Parallel()
	if got := (Secret{Name: "password", Value: []byte("x")}).GoString(); got != "password (REDACTED)" {
		t.Error(got)
	}
}

// TestClose_LeavesNothingRunning needs a process for itself, since goroutines of other tests are none of its business.
func TestClose_LeavesNothingRunning(t *testing.T) {
	const alone = "CONDUCTORONESIM_ALONE"
	if os.Getenv(alone) == "" {
		t.Parallel()
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(self, "-test.run", "^"+t.Name()+"$", "-test.count", "1")
		cmd.Env = append(os.Environ(), alone+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	before := runtime.NumGoroutine()
	useAndClose(t)
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		<-time.After(5 * time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after\n%s", before, after, stacks())
	}
}

// stacks is where every goroutine is.
func stacks() string {
	b := make([]byte, 1<<20)
	return string(b[:runtime.Stack(b, true)])
}

// useAndClose closes a service in the middle of a call, after it was away.
func useAndClose(t *testing.T) {
	t.Run("service", func(t *testing.T) {
		s, err := New(Options{Address: QuietAddress(t)})
		if err != nil {
			t.Fatal(err)
		}
		c := newStranger(t, s)
		if err := c.hello("pod", ""); err != nil {
			t.Fatal(err)
		}
		s.Away()
		if err := s.Back(); err != nil {
			t.Fatal(err)
		}
		c = newStranger(t, s)
		id := s.Hand(FullSync(SyncOptions{}))
		c.take("pod")
		s.DelayHeartbeats(time.Hour)
		cut := make(chan error, 1)
		go func() {
			_, err := c.heartbeat("pod", id)
			cut <- err
		}()
		until(t, "the heartbeat is there", func() bool { return strings.Contains(stacks(), "holdHeartbeat") })
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-cut; err == nil {
			t.Error("the heartbeat was answered")
		}
	})
}
