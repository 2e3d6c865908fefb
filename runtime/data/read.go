package data

import (
	"archive/tar"
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// maxBytes bounds what is unpacked of one file or archive, so that a small bad file can't fill the memory.
	maxBytes = 256 << 20
	// maxMachines and maxSamples bound a trace in the same way.
	maxMachines = 100_000
	maxSamples  = 50_000_000
	// planetLabDay is how many samples a file of the public format has at least: a day of five-minute steps.
	planetLabDay = 288
)

// ReadTrace reads the trace at path: a folder or a .tar or .tar.gz of it in the public PlanetLab format (one file a
// machine, one percentage a line, machines in the order of upper-cased names), or a .csv or .csv.gz (one machine a line).
func ReadTrace(path string) (Trace, error) {
	t, err := readTrace(path)
	if err != nil {
		return Trace{}, err
	}
	t.Origin = path
	return t, nil
}

func readTrace(path string) (Trace, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Trace{}, fmt.Errorf("trace: %w", err)
	}
	if info.IsDir() {
		return readFolder(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return Trace{}, fmt.Errorf("trace: %w", err)
	}
	defer f.Close()
	r, name, err := unpack(f, path)
	if err != nil {
		return Trace{}, err
	}
	if strings.HasSuffix(name, ".tar") || strings.HasSuffix(name, ".tgz") {
		return readTar(r, path, "")
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return Trace{}, fmt.Errorf("%s: %w", path, err)
	}
	return parseCSV(path, unmarked(b))
}

// unpack undoes gzip, if the content is such, and bounds what comes out. The name is the path without ".gz".
func unpack(r io.Reader, path string) (io.Reader, string, error) {
	name := strings.ToLower(path)
	br := bufio.NewReader(r)
	head, _ := br.Peek(2)
	if !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return &bounded{br, maxBytes}, name, nil
	}
	z, err := gzip.NewReader(br)
	if err != nil {
		return nil, "", fmt.Errorf("%s: not a whole gzip file: %w", path, err)
	}
	return &bounded{z, maxBytes}, strings.TrimSuffix(name, ".gz"), nil
}

var errTooBig = fmt.Errorf("more than %d MiB unpacked: too large for a trace", maxBytes>>20)

// bounded fails, rather than ends, after left bytes.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooBig
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// member is one machine's file of the public format.
type member struct {
	name string
	text []byte
}

func readFolder(dir string) (Trace, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Trace{}, fmt.Errorf("trace: %w", err)
	}
	var ms []member
	left := int64(maxBytes)
	for _, e := range entries {
		if hidden(e.Name()) {
			continue
		}
		if len(ms) == maxMachines {
			return Trace{}, fmt.Errorf("%s: more than %d files: too large for a trace", dir, maxMachines)
		}
		b, err := readMember(filepath.Join(dir, e.Name()), left)
		if err != nil {
			return Trace{}, err
		}
		left -= int64(len(b))
		ms = append(ms, member{e.Name(), b})
	}
	return joinMembers(dir, ms)
}

// readMember reads one file of a folder, of at most left bytes; where links lead counts. What is no file isn't passed over: a
// machine would be missing, and nobody would know.
func readMember(path string, left int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: no file; in a trace's folder there is a file a machine, and nothing else but what is hidden", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(&bounded{f, left})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// readTar reads the files of an archive; of the folder called day only, if day isn't empty.
func readTar(r io.Reader, from, day string) (Trace, error) {
	var ms []member
	tr := tar.NewReader(r)
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return joinMembers(from, ms)
		}
		if err != nil {
			return Trace{}, fmt.Errorf("%s: not a whole tar file: %w", from, err)
		}
		dir, name := path.Split(path.Clean(h.Name))
		switch {
		case hidden(name) || day != "" && path.Base(dir) != day || h.Typeflag == tar.TypeDir || h.Typeflag == tar.TypeXGlobalHeader:
			continue
		case h.Typeflag != tar.TypeReg:
			return Trace{}, fmt.Errorf("%s: %s is no file: pack what links lead to, tar -h", from, h.Name)
		}
		if len(ms) == maxMachines {
			return Trace{}, fmt.Errorf("%s: more than %d files: too large for a trace", from, maxMachines)
		}
		b, err := io.ReadAll(tr)
		if err != nil {
			return Trace{}, fmt.Errorf("%s: %s: %w", from, h.Name, err)
		}
		ms = append(ms, member{name, b})
	}
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }

// joinMembers orders machines by upper-cased name: that order gives the published figures.
func joinMembers(from string, ms []member) (Trace, error) {
	if len(ms) == 0 {
		return Trace{}, fmt.Errorf("%s: no trace in it; a file a machine is expected, one percentage a line", from)
	}
	slices.SortFunc(ms, func(a, b member) int {
		return cmp.Or(strings.Compare(strings.ToUpper(a.name), strings.ToUpper(b.name)), strings.Compare(a.name, b.name))
	})
	t := Trace{Step: TraceStep}
	for _, m := range ms {
		where := filepath.Join(from, m.name)
		row, err := parseLines(where, unmarked(m.text))
		if err != nil {
			return Trace{}, err
		}
		if len(row) < planetLabDay {
			return Trace{}, fmt.Errorf("%s:%d: ends after %d samples; a day has %d", where, len(row), len(row), planetLabDay)
		}
		if err := t.add(row); err != nil {
			return Trace{}, fmt.Errorf("%s:%d: %w", where, len(row), err)
		}
	}
	return t, nil
}

