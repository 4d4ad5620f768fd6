package image

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// built is an image: its root file system and how it is run.
type built struct {
	root            string
	labels, env     map[string]string
	user, directory string
	entrypoint      []string
}

// builder carries out the stages of a Dockerfile.
type builder struct {
	t         *testing.T
	file      dockerfile
	arguments map[string]string // --build-arg, and what BuildKit sets
	roots     map[string]string // of the stages that stand on a foreign image, by name
}

// buildImage builds the last stage, as docker build does.
func buildImage(t *testing.T, arguments map[string]string) *built {
	t.Helper()
	b := &builder{t: t, file: readDockerfile(t), arguments: maps.Clone(arguments), roots: map[string]string{}}
	b.arguments["TARGETOS"], b.arguments["TARGETARCH"] = runtime.GOOS, runtime.GOARCH
	return b.stage(b.file.stages[len(b.file.stages)-1])
}

// stage carries out a stage and what it stands on.
func (b *builder) stage(s stage) *built {
	b.t.Helper()
	base, err := instruction{}.expand(s.base, b.global())
	if err != nil {
		b.t.Fatal(err)
	}
	image := &built{labels: map[string]string{}, env: map[string]string{}, directory: "/"}
	foreign := ""
	if on := b.named(base); on != nil {
		image = b.stage(*on)
	} else {
		image.root = b.t.TempDir()
		if err := os.Chmod(image.root, 0o755); err != nil {
			b.t.Fatal(err)
		}
		if base != "scratch" {
			foreign = base
		}
	}
	variables := map[string]string{}
	for _, i := range s.instructions {
		if err := b.step(image, foreign != "", i, variables); err != nil {
			b.t.Fatalf("stage %s: %v", s.name, err)
		}
	}
	return image
}

// global are the arguments before the first FROM, with what was given for them.
func (b *builder) global() map[string]string {
	all := maps.Clone(b.file.args)
	maps.Copy(all, b.arguments)
	return all
}

func (b *builder) named(name string) *stage {
	for k := range b.file.stages {
		if b.file.stages[k].name == name {
			return &b.file.stages[k]
		}
	}
	return nil
}

// step carries out one instruction.
func (b *builder) step(image *built, foreign bool, i instruction, variables map[string]string) error {
	if i.name == "ARG" {
		return b.declare(i, variables)
	}
	if i.name == "RUN" {
		if !foreign {
			return fmt.Errorf("line %d: there is no shell to RUN anything", i.line)
		}
		return b.run(image, i, variables)
	}
	seen := maps.Clone(image.env)
	maps.Copy(seen, variables)
	text, err := i.expand(i.text, seen)
	if err != nil {
		return err
	}
	switch i.name {
	case "COPY":
		return b.copy(image, i, strings.Fields(text))
	case "LABEL":
		maps.Copy(image.labels, pairs(text))
	case "ENV":
		maps.Copy(image.env, pairs(text))
	case "USER":
		image.user = text
	case "WORKDIR":
		image.directory = text
		return os.MkdirAll(filepath.Join(image.root, text), 0o755)
	case "ENTRYPOINT":
		image.entrypoint, err = i.list()
	}
	return err
}

// declare brings an argument into a stage.
func (b *builder) declare(i instruction, variables map[string]string) error {
	value, ok := b.global()[i.text]
	if !ok {
		return fmt.Errorf("line %d: nothing gives the argument %s a value", i.line, i.text)
	}
	variables[i.text] = value
	return nil
}

// pairs are name=value or name="value with spaces".
func pairs(text string) map[string]string {
	all := map[string]string{}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		var name, value string
		name, text, _ = strings.Cut(text, "=")
		if quoted, ok := strings.CutPrefix(text, `"`); ok {
			value, text, _ = strings.Cut(quoted, `"`)
		} else {
			value, text, _ = strings.Cut(text, " ")
		}
		all[name] = value
	}
	return all
}
