package image

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestDockerfile_EveryStageAndSourceIsThere(t *testing.T) {
	t.Parallel()
	d := readDockerfile(t)
	ignored := strings.Fields(read(t, ".dockerignore"))
	var stages []string
	for _, s := range d.stages {
		base := os.Expand(s.base, func(name string) string { return d.args[name] })
		if base != "scratch" && !strings.HasPrefix(base, "golang:") && !slices.Contains(stages, base) {
			t.Errorf("a stage stands on %q, which is neither one of %q nor an image that is used on purpose", base, stages)
		}
		for _, i := range s.instructions {
			if i.name != "COPY" {
				continue
			}
			if from := i.flags["from"]; from != "" {
				if !slices.Contains(stages, from) {
					t.Errorf("line %d copies from %q, which is not one of %q", i.line, from, stages)
				}
				continue
			}
			words := i.words()
			for _, source := range words[:len(words)-1] {
				if strings.HasPrefix(source, "<<") {
					continue
				}
				if _, err := os.Stat(filepath.Join(project, source)); err != nil {
					t.Errorf("line %d: %v", i.line, err)
				}
				if slices.Contains(ignored, source) {
					t.Errorf("line %d copies %q, which .dockerignore keeps out", i.line, source)
				}
			}
		}
		stages = append(stages, s.name)
	}
}

func TestDockerfile_EveryProgramStageIsACommand(t *testing.T) {
	t.Parallel()
	d := readDockerfile(t)
	programs := 0
	for _, s := range d.stages {
		for _, i := range s.instructions {
			if i.name != "ENTRYPOINT" {
				continue
			}
			programs++
			list, err := i.list()
			if err != nil {
				t.Error(err)
				continue
			}
			if !slices.Equal(list, []string{"/" + s.name}) {
				t.Errorf("the stage %s starts %q", s.name, list)
			}
			if _, err := os.Stat(filepath.Join(project, "cmd", s.name, "main.go")); err != nil {
				t.Errorf("the stage %s is no command: %v", s.name, err)
			}
		}
	}
	if programs < 2 {
		t.Errorf("%d programs", programs)
	}
}

// secretName is what a name of something secret holds.
var secretName = regexp.MustCompile(`(?i)secret|token|password|credential|private`)

func TestDockerfile_HoldsNoSecretAndRunsAsNobody(t *testing.T) {
	t.Parallel()
	users := 0
	for _, s := range readDockerfile(t).stages {
		for _, i := range s.instructions {
			switch i.name {
			case "ARG", "ENV":
				if secretName.MatchString(i.text) {
					t.Errorf("line %d: %s %s stays readable in the image", i.line, i.name, i.text)
				}
			case "USER":
				users++
				user, group, _ := strings.Cut(i.text, ":")
				for _, id := range []string{user, group} {
					if n, err := strconv.Atoi(id); err != nil || n < 10000 {
						t.Errorf("line %d: %q: want numbers, which Kubernetes can tell from root, and none of the host's", i.line, i.text)
					}
				}
			}
		}
	}
	if users != 1 {
		t.Errorf("%d users", users)
	}
}

func TestParseDockerfile_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"FROM scratch\nHEALTHCHECK NONE":                 `line 2: instruction "HEALTHCHECK"`,
		"FROM scratch\nCOPY --link a b":                  "line 2: COPY has no flag --link",
		"FROM scratch\nCOPY <<EOT /a\nb":                 "line 2: the document EOT has no end",
		"RUN true":                                       "line 1: RUN before the first FROM",
		"# nothing":                                      "no stage",
		"FROM scratch\nUSER":                             "line 2: USER of nothing",
		"FROM scratch\nRUN a \\\n# a comment\n  && b \\": "line 2: the file ends in a continued line",
	} {
		if _, err := parseDockerfile([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(project, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
