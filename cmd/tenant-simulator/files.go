package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// writeFiles writes the census, then the certificate, and the variables last: who finds those may begin.
func writeFiles(sim directory, c1 *conductoronesim.Server, set *settings) error {
	if set.census != "" {
		if err := replace(set.census, sim.census().Write); err != nil {
			return err
		}
	}
	if set.env == "" {
		return nil
	}
	ca := set.env + ".ca.pem"
	if err := replace(ca, writer(authorities(sim, c1))); err != nil {
		return err
	}
	return replace(set.env, writer(exports(variables(sim, c1, ca))))
}

func writer(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// exports writes variables as lines that a shell can source.
func exports(env map[string]string) string {
	lines := make([]string, 0, len(env))
	for name, value := range env {
		lines = append(lines, "export "+name+"="+quoted(value)+"\n")
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}

// quoted makes one word of a shell out of anything.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// replace makes a file appear whole: it is written beside its place and renamed.
func replace(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = fmt.Errorf("write %s: %w", path, err)
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
