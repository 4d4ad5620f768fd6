package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestMain lets the test binary be the program itself, for the tests that need a process.
func TestMain(m *testing.M) {
	if os.Getenv("TENANT_SIMULATOR_MAIN") != "" {
		main()
	}
	os.Exit(m.Run())
}

// running is a simulator that runs inside the test.
type running struct {
	greeting string
	door     string
	ended    chan int
}

// begin runs the simulator and returns when it says that it is ready.
func begin(t *testing.T, args ...string) running {
	t.Helper()
	out, in := io.Pipe()
	r := running{ended: make(chan int, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go func() {
		r.ended <- run(ctx, args, in, in)
		in.Close()
	}()
	r.greeting = untilReady(t, out)
	r.door = regexp.MustCompile(`http://[0-9.:]+`).FindString(r.greeting)
	return r
}

func untilReady(t *testing.T, out io.Reader) string {
	t.Helper()
	var text strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		text.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "Ctrl-C") {
			go io.Copy(io.Discard, out) // the pipe must not block what comes later
			return text.String()
		}
	}
	t.Fatalf("not ready:\n%s", text.String())
	return ""
}

// call sends a request to the management door.
func (r running) call(t *testing.T, method, path, body string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequest(method, r.door+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, b
}
