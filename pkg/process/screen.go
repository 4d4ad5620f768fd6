package process

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// The progress of a long sync is one line at a terminal, which the supervisor writes anew each second, and a line of the
// log now and then everywhere else. The connector knows the progress, and the supervisor has the terminal: so the
// connector writes each line to the standard error that all three share, marked, and the supervisor keeps the marked
// ones below the others.
const (
	// progressVariable tells the connector to mark its progress.
	progressVariable = "BATON_ONE_SHOT_PROGRESS"
	// progressMark begins such a line: the record separator of ASCII, which begins no line of a log.
	progressMark = "\x1e"
	// eraseLine returns to the beginning of a terminal's line and clears it (ECMA-48, CR and EL).
	eraseLine = "\r\x1b[K"
)

// telling is how this process tells the progress of a sync.
func telling() connector.Telling {
	if os.Getenv(progressVariable) == "" {
		return connector.LogProgress()
	}
	return connector.Telling{Every: time.Second, Tell: func(_ context.Context, p connector.Progress) {
		fmt.Fprintln(os.Stderr, progressMark+p.String())
	}}
}

// screen is a terminal on which a worker's log and the progress of its sync are shown. A nil one is none.
type screen struct {
	to      io.Writer
	columns func() int
	write   *os.File // the worker's standard error
	done    chan struct{}
	shown   string // the progress that stands in the last line
}

// openScreen makes the terminal of standard error a screen; nil if it is none, or one that cannot clear a line.
func openScreen(stderr *os.File) (*screen, error) {
	fd := int(stderr.Fd())
	if !term.IsTerminal(fd) || os.Getenv("TERM") == "dumb" || runtime.GOOS == "windows" {
		return nil, nil //nolint:nilnil // a nil screen is none
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe for the log: %w", err)
	}
	s := &screen{to: stderr, write: write, done: make(chan struct{}), columns: func() int {
		columns, _, err := term.GetSize(fd)
		if err != nil {
			return 0
		}
		return columns
	}}
	go func() {
		defer close(s.done)
		s.relay(read)
		_ = read.Close()
	}()
	return s, nil
}

// stderr is the standard error of a worker that is shown here.
func (s *screen) stderr() *os.File {
	if s == nil {
		return os.Stderr
	}
	return s.write
}

// environment is what a worker that is shown here is told.
func (s *screen) environment() []string {
	if s == nil {
		return nil
	}
	return []string{progressVariable + "=1"}
}

// started gives up this process's own end of the pipe, so that it ends with the worker.
func (s *screen) started() {
	if s != nil {
		_ = s.write.Close()
	}
}

// close returns once all that the worker wrote is shown, and the progress is gone. The worker and all of its group have
// ended.
func (s *screen) close() {
	if s != nil {
		<-s.done
	}
}

// relay shows the lines of a worker until there are no more.
func (s *screen) relay(from io.Reader) {
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		s.show(line)
		if err != nil {
			s.clear()
			return
		}
	}
}

func (s *screen) show(line string) {
	progress, is := strings.CutPrefix(line, progressMark)
	if is {
		s.clear()
		s.shown = s.fit(strings.TrimSuffix(progress, "\n"))
		fmt.Fprint(s.to, s.shown)
		return
	}
	if line == "" {
		return
	}
	again := s.shown
	s.clear()
	fmt.Fprint(s.to, line)
	if strings.HasSuffix(line, "\n") {
		s.shown = again
		fmt.Fprint(s.to, again)
	}
}

func (s *screen) clear() {
	if s.shown != "" {
		fmt.Fprint(s.to, eraseLine)
		s.shown = ""
	}
}

// fit cuts a line that would break at the terminal's edge, since only the last line of it could be cleared.
func (s *screen) fit(line string) string {
	columns := s.columns()
	if columns <= 1 || utf8.RuneCountInString(line) < columns {
		return line
	}
	return string([]rune(line)[:columns-2]) + "…"
}
