package report

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tune-autonomic/tune/internal/files"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// Write makes timeline.csv, events.csv, report.html and summary.json in dir, in the place of those of an earlier run: all of
// them, or on an error none. As long as summary.json is there, the others are of the same run. What else is in dir stays.
func (r *Recorder) Write(dir string, res manager.Result, digest string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	r.finish(res.Virtual)
	s := r.Summary(res, digest)
	in := func(name string, fill func(io.Writer) error) files.File {
		return files.File{Path: filepath.Join(dir, name), Fill: fill}
	}
	err := files.WriteSet(
		in("timeline.csv", r.writeTimeline),
		in("events.csv", r.writeEvents),
		in("report.html", func(w io.Writer) error { return r.writePage(w, s) }),
		in("summary.json", s.WriteJSON),
	)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
