package process

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
)

// patience bounds every wait for a process. Nothing waits that long unless it is broken.
const patience = 30 * time.Second

// call is what the toy connector says when it is asked for a page.
type call struct{ Page, Connector, Worker int }

// stage is the file system and the control of some runs of the toy.
type stage struct {
	t       *testing.T
	dir     string // of the target
	tmp     string
	target  string
	control string
	calls   chan standing
}

// standing is a toy that waits for an answer.
type standing struct {
	call
	conn net.Conn
}

func (s standing) answer(t *testing.T, text string) {
	t.Helper()
	if _, err := s.conn.Write([]byte(text + "\n")); err != nil {
		t.Errorf("answer page %d: %v", s.Page, err)
	}
}

func newStage(t *testing.T) *stage {
	t.Helper()
	dir, tmp := t.TempDir(), t.TempDir()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	s := &stage{t: t, dir: dir, tmp: tmp, target: filepath.Join(dir, "sync.c1z"),
		control: listener.Addr().String(), calls: make(chan standing, 100)}
	go s.listen(listener)
	return s
}

func (s *stage) listen(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		asked := standing{conn: conn}
		if json.NewDecoder(conn).Decode(&asked.call) == nil {
			s.calls <- asked
		}
	}
}

// at lets the toy go on until it asks for a page, and returns it standing there.
func (s *stage) at(page int) standing {
	s.t.Helper()
	for {
		select {
		case asked := <-s.calls:
			if asked.Page == page {
				return asked
			}
			asked.answer(s.t, "go")
		case <-time.After(patience):
			s.t.Fatalf("the toy never asked for page %d", page)
		}
	}
}

// writeOld puts a file at the target that a failed run must leave alone.
func (s *stage) writeOld() {
	s.t.Helper()
	if err := os.WriteFile(s.target, []byte("an older sync"), 0o640); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) wantOld() {
	s.t.Helper()
	if got, err := os.ReadFile(s.target); err != nil || string(got) != "an older sync" {
		s.t.Errorf("the old file reads %q, %v", got, err)
	}
}

// wantClean checks that no run has left anything beside the target or in the temporary directory.
func (s *stage) wantClean() {
	s.t.Helper()
	if left := s.leftovers(); len(left) > 0 {
		s.t.Errorf("left behind: %v", left)
	}
}

func (s *stage) leftovers() []string {
	hidden, _ := filepath.Glob(filepath.Join(s.dir, ".*"))
	working, _ := filepath.Glob(filepath.Join(s.tmp, "*"))
	return append(hidden, working...)
}

// wantThings checks that the target opens and holds the whole of the toy.
func (s *stage) wantThings() {
	s.t.Helper()
	ctx := context.Background()
	store, err := dotc1z.NewStore(ctx, s.target, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(s.t.TempDir()))
	if err != nil {
		s.t.Fatalf("open the target: %v", err)
	}
	defer func() { _ = store.Close(ctx) }()
	list, err := store.ListResources(ctx, v2.ResourcesServiceListResourcesRequest_builder{ResourceTypeId: "thing"}.Build())
	if err != nil || len(list.GetList()) != toyPages {
		s.t.Errorf("the target holds %d things, %v", len(list.GetList()), err)
	}
}

// toyRun is one run of the toy, all its processes included.
type toyRun struct {
	*exec.Cmd
	t      *testing.T
	output output
}

// output is what a run has said, which can be read while it goes on.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start runs the toy against the stage. It has a process group of its own, as a shell would give it.
func (s *stage) start(args ...string) *toyRun {
	s.t.Helper()
	return s.startAs("1", s.control, append([]string{"-f", s.target, "--c1z-temp-dir", s.tmp}, args...)...)
}

func (s *stage) startAs(kind, control string, args ...string) *toyRun {
	s.t.Helper()
	return s.startWith([]string{toyVariable + "=" + kind, controlVariable + "=" + control}, args...)
}

// startWith runs the toy with more in its environment.
func (s *stage) startWith(env []string, args ...string) *toyRun {
	s.t.Helper()
	program, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	r := &toyRun{Cmd: exec.Command(program, args...), t: s.t}
	r.Dir = s.dir
	r.Env = append(os.Environ(), env...)
	r.Stdout, r.Stderr = &r.output, &r.output
	r.WaitDelay = patience / 3
	ownGroup(r.Cmd)
	if err := r.Start(); err != nil {
		s.t.Fatal(err)
	}
	return r
}

// wait returns the exit code when all processes of the run are gone: they share the output, and whoever still holds it
// when the patience is over has been left behind.
func (r *toyRun) wait() int {
	r.t.Helper()
	timer := time.AfterFunc(patience, func() { killGroup(r.Process) })
	defer timer.Stop()
	if err := r.Wait(); errors.Is(err, exec.ErrWaitDelay) {
		r.t.Errorf("a process stayed behind")
	}
	return r.ProcessState.ExitCode()
}

func (r *toyRun) wantExit(code int) {
	r.t.Helper()
	if got := r.wait(); got != code {
		r.t.Errorf("exit code %d, want %d; output:\n%s", got, code, r.output.String())
	}
}

// wantLast checks that the output ends with a sentence that holds text, and says it once.
func (r *toyRun) wantLast(text string) {
	r.t.Helper()
	lines := strings.Split(strings.TrimSpace(r.output.String()), "\n")
	var said []string
	for _, line := range lines {
		if strings.HasPrefix(line, toyName+": ") && strings.Contains(line, text) {
			said = append(said, line)
		}
	}
	if len(said) != 1 || lines[len(lines)-1] != said[0] {
		r.t.Errorf("want %q once, as the last line; output:\n%s", text, r.output.String())
	}
}

func (r *toyRun) wantSaid(text string) {
	r.t.Helper()
	if !strings.Contains(r.output.String(), text) {
		r.t.Errorf("want %q in the output:\n%s", text, r.output.String())
	}
}
