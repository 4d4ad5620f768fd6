// Package main_test holds the program that people run to what it promises: it is built once, as people have it, without
// the race detector, and judged by its exit code, its words, its files and its requests.
package main_test

import (
	"os"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
)

func TestMain(m *testing.M) { os.Exit(servicekit.Main(m)) }
