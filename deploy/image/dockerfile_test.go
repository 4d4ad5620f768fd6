// Package image holds the container image to what it promises, without a container engine: it reads the Dockerfile,
// carries out its steps, and runs the program in the root file system that comes out, as a container runtime would.
package image

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// project is the top of the project, which is the context of the build.
const project = "../.."

// instruction is one of the Dockerfile, with its continuation lines and here-documents.
type instruction struct {
	line      int
	name      string
	flags     map[string]string // --from=build is from: build
	text      string            // what follows the flags
	documents map[string]string // content by delimiter
}

// stage is a FROM with what follows it.
type stage struct {
	name, base   string
	instructions []instruction
}

// dockerfile is the arguments before the first FROM, and the stages.
type dockerfile struct {
	args   map[string]string
	stages []stage
}

// words are those of the text, where no quotes are.
func (i instruction) words() []string { return strings.Fields(i.text) }

// list is the JSON list of an instruction in exec form.
func (i instruction) list() ([]string, error) {
	var list []string
	if err := json.Unmarshal([]byte(i.text), &list); err != nil {
		return nil, fmt.Errorf("line %d: %s is not in exec form: %w", i.line, i.name, err)
	}
	return list, nil
}

// instructions are the ones that the reader knows, with the flags that each may have. A further one has to be taught
// to the builder as well.
var instructions = map[string][]string{
	"ARG": nil, "FROM": {"platform"}, "RUN": {"mount"}, "COPY": {"from"}, "WORKDIR": nil, "USER": nil, "ENV": nil,
	"LABEL": nil, "ENTRYPOINT": nil,
}

// readDockerfile reads the project's.
func readDockerfile(t *testing.T) dockerfile {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(project, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := parseDockerfile(content)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// parseDockerfile reads the text of a Dockerfile; an error names the line.
func parseDockerfile(content []byte) (dockerfile, error) {
	d := dockerfile{args: map[string]string{}}
	lines := &lineReader{scanner: bufio.NewScanner(bytes.NewReader(content))}
	for {
		i, err := lines.instruction()
		if err != nil {
			return d, err
		}
		switch {
		case i == nil && len(d.stages) == 0:
			return d, fmt.Errorf("no stage")
		case i == nil:
			return d, nil
		case i.name == "FROM":
			d.stages = append(d.stages, stageOf(*i))
		case len(d.stages) > 0:
			last := &d.stages[len(d.stages)-1]
			last.instructions = append(last.instructions, *i)
		case i.name == "ARG":
			name, value, _ := strings.Cut(i.text, "=")
			d.args[name] = value
		default:
			return d, fmt.Errorf("line %d: %s before the first FROM", i.line, i.name)
		}
	}
}

// stageOf is FROM base, or FROM base AS name.
func stageOf(from instruction) stage {
	words := from.words()
	s := stage{base: words[0]}
	if len(words) == 3 && strings.EqualFold(words[1], "AS") {
		s.name = words[2]
	}
	return s
}

// lineReader puts lines together to instructions.
type lineReader struct {
	scanner *bufio.Scanner
	line    int
}

func (r *lineReader) next() (string, bool) {
	if !r.scanner.Scan() {
		return "", false
	}
	r.line++
	return r.scanner.Text(), true
}

// instruction is the next one, nil at the end.
func (r *lineReader) instruction() (*instruction, error) {
	text := ""
	first := 0
	for {
		line, ok := r.next()
		if !ok {
			if text != "" {
				return nil, fmt.Errorf("line %d: the file ends in a continued line", first)
			}
			return nil, nil //nolint:nilnil // the end is no error
		}
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if text == "" {
			first = r.line
		}
		part, continued := strings.CutSuffix(trimmed, `\`)
		text += part
		if !continued {
			break
		}
	}
	i := &instruction{line: first, flags: map[string]string{}, documents: map[string]string{}}
	i.name, i.text, _ = strings.Cut(text, " ")
	return i, r.complete(i)
}

// complete takes the flags off the text, reads the here-documents, and refuses what is not known.
func (r *lineReader) complete(i *instruction) error {
	known, ok := instructions[i.name]
	if !ok {
		return fmt.Errorf("line %d: instruction %q is not known", i.line, i.name)
	}
	i.text = strings.TrimSpace(i.text)
	for strings.HasPrefix(i.text, "--") {
		flag, rest, _ := strings.Cut(i.text, " ")
		name, value, _ := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		if !slices.Contains(known, name) {
			return fmt.Errorf("line %d: %s has no flag --%s", i.line, i.name, name)
		}
		i.flags[name] = value
		i.text = strings.TrimSpace(rest)
	}
	if i.text == "" {
		return fmt.Errorf("line %d: %s of nothing", i.line, i.name)
	}
	for _, word := range i.words() {
		if delimiter, ok := strings.CutPrefix(word, "<<"); ok && i.name == "COPY" {
			if err := r.document(i, delimiter); err != nil {
				return err
			}
		}
	}
	return nil
}

// document reads a here-document.
func (r *lineReader) document(i *instruction, delimiter string) error {
	var content strings.Builder
	for {
		line, ok := r.next()
		if !ok {
			return fmt.Errorf("line %d: the document %s has no end", i.line, delimiter)
		}
		if line == delimiter {
			i.documents[delimiter] = content.String()
			return nil
		}
		content.WriteString(line + "\n")
	}
}

// expand puts variables in; one that is not set fails.
func (i instruction) expand(text string, variables map[string]string) (string, error) {
	var missing []string
	expanded := os.Expand(text, func(name string) string {
		value, ok := variables[name]
		if !ok {
			missing = append(missing, name)
		}
		return value
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("line %d: %s is not among the variables %q", i.line, missing, slices.Sorted(maps.Keys(variables)))
	}
	return expanded, nil
}
