package process

import (
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

// onScreen is what a terminal of so many columns shows after a worker has written: its lines, the last of which may be the
// progress.
func onScreen(written string, columns int) []string {
	shown := &strings.Builder{}
	s := &screen{to: shown, columns: func() int { return columns }}
	for _, line := range strings.SplitAfter(written, "\n") {
		s.show(line)
	}
	var lines []string
	for _, line := range strings.Split(shown.String(), "\n") {
		line = line[strings.LastIndex(line, eraseLine)+1:]
		lines = append(lines, strings.TrimPrefix(line, eraseLine[1:]))
	}
	return lines
}

func TestScreen_KeepsTheProgressBelowTheLog(t *testing.T) {
	for name, c := range map[string]struct {
		written string
		columns int
		want    string
	}{
		"a log alone":            {"one\ntwo\n", 80, "one|two|"},
		"progress":               {"one\n\x1ehalf\n", 80, "one|half"},
		"progress goes on":       {"\x1ehalf\n\x1eall of it\n", 80, "all of it"},
		"a log under progress":   {"one\n\x1ehalf\ntwo\nthree\n", 80, "one|two|three|half"},
		"too long for the edge":  {"\x1e0123456789\n", 10, "01234567…"},
		"of another alphabet":    {"\x1eäöüäöüäöüäöü\n", 10, "äöüäöüäö…"},
		"a size that is unknown": {"\x1e0123456789\n", 0, "0123456789"},
		"a mark within a line":   {"one\x1etwo\n", 80, "one\x1etwo|"},
		"a line that is cut off": {"\x1ehalf\npanic: ", 80, "panic: "},
	} {
		if got := strings.Join(onScreen(c.written, c.columns), "|"); got != c.want {
			t.Errorf("%s: shows %q, want %q", name, got, c.want)
		}
	}
}

// Whatever the pieces in which a pipe gives the lines, and the progress is gone at the end.
func TestScreen_RelaysAllThatAWorkerWrites(t *testing.T) {
	shown := &strings.Builder{}
	s := &screen{to: shown, columns: func() int { return 80 }}
	s.relay(iotest.OneByteReader(strings.NewReader("one\n\x1ehalf\ntwo\n\x1eall\n")))
	want := "one\n" + "half" + eraseLine + "two\n" + "half" + eraseLine + "all" + eraseLine
	if got := shown.String(); got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

func TestScreen_IsATerminalAlone(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	s, err := openScreen(file)
	if err != nil || s != nil {
		t.Fatalf("a file is a terminal: %v, %v", s, err)
	}
	if s.stderr() != os.Stderr || len(s.environment()) != 0 {
		t.Error("a worker of no terminal writes elsewhere, or marks its progress")
	}
	s.started()
	s.close()
}

func TestTelling_MarksProgressWhereItIsAskedTo(t *testing.T) {
	t.Setenv(progressVariable, "")
	log := telling()
	t.Setenv(progressVariable, "1")
	if marked := telling(); marked.Every >= log.Every {
		t.Errorf("a terminal is told each %v, a log each %v", marked.Every, log.Every)
	}
}
