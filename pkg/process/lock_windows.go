package process

import (
	"os"

	"golang.org/x/sys/windows"
)

// wholeFile is the length of the locked range, in two halves as the system call wants it.
const wholeFile = ^uint32(0)

// lockShared waits for a shared lock, which ends with the process that took it.
func lockShared(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), 0, 0, wholeFile, wholeFile, new(windows.Overlapped))
}

// tryLockExclusive reports whether nobody else holds a lock on the file.
func tryLockExclusive(f *os.File) bool {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, wholeFile, wholeFile, new(windows.Overlapped)) == nil
}
