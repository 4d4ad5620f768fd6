package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// showsService runs the whole story with ConductorOne, small.
func showsService(t *testing.T, binary string) {
	if runtime.GOOS == "windows" {
		return // it has no SIGTERM to end the story with
	}
	folder := t.TempDir()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), append(small(binary, folder), "-service"), &stdout, &stderr); code != 0 {
		log, err := os.ReadFile(filepath.Join(folder, "logs", "demo.log"))
		t.Fatalf("exit %d\n%s%s\n%v\n%s", code, &stdout, &stderr, err, log)
	}
	for _, step := range (&service{}).steps() {
		if !strings.Contains(stdout.String(), "\n"+step.name+" ") {
			t.Errorf("the table lacks %q", step.name)
		}
	}
	for _, want := range []string{"ConductorOne shows it as Connected", "its password is in the vault", "exit code 0", "All 10 tasks hold", "make explore FILE="} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the output lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(stdout.String())
	}
	if got, err := read(t.Context(), filepath.Join(folder, "sync.c1z")); err != nil || got.of("user").resources != 121 {
		t.Errorf("the last upload: %v, %d users", err, got.of("user").resources)
	}
}

// TestService_SaysWhatFailed: a connector that is not there, and one that ends at once.
func TestService_SaysWhatFailed(t *testing.T) {
	folder := t.TempDir()
	lame := filepath.Join(folder, "lame")
	if err := os.WriteFile(lame, []byte("#!/bin/sh\necho consent is missing\nexit 7\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for binary, words := range map[string][]string{
		filepath.Join(folder, "missing"): {"missing"},
		lame:                             {"hello: ", "has ended", "exit status 7", "consent is missing"},
	} {
		if binary == lame && runtime.GOOS == "windows" {
			continue // it has no shell
		}
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), append(small(binary, folder), "-service"), &stdout, &stderr); code != 1 {
			t.Errorf("%s: exit %d", binary, code)
		}
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(stderr.String(), w) }) {
			t.Errorf("%s: %q lacks one of %q", binary, &stderr, words)
		}
		if strings.Contains(stdout.String(), "tasks hold") || strings.Count(stdout.String(), "DOES NOT HOLD") > 1 {
			t.Errorf("%s\n%s", binary, &stdout)
		}
	}
}

func TestService_IsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, append(small(os.Args[0], t.TempDir()), "-service"), &stdout, &stderr); code != 130 {
		t.Errorf("exit %d: %s", code, &stderr)
	}
}
