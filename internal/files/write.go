// Package files writes files so that nobody ever sees half of one.
package files

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// Write fills the file at path. What was there stays as it was until all is written, and for good if there is an error. A
// new file has the permissions that the umask leaves, one that is replaced keeps its own; a link stays, and what it leads
// to is replaced. What is no regular file, such as a pipe, is written to directly.
func Write(path string, fill func(io.Writer) error) error {
	path, err := follow(path)
	if err != nil {
		return err
	}
	was, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replace(path, nil, fill)
	case err != nil:
		return err
	case was.IsDir():
		return fmt.Errorf("%s is a folder", path)
	case !was.Mode().IsRegular() || magic(path):
		return into(path, fill)
	}
	return replace(path, was, fill)
}

// follow is where links lead, be there something or not.
func follow(path string) (string, error) {
	for range 40 {
		if magic(path) {
			return path, nil
		}
		to, err := os.Readlink(path)
		if err != nil {
			return path, nil // it is no link; whatever else is wrong comes out on writing
		}
		if !filepath.IsAbs(to) {
			to = filepath.Dir(path) + string(filepath.Separator) + to // not cleaned: its folder may be a link, too
		}
		path = to
	}
	return "", fmt.Errorf("%s: too many links", path)
}

// magic says whether path is an open file of a process: reading such a link doesn't always say where it leads.
func magic(path string) bool {
	return strings.HasPrefix(path, "/proc/") || strings.HasPrefix(path, "/dev/fd/")
}

// into writes to what is no file that could be replaced.
func into(path string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	return errors.Join(pour(f, fill), f.Close())
}

// replace writes a file beside path and renames it.
func replace(path string, was fs.FileInfo, fill func(io.Writer) error) error {
	tmp, err := prepare(path, was, fill)
	if err != nil {
		return err
	}
	defer os.Remove(tmp) // fails once it is renamed
	return os.Rename(tmp, path)
}

// prepare writes a file beside path, to take its place, and says what it is called. There is none if there is an error.
func prepare(path string, was fs.FileInfo, fill func(io.Writer) error) (string, error) {
	tmp, err := beside(path)
	if err != nil {
		return "", err
	}
	if was != nil {
		err = tmp.Chmod(was.Mode().Perm())
	}
	if err = errors.Join(err, pour(tmp, fill), tmp.Close()); err != nil {
		os.Remove(tmp.Name())
		return "", err
	}
	return tmp.Name(), nil
}

// beside makes a new file in the folder of path. Unlike os.CreateTemp it leaves the permissions to the umask.
func beside(path string) (*os.File, error) {
	for {
		name := fmt.Sprintf(".%s-%08x", filepath.Base(path), rand.Uint32())
		f, err := os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		var wrong *fs.PathError
		if errors.As(err, &wrong) {
			wrong.Path = path // which people know
		}
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// isBeside says whether beside gives such a name for a file that is called base.
func isBeside(name, base string) bool {
	random, ok := strings.CutPrefix(name, "."+base+"-")
	return ok && len(random) == 8 && strings.Trim(random, "0123456789abcdef") == ""
}

func pour(w io.Writer, fill func(io.Writer) error) error {
	buffer := bufio.NewWriter(w)
	if err := fill(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}
