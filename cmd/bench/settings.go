package main

import (
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// settings is the command line.
type settings struct {
	connector string
	sizes     []int // of tenants, in users, smallest first
	repeat    int
	workers   int
	logs      string
}

// parse reads the command line. What is wrong with it is told on stderr.
func parse(args []string, stderr io.Writer) (*settings, error) {
	s := &settings{sizes: []int{1_000, 10_000, 100_000}}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&s.connector, "connector", "bin/baton-microsoft-entra", "the connector `program` to measure")
	f.Func("sizes", "the `users` of each tenant, comma-separated, smallest first (default 1000,10000,100000); the bounds are held against those from 10,000", s.readSizes)
	f.IntVar(&s.repeat, "repeat", 2, "how `often` the connector and the floor are run in turn; of each time the shortest counts, of memory the most")
	f.IntVar(&s.workers, "workers", 0, "how many `workers` each syncs with; 0 leaves the connector's own default")
	f.StringVar(&s.logs, "logs", "", "keep the logs of the runs in this `folder`")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 || s.repeat < 1 || s.workers < 0 {
		err := fmt.Errorf("everything is a flag, --repeat takes a number from 1 and --workers one from 0; have %q, %d and %d", f.Args(), s.repeat, s.workers)
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return nil, err
	}
	return s, nil
}

func (s *settings) readSizes(text string) error {
	s.sizes = nil
	for _, part := range strings.Split(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < smallest || len(s.sizes) > 0 && n <= s.sizes[len(s.sizes)-1] {
			return fmt.Errorf("takes rising numbers from %d, as 1000,10000", smallest)
		}
		s.sizes = append(s.sizes, n)
	}
	return nil
}

func (s *settings) workersText() string {
	if s.workers == 0 {
		return "the default number of workers"
	}
	return fmt.Sprintf("%d workers", s.workers)
}
