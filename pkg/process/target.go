package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	v3 "github.com/conductorone/baton-sdk/pkg/dotc1z/format/v3"
)

// maxLinks bounds a chain of symbolic links, as the system does.
const maxLinks = 40

// target is the file that a sync replaces when it is finished.
type target struct {
	file string      // as the user wrote it
	path string      // with links resolved, so that the rename replaces the file and not a link to it
	mode os.FileMode // the permissions of the file that is there
	old  bool        // whether there is one
}

// findTarget follows the links of file and looks at what is there. Only a file is ever replaced: with enough rights a
// rename would also replace /dev/null.
func findTarget(file string) (target, error) {
	path, err := resolve(file)
	if err != nil {
		return target{}, fmt.Errorf("cannot write to %s: %w", file, plain(err))
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return target{file: file, path: path}, nil
	case err != nil:
		return target{}, fmt.Errorf("cannot write to %s: %w", file, plain(err))
	case !info.Mode().IsRegular():
		return target{}, fmt.Errorf("cannot write to %s: it is there and not a file", file)
	}
	return target{file: file, path: path, mode: info.Mode().Perm(), old: true}, nil
}

// resolve follows links to a file that need not exist, in a directory that must.
func resolve(file string) (string, error) {
	path, err := filepath.Abs(file)
	for range maxLinks {
		if err != nil {
			return "", err
		}
		link, notLink := os.Readlink(path)
		if notLink != nil {
			break
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(path), link)
		}
		path = link
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}

// replace puts a finished file in the target's place, in one step and so that it lasts.
func (t target) replace(finished string) error {
	if err := t.flush(finished); err != nil {
		return fmt.Errorf("cannot finish %s: %w", t.file, plain(err))
	}
	if err := os.Rename(finished, t.path); err != nil {
		return fmt.Errorf("cannot replace %s: %w", t.file, plain(err))
	}
	if err := syncDir(filepath.Dir(t.path)); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return fmt.Errorf("%s is written, but the disk would not confirm it: %w", t.file, plain(err))
	}
	return nil
}

func (t target) flush(finished string) error {
	f, err := os.OpenFile(finished, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if t.old {
		err = f.Chmod(t.mode)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// plain takes the path and the system call off a file error where the sentence around it has named them.
func plain(err error) error {
	var pathErr *os.PathError
	var linkErr *os.LinkError
	switch {
	case errors.As(err, &pathErr):
		return pathErr.Err
	case errors.As(err, &linkErr):
		return linkErr.Err
	}
	return err
}

// holdsFinishedSync reports whether the file at path holds a sync that was sealed, which is the last step of a sync
// that can fail. The SDK writes whole files only, but also after an error.
func holdsFinishedSync(ctx context.Context, path, tempDir string) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }()
	format, err := dotc1z.ReadHeaderFormat(f)
	if err != nil {
		return false, fmt.Errorf("read the header of %s: %w", path, err)
	}
	if format == dotc1z.C1ZFormatV3 {
		return manifestHasFinishedSync(f)
	}
	return storeHasFinishedSync(ctx, path, tempDir)
}

// manifestHasFinishedSync looks at the list of syncs at the beginning of a pebble file, which costs nothing.
func manifestHasFinishedSync(f io.ReadSeeker) (bool, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	manifest, err := v3.ReadManifestHeader(f)
	if err != nil {
		return false, err
	}
	for _, run := range manifest.GetSyncRuns() {
		if run.HasEndedAt() {
			return true, nil
		}
	}
	return false, nil
}

// storeHasFinishedSync opens a file of the older format, which has no such list.
func storeHasFinishedSync(ctx context.Context, path, tempDir string) (bool, error) {
	store, err := dotc1z.NewStore(ctx, path, dotc1z.WithReadOnly(true), dotc1z.WithTmpDir(tempDir))
	if err != nil {
		return false, err
	}
	run, err := store.SyncMeta().LatestFinishedSyncOfAnyType(ctx)
	return run != nil, errors.Join(err, store.Close(ctx))
}
