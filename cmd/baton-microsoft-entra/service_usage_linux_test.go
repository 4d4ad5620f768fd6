package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// usage is what a process takes of the machine, as the system tells it.
type usage struct {
	rss, peak      int // memory now and at most, MB
	threads, files int
}

func usageOf(t *testing.T, pid int) usage {
	t.Helper()
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	text, err := os.ReadFile(filepath.Join(dir, "status"))
	must(t, err)
	files, err := os.ReadDir(filepath.Join(dir, "fd"))
	must(t, err)
	u := usage{files: len(files)}
	for line := range strings.Lines(string(text)) {
		var n int
		name, value, _ := strings.Cut(line, ":")
		_, _ = fmt.Sscan(value, &n)
		switch name {
		case "VmRSS":
			u.rss = n >> 10
		case "VmHWM":
			u.peak = n >> 10
		case "Threads":
			u.threads = n
		}
	}
	return u
}

// connectorOf is the process that speaks to the directory, a child of the one that was started.
func connectorOf(t *testing.T, parent int) int {
	t.Helper()
	var children []int
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	must(t, err)
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ") // behind the name, which may hold anything
		var state string
		var ppid int
		if _, err := fmt.Sscan(rest, &state, &ppid); err == nil && ppid == parent {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			if !strings.Contains(string(command), "_connector-service") {
				continue // on its way from a fork to what it will be
			}
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			must(t, err)
			children = append(children, pid)
		}
	}
	if len(children) != 1 {
		t.Fatalf("the process has the children %v, want one", children)
	}
	return children[0]
}
