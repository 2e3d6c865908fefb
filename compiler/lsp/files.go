package lsp

import (
	"bytes"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/std"
)

// A path names a document: that of a file in this machine's form, or for what is no file its URI as it came.

// pathOf is the path of a URI.
func pathOf(uri protocol.DocumentURI) string {
	u, err := url.Parse(string(uri))
	if err != nil || u.Scheme != "file" {
		return string(uri)
	}
	path := u.Path
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, "/")
	}
	return filepath.Clean(filepath.FromSlash(path))
}

func uriOf(path string) protocol.DocumentURI {
	if !filepath.IsAbs(path) {
		return protocol.DocumentURI(path)
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	u := url.URL{Scheme: "file", Path: slashed}
	return protocol.DocumentURI(u.String())
}

// place splits a path into the folder that a compilation sees and the name of the file in it. What is no file, as a buffer
// that was never saved, has no folder and goes by its whole URI.
func place(path string) (dir, name string) {
	if !filepath.IsAbs(path) {
		return "", path
	}
	return filepath.Dir(path), filepath.Base(path)
}

// overlay is a folder as the editor has it: open documents stand before its files. It notes what is asked for.
type overlay struct {
	dir   string
	under fs.FS
	texts map[string]*document
	asked map[string]bool
}

// Open implements fs.FS.
func (o *overlay) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	path := filepath.Join(o.dir, filepath.FromSlash(name))
	o.asked[path] = true
	if d := o.texts[path]; d != nil && d.open {
		return &openText{name: name, size: len(d.text), Reader: bytes.NewReader([]byte(d.text))}, nil
	}
	return o.under.Open(name)
}

// openText is an open document as a file.
type openText struct {
	*bytes.Reader
	name string
	size int
}

func (t *openText) Close() error               { return nil }
func (t *openText) Stat() (fs.FileInfo, error) { return t, nil }
func (t *openText) Name() string               { return filepath.Base(t.name) }
func (t *openText) Size() int64                { return int64(t.size) }
func (t *openText) Mode() fs.FileMode          { return 0o444 }
func (t *openText) ModTime() time.Time         { return time.Time{} }
func (t *openText) IsDir() bool                { return false }
func (t *openText) Sys() any                   { return nil }

// fileOf is the path of a file that a program in dir calls name. Modules of the library are where they are shown.
func (s *server) fileOf(dir, name string) string {
	if module, isStd := strings.CutPrefix(name, "std/"); isStd {
		return s.libraryPath(module)
	}
	if dir == "" {
		return name
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

const libraryScheme = "tune-library:"

// libraryPath is where a module of the library is shown: as a file in the folder for it, if there is one.
func (s *server) libraryPath(module string) string {
	if s.opts.Library == "" {
		return libraryScheme + module
	}
	return filepath.Join(s.opts.Library, module)
}

// inLibrary is the module of the library that is shown at a path.
func (s *server) inLibrary(path string) (module string, ok bool) {
	if module, ok = strings.CutPrefix(path, libraryScheme); ok {
		return module, true
	}
	if s.opts.Library == "" || filepath.Dir(path) != filepath.Clean(s.opts.Library) {
		return "", false
	}
	return filepath.Base(path), true
}

// show makes sure that a module of the library is a file that an editor can open, for reading only.
func (s *server) show(path string) {
	module, isLibrary := s.inLibrary(path)
	if !isLibrary || s.opts.Library == "" {
		return
	}
	text, err := fs.ReadFile(std.FS, module)
	if err != nil {
		return
	}
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, text) {
		return
	}
	if os.MkdirAll(s.opts.Library, 0o755) != nil {
		return
	}
	temporary, err := os.CreateTemp(s.opts.Library, ".tune-*")
	if err != nil {
		return // the editor will say that there is no such file
	}
	_, err = temporary.Write(text)
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(temporary.Name(), 0o444)
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		os.Remove(temporary.Name())
	}
}

// document is the open document at a path, or what its file holds; nil if there is neither.
func (s *server) document(path string) *document {
	if d := s.documents[path]; d != nil && d.open {
		return d
	}
	var text []byte
	var err error
	if module, isLibrary := s.inLibrary(path); isLibrary {
		text, err = fs.ReadFile(std.FS, module)
	} else {
		text, err = readBounded(path)
	}
	if err != nil {
		return nil
	}
	if d := s.closed[path]; d != nil && d.text == string(text) {
		return d
	}
	d := newDocument(path, string(text))
	s.closed[path] = d
	return d
}

// maxFile is the size of a file that is still looked at.
const maxFile = 16 << 20

// readBounded reads a file. A path that isn't absolute is none: it is of a text without a folder.
func readBounded(path string) ([]byte, error) {
	if !filepath.IsAbs(path) {
		return nil, fs.ErrNotExist
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fs.ErrInvalid
	}
	return io.ReadAll(io.LimitReader(f, maxFile))
}

// importPath is the path of a module that a document imports.
func (s *server) importPath(d *document, name string) string {
	file := name
	if !strings.HasSuffix(file, ".tune") {
		file += ".tune"
	}
	module, isStd := strings.CutPrefix(file, "std/")
	_, inLibrary := s.inLibrary(d.path)
	if isStd || inLibrary {
		return s.libraryPath(module)
	}
	dir, _ := place(d.path)
	return filepath.Join(dir, filepath.FromSlash(file))
}
