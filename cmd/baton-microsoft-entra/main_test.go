// Package main_test holds the program that people run to what it promises: it is built once, as people have it,
// without the race detector, started with an environment that holds nothing but what a test gives it, and judged
// by its exit code, its words and its file.
package main_test

import (
	"flag"
	"os"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
)

// update is set by the command line alone.
var update = flag.Bool("update", false, "rewrite the files in testdata")

func TestMain(m *testing.M) { os.Exit(servicekit.Main(m)) }
