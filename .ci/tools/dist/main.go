// Command dist looks at a folder with a release and fails if anything is missing, of another kind than its name says,
// or not what the checksums say:
//
//	dist FOLDER PROGRAM...
package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// platforms are what a release is for.
func platforms() []string {
	return []string{"darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64"}
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: dist FOLDER PROGRAM...")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "dist: %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}

// check looks at everything, and tells all that is wrong at once.
func check(folder string, programs []string) error {
	var all []string
	var problems []error
	for _, program := range programs {
		files, err := checkFiles(folder, program)
		all = append(all, files...)
		problems = append(problems, err)
	}
	return errors.Join(append(problems, checkSums(folder, all))...)
}

// checkFiles looks at the archives and the lists of components of a program. It returns the names of those there have to be.
func checkFiles(folder, program string) (wanted []string, err error) {
	version, err := versionOf(folder, program)
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, platform := range platforms() {
		stem := program + "_" + version + "_" + platform
		archive, sbom := stem+".tar.gz", stem+".cdx.json"
		if strings.HasPrefix(platform, "windows_") {
			archive = stem + ".zip"
		}
		wanted = append(wanted, archive, sbom)
		if err := checkArchive(filepath.Join(folder, archive), program, version, platform); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", archive, err))
		}
		if err := checkSBOM(filepath.Join(folder, sbom), program, version); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", sbom, err))
		}
	}
	if len(problems) == 0 {
		fmt.Printf("dist: %d archives and as many lists of components of %s %s\n", len(platforms()), program, version)
	}
	return wanted, errors.Join(problems...)
}

// versionOf is the version in the names of the archives; there has to be one, and no second.
func versionOf(folder, program string) (string, error) {
	archives, err := filepath.Glob(filepath.Join(folder, program+"_*_linux_amd64.tar.gz"))
	if err != nil {
		return "", err
	}
	if len(archives) != 1 {
		return "", fmt.Errorf("%d archives of %s for linux_amd64", len(archives), program)
	}
	name := filepath.Base(archives[0])
	return strings.TrimSuffix(strings.TrimPrefix(name, program+"_"), "_linux_amd64.tar.gz"), nil
}

// checkArchive looks into an archive: the licence, the README, and the program, which has to be one for the platform.
func checkArchive(path, program, version, platform string) error {
	files, err := unpack(path)
	if err != nil {
		return err
	}
	executable := program
	if strings.HasPrefix(platform, "windows_") {
		executable += ".exe"
	}
	var names []string
	for name, f := range files {
		names = append(names, name)
		if len(f.content) == 0 {
			return fmt.Errorf("%s is empty", name)
		}
	}
	slices.Sort(names)
	want := []string{"LICENSE", "README.md", executable}
	if !slices.Equal(names, want) {
		return fmt.Errorf("it holds %q, want %q", names, want)
	}
	if files[executable].mode&0o111 == 0 && !strings.HasSuffix(path, ".zip") {
		return fmt.Errorf("%s cannot be executed", executable)
	}
	return checkProgram(files[executable].content, version, platform)
}

// checkProgram looks at what the program says of its own making, and runs it if this machine can.
func checkProgram(content []byte, version, platform string) error {
	info, err := buildinfo.Read(bytes.NewReader(content))
	if err != nil {
		return err
	}
	goos, goarch, _ := strings.Cut(platform, "_")
	made := map[string]string{}
	for _, s := range info.Settings {
		made[s.Key] = s.Value
	}
	for key, want := range map[string]string{"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "-trimpath": "true"} {
		if made[key] != want {
			return fmt.Errorf("the program was built with %s=%s, want %s", key, made[key], want)
		}
	}
	kinds := map[string]string{"linux": "\x7fELF", "darwin": "\xcf\xfa\xed\xfe", "windows": "MZ"}
	if !bytes.HasPrefix(content, []byte(kinds[goos])) {
		return fmt.Errorf("the program begins with %q, want %q", content[:4], kinds[goos])
	}
	if goos != runtime.GOOS || goarch != runtime.GOARCH {
		return nil
	}
	return checkSaid(content, version)
}

// checkSaid runs the program: it tells its version, and the commit that it is of.
func checkSaid(content []byte, version string) error {
	folder, err := os.MkdirTemp("", "dist-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "program")
	if err := os.WriteFile(path, content, 0o700); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	said, err := exec.CommandContext(ctx, path, "--version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("--version: %w\n%s", err, said)
	}
	_, commit, ok := strings.Cut(string(said), " version v"+version+" (commit ")
	if !ok || len(strings.TrimSuffix(commit, ")\n")) < 7 {
		return fmt.Errorf("--version says %q, want v%s and a commit", said, version)
	}
	return nil
}
