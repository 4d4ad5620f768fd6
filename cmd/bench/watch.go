package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// glance is how often the processes of a run are looked at. What a process takes after the last look goes unseen,
	// and at its end the connector has nothing left to do.
	glance = 20 * time.Millisecond
	// tick is the unit of a process's time in /proc.
	tick = 10 * time.Millisecond
	// connectorCommand is how the SDK calls the process that speaks to the directory.
	connectorCommand = "_connector-service"
)

// usage is what a process has taken of the machine.
type usage struct {
	pid  int
	cpu  time.Duration
	peak int64 // bytes of memory, at most
}

// processes are those of a run: the command starts the worker, which is the SDK, and the worker the connector.
type processes struct{ worker, connector usage }

// watch looks at the processes of a command until the returned function is called, which gives what was seen.
func watch(command int) func() processes {
	var seen processes
	end := make(chan struct{})
	var looking sync.WaitGroup
	looking.Go(func() {
		ticker := time.NewTicker(glance)
		defer ticker.Stop()
		for {
			seen.look(command)
			select {
			case <-end:
				return
			case <-ticker.C:
			}
		}
	})
	return func() processes {
		close(end)
		looking.Wait()
		return seen
	}
}

func (p *processes) look(command int) {
	if p.worker.pid == 0 {
		p.worker.pid = child(command, "")
	}
	if p.connector.pid == 0 && p.worker.pid != 0 {
		p.connector.pid = child(p.worker.pid, connectorCommand)
	}
	p.worker.read()
	p.connector.read()
}

// child finds the child of a process whose command line holds a word, 0 where there is none yet.
func child(parent int, word string) int {
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	for _, path := range all {
		fields := statFields(path)
		if len(fields) < 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		line, err := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if err != nil || !strings.Contains(string(line), word) {
			continue // it has ended, or is on its way from a fork to what it will be
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil {
			return pid
		}
	}
	return 0
}

// statFields are the fields of a process's stat behind its name, which may hold anything: the state is the first.
func statFields(path string) []string {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil // it has ended meanwhile
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return strings.Fields(rest)
}

// read takes the figures of the process, and leaves those of the last look where it has ended.
func (u *usage) read() {
	if u.pid == 0 {
		return
	}
	dir := filepath.Join("/proc", strconv.Itoa(u.pid))
	if fields := statFields(filepath.Join(dir, "stat")); len(fields) > 12 {
		user, errUser := strconv.Atoi(fields[11])
		system, errSystem := strconv.Atoi(fields[12])
		if errUser == nil && errSystem == nil {
			u.cpu = max(u.cpu, time.Duration(user+system)*tick)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return
	}
	if _, rest, found := strings.Cut(string(text), "VmHWM:"); found {
		var kilobytes int64
		if _, err := fmt.Sscan(rest, &kilobytes); err == nil {
			u.peak = max(u.peak, kilobytes<<10)
		}
	}
}
