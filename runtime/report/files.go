package report

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tune-autonomic/tune/internal/files"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// Write makes summary.json, timeline.csv, events.csv and report.html in dir. On an error none of them is half written.
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
		{"events.csv", r.writeEvents},
		{"report.html", func(w io.Writer) error { return r.writePage(w, s) }},
		{"summary.json", s.WriteJSON},
	} {
		if err := files.Write(filepath.Join(dir, f.name), f.fill); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	return nil
}
