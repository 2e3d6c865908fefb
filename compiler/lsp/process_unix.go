//go:build unix

package lsp

import (
	"errors"
	"syscall"
)

// exists says whether there is a process; one of another user is there, too.
func exists(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
