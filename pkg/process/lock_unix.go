//go:build !windows

package process

import (
	"os"
	"syscall"
)

// lockShared waits for a shared lock, which ends with the last process that has the file open.
func lockShared(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH)
		if err != syscall.EINTR {
			return err
		}
	}
}

// tryLockExclusive reports whether nobody else holds a lock on the file.
func tryLockExclusive(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
