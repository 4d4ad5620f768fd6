package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// filesAreThere looks for the project's files that a command takes, which needs more than this machine.
func filesAreThere(t *testing.T, words []string) {
	t.Helper()
	if words[0] == "docker" {
		words = append(words, "Dockerfile")
	}
	for _, word := range words {
		if !strings.HasPrefix(word, "deploy/") && word != "Dockerfile" {
			continue
		}
		if _, err := os.Stat(filepath.Join("../..", word)); err != nil {
			t.Errorf("%q: %v", words, err)
		}
	}
}
