//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package files

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock keeps others from locking a folder, in this process or another, until the function is called or the process ends. It
// waits for whoever has it locked, and leaves nothing in the folder.
func lock(dir string) (func() error, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	err = syscall.EINTR
	for errors.Is(err, syscall.EINTR) {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s can't be locked: %w", dir, err), f.Close())
	}
	return f.Close, nil
}
