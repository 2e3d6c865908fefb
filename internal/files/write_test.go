package files

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func saying(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func requireOnly(t *testing.T, dir string, n int) {
	t.Helper()
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, n, "nothing half done is left behind")
}

func TestAFileIsReplacedAsAWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	require.NoError(t, Write(path, saying("the old one")))
	err := Write(path, func(w io.Writer) error {
		io.WriteString(w, "half of")
		return errors.New("the disk is full")
	})
	require.ErrorContains(t, err, "the disk is full")
	require.Equal(t, "the old one", read(t, path))
	require.NoError(t, Write(path, saying("the new one")))
	require.Equal(t, "the new one", read(t, path))
	requireOnly(t, dir, 1)
}

func TestANewFileHasTheUmasksPermissions(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	path := filepath.Join(t.TempDir(), "new")
	require.NoError(t, Write(path, saying("x")))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode().Perm())

	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, Write(path, saying("y")))
	info, err = os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "what was kept from others stays so")
}

func TestALinkStays(t *testing.T) {
	dir := t.TempDir()
	for _, there := range []bool{true, false} {
		target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
		if there {
			require.NoError(t, os.WriteFile(target, []byte("old"), 0o644))
		}
		require.NoError(t, os.Symlink("target", link))
		require.NoError(t, Write(link, saying("new")))
		to, err := os.Readlink(link)
		require.NoError(t, err)
		require.Equal(t, "target", to)
		require.Equal(t, "new", read(t, target))
		requireOnly(t, dir, 2)
		require.NoError(t, os.Remove(link))
		require.NoError(t, os.Remove(target))
	}
	loop := filepath.Join(dir, "loop")
	require.NoError(t, os.Symlink("loop", loop))
	require.ErrorContains(t, Write(loop, saying("x")), "too many links")
}

func TestAPipeIsWrittenTo(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	got := make(chan string)
	go func() {
		text, _ := os.ReadFile(pipe)
		got <- string(text)
	}()
	require.NoError(t, Write(pipe, saying("through")))
	require.Equal(t, "through", <-got)
	info, err := os.Lstat(pipe)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeNamedPipe)
	require.NoError(t, Write("/dev/null", saying("gone")))
	requireOnly(t, dir, 1)
}

func TestAFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	require.ErrorContains(t, Write(dir, saying("x")), "is a folder")
	require.ErrorContains(t, Write(filepath.Join(dir, "no", "where"), saying("x")), "no such file")
	requireOnly(t, dir, 0)
}

// What is wrong is told of the file that was asked for, not of the one beside it.
func TestErrorsNameTheFileThatWasAskedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gone", "a.txt")
	require.EqualError(t, Write(path, saying("x")), "open "+path+": no such file or directory")
}
