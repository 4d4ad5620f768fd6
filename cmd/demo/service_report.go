package main

import (
	"fmt"
	"strings"
	"time"
)

const taskRow = "%-20s %7s   %s\n"

func (s *service) printHead() {
	fmt.Fprintf(s.out, taskRow, "task", "seconds", "result, held against the tenant")
	fmt.Fprintf(s.out, taskRow, strings.Repeat("-", 20), strings.Repeat("-", 7), strings.Repeat("-", 70))
}

func (s *service) printRow(name string, took time.Duration, said string) {
	fmt.Fprintf(s.out, taskRow, name, fmt.Sprintf("%.2f", took.Seconds()), said)
}

// printEnd says what it took on ConductorOne's side.
func (s *service) printEnd() {
	calls, bytes := 0, int64(0)
	for _, call := range s.c1.History() {
		if call.Method != "token" {
			calls++
		}
	}
	for _, upload := range s.c1.Uploads() {
		bytes += upload.Size
	}
	results := s.c1.Results()
	fmt.Fprintf(s.out, "\nAll %d tasks hold, in %.1f s and %s calls; %d files of %.1f MB were uploaded.\n",
		len(results), time.Since(s.begun).Seconds(), number(calls), len(s.c1.Uploads()), float64(bytes)/1e6)
}
