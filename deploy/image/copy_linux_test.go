package image

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// copy carries out a COPY: files of the context, of another stage, or written out in the Dockerfile.
func (b *builder) copy(image *built, i instruction, words []string) error {
	source := project
	if from := i.flags["from"]; from != "" {
		if b.roots[from] == "" {
			b.roots[from] = b.stage(*b.named(from)).root
		}
		source = b.roots[from]
	}
	target := words[len(words)-1]
	if !filepath.IsAbs(target) {
		target = filepath.Join(image.directory, target) + "/"
	}
	for _, word := range words[:len(words)-1] {
		if word == "." {
			continue // the whole project goes to the compiler alone, which reads it where it is
		}
		to := filepath.Join(image.root, target)
		if document, ok := i.documents[strings.TrimPrefix(word, "<<")]; ok {
			if err := writeFile(to, []byte(document), 0o644); err != nil {
				return err
			}
			continue
		}
		from := filepath.Join(source, word)
		if _, err := os.Stat(from); err != nil && source != project {
			from = word // lent by this machine, see lendPrograms
		}
		if err := copyTree(from, to, strings.HasSuffix(target, "/")); err != nil {
			return fmt.Errorf("line %d: %w", i.line, err)
		}
	}
	return nil
}

// copyTree copies a file, or what is in a folder, with modes; all of it becomes root's.
func copyTree(from, to string, into bool) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		if into {
			to = filepath.Join(to, filepath.Base(from))
		}
		content, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		return writeFile(to, content, info.Mode())
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		below, target := filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())
		if info, err := os.Stat(below); err == nil && info.IsDir() {
			if err := os.MkdirAll(target, 0o755); err != nil {
				return err
			}
			if err := os.Chmod(target, info.Mode()); err != nil {
				return err
			}
		}
		if err := copyTree(below, target, false); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(name string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(name, content, mode); err != nil {
		return err
	}
	return os.Chmod(name, mode)
}