// add appends a machine, which must have as many samples as the others.
func (t *Trace) add(row []float64) error {
	if len(t.Load) > 0 && len(row) != len(t.Load[0]) {
		return fmt.Errorf("%d samples where the machines before have %d: there is a hole, or a column too many", len(row), len(t.Load[0]))
	}
	if (len(t.Load)+1)*len(row) > maxSamples {
		return fmt.Errorf("more than %d samples: too large for a trace", maxSamples)
	}
	t.Load = append(t.Load, row)
	return nil
}

// parseLines reads one percentage a line.
func parseLines(where string, b []byte) ([]float64, error) {
	if err := mustBeText(where, b); err != nil {
		return nil, err
	}
	row := make([]float64, 0, planetLabDay)
	for n := 1; len(b) > 0; n++ {
		var line []byte
		line, b = cutLine(b)
		if len(line) == 0 && len(bytes.TrimSpace(b)) == 0 {
			break
		}
		v, err := percent(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", where, n, err)
		}
		row = append(row, v)
	}
	if len(row) == 0 {
		return nil, fmt.Errorf("%s: empty", where)
	}
	return row, nil
}

// parseCSV reads one machine a line.
func parseCSV(where string, b []byte) (Trace, error) {
	if err := mustBeText(where, b); err != nil {
		return Trace{}, err
	}
	t := Trace{Step: TraceStep}
	for n := 1; len(b) > 0; n++ {
		var line []byte
		line, b = cutLine(b)
		if len(line) == 0 {
			if len(bytes.TrimSpace(b)) == 0 {
				break
			}
			return Trace{}, fmt.Errorf("%s:%d: an empty line where a machine's samples are expected", where, n)
		}
		if len(t.Load) == maxMachines {
			return Trace{}, fmt.Errorf("%s:%d: more than %d machines: too large for a trace", where, n, maxMachines)
		}
		row, err := parseRow(line)
		if err != nil {
			return Trace{}, fmt.Errorf("%s:%d: %w", where, n, err)
		}
		if err := t.add(row); err != nil {
			return Trace{}, fmt.Errorf("%s:%d: %w", where, n, err)
		}
	}
	if len(t.Load) == 0 {
		return Trace{}, fmt.Errorf("%s: empty; a line a machine is expected, whole percentages with commas between", where)
	}
	return t, nil
}

func parseRow(line []byte) ([]float64, error) {
	row := make([]float64, 0, bytes.Count(line, []byte{','})+1)
	for col := 1; ; col++ {
		if n, width := plain(line); width > 0 {
			row = append(row, float64(n)/100)
			if width == len(line) {
				return row, nil
			}
			line = line[width+1:]
			continue
		}
		field, rest, more := bytes.Cut(line, []byte{','})
		v, err := percent(field)
		if err != nil {
			return nil, fmt.Errorf("column %d: %w", col, err)
		}
		row = append(row, v)
		if !more {
			return row, nil
		}
		line = rest
	}
}

// plain reads the first field of a line if it is nothing but a whole percentage, as most are, and says how long it is; 0 if
// it is anything else.
func plain(line []byte) (n, width int) {
	for width < len(line) && width < len("100") && '0' <= line[width] && line[width] <= '9' {
		n = n*10 + int(line[width]-'0')
		width++
	}
	if n > 100 || width < len(line) && line[width] != ',' {
		return 0, 0
	}
	return n, width
}

func cutLine(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte{'\n'})
	return bytes.TrimSpace(line), rest
}

// percent reads a whole percentage as a fraction of 1.
func percent(field []byte) (float64, error) {
	field = bytes.TrimSpace(field)
	if len(field) == 0 {
		return 0, errors.New("a sample is missing")
	}
	n := 0
	for _, c := range field {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("%q is not a whole percentage", shorten(field))
		}
		if n = n*10 + int(c-'0'); n > 100 {
			return 0, fmt.Errorf("%s is more than 100 %%", shorten(field))
		}
	}
	return float64(n) / 100, nil
}

// unmarked is a text without the byte order mark that some editors put before it.
func unmarked(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\ufeff")) }

func mustBeText(where string, b []byte) error {
	head := b[:min(len(b), 4096)]
	if len(bytes.TrimSpace(head)) == 0 && len(b) == len(head) {
		return fmt.Errorf("%s: empty", where)
	}
	if bytes.IndexByte(head, 0) >= 0 || len(head) < 4096 && !utf8.Valid(head) {
		return fmt.Errorf("%s: binary data, not a trace", where)
	}
	return nil
}

func shorten(b []byte) string {
	if len(b) > 20 {
		return string(b[:20]) + "…"
	}
	return string(b)
}
