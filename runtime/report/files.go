package report

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tune-autonomic/tune/runtime/manager"
)

// Write makes summary.json, timeline.csv and report.html in dir. On an error none of them is half written.
func (r *Recorder) Write(dir string, res manager.Result, digest string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	s := r.Summary(res, digest)
	for _, f := range []struct {
		name string
		fill func(io.Writer) error
	}{
		{"timeline.csv", r.writeTimeline},
		{"report.html", func(w io.Writer) error { return r.writePage(w, s) }},
		{"summary.json", s.WriteJSON},
	} {
		if err := writeFile(filepath.Join(dir, f.name), f.fill); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	return nil
}

// writeFile fills a file beside path and then renames it.
func writeFile(path string, fill func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails once it is renamed
	w := bufio.NewWriter(tmp)
	if err := fill(w); err != nil {
		tmp.Close()
		return err
	}
	if err := w.Flush(); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Chmod(0o644); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
