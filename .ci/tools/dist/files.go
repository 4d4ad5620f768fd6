package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// file is one of an archive.
type file struct {
	mode    fs.FileMode
	content []byte
}

// unpack reads an archive, by name.
func unpack(path string) (map[string]file, error) {
	if strings.HasSuffix(path, ".zip") {
		return unzip(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	plain, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string]file{}
	archive := tar.NewReader(plain)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			return nil, err
		}
		files[header.Name] = file{header.FileInfo().Mode(), content}
	}
}

func unzip(path string) (map[string]file, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = archive.Close() }()
	files := map[string]file{}
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		files[entry.Name] = file{entry.Mode(), content}
	}
	return files, nil
}

// checkSBOM reads a list of components in CycloneDX: it is of the program and its version, and names the SDK.
func checkSBOM(path, program, version string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	type component struct{ Name, Version, PURL string }
	var bom struct {
		BOMFormat   string
		SpecVersion string
		Metadata    struct{ Component component }
		Components  []component
	}
	if err := json.Unmarshal(content, &bom); err != nil {
		return err
	}
	if bom.BOMFormat != "CycloneDX" || bom.SpecVersion == "" {
		return fmt.Errorf("format %q, version %q", bom.BOMFormat, bom.SpecVersion)
	}
	// The name is the module's, which all programs have; the package URL ends with the program.
	of := bom.Metadata.Component
	if !strings.HasSuffix(of.PURL, "#cmd/"+program) || of.Version != "v"+version {
		return fmt.Errorf("it is of %s %s, want cmd/%s v%s", of.PURL, of.Version, program, version)
	}
	if !slices.ContainsFunc(bom.Components, func(c component) bool {
		return c.Name == "github.com/conductorone/baton-sdk" && c.Version != "" && c.PURL != ""
	}) {
		return fmt.Errorf("none of its %d components is the SDK", len(bom.Components))
	}
	return nil
}

// checkSums reads checksums.txt: it has a right sum for each of the files, and for nothing else.
func checkSums(folder string, wanted []string) error {
	content, err := os.ReadFile(filepath.Join(folder, "checksums.txt"))
	if err != nil {
		return err
	}
	var names []string
	for line := range strings.Lines(string(content)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		names = append(names, name)
		content, err := os.ReadFile(filepath.Join(folder, filepath.Base(name)))
		if err != nil {
			return err
		}
		if got := sha256.Sum256(content); hex.EncodeToString(got[:]) != sum {
			return fmt.Errorf("%s is not what checksums.txt says", name)
		}
	}
	slices.Sort(names)
	slices.Sort(wanted)
	if !slices.Equal(names, wanted) {
		return fmt.Errorf("checksums.txt is of %q, want %q", names, wanted)
	}
	return nil
}
