package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// filesAreThere looks for the project's files that a command takes, which needs more than this machine. The README names
// those of one connector, and says that the other has the same.
func filesAreThere(t *testing.T, words []string) {
	t.Helper()
	if words[0] == "docker" {
		words = append(words, "Dockerfile")
	}
	for _, word := range words {
		if !strings.HasPrefix(word, "deploy/") && word != "Dockerfile" {
			continue
		}
		for _, file := range []string{word, strings.ReplaceAll(word, "baton-microsoft-entra", "baton-onelogin")} {
			if _, err := os.Stat(filepath.Join("../..", file)); err != nil {
				t.Errorf("%q: %v", words, err)
			}
		}
	}
}
