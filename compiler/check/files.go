package check

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/std"
	"github.com/tune-autonomic/tune/lang"
)

// Files is what a compilation reads: the program itself, and FS for what it names (modules, inventories), relative to
// the folder of the file that names it. FS may be nil: then nothing but the standard library is found.
type Files struct {
	Main *lang.File
	// Syntax is what is wrong with Main's syntax: what Check finds begins with it.
	Syntax []lang.Error
	FS     fs.FS
	// Sources, if not nil, receives the text of each file that is read.
	Sources finding.Sources
	// Index, if not nil, receives what the names of the program mean. A module is then checked by itself as well.
	Index *Index
	// Stop, if not nil, is asked before each event, function and policy: once it says true, the rest is left out, and what
	// Check gives is worth nothing.
	Stop func() bool
	// Tests asks for the program's tests. They are checked without it, too.
	Tests bool
}

func (f *Files) stopped() bool { return f.Stop != nil && f.Stop() }

// maxRead bounds the files that a program names.
const maxRead = 64 << 20

// read reads a file that a program names in the file `from`.
func (f *Files) read(from, name string) ([]byte, string, error) {
	if f.FS == nil {
		return nil, name, errors.New("this compilation reads no other files")
	}
	full := path.Join(path.Dir(from), name)
	if path.IsAbs(name) || !fs.ValidPath(full) {
		return nil, full, errors.New("it must lie below the folder that is compiled")
	}
	info, err := fs.Stat(f.FS, full)
	if err != nil {
		return nil, full, plain(err)
	}
	if !info.Mode().IsRegular() {
		return nil, full, errors.New("it is no file")
	}
	if info.Size() > maxRead {
		return nil, full, errors.New("it is larger than 64 MiB")
	}
	data, err := fs.ReadFile(f.FS, full)
	return data, full, plain(err)
}

// plain is an error of a file system without the path, which the finding has already said.
func plain(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// module is an imported file.
type module struct {
	name    string
	file    *lang.File
	source  int32
	loading bool
	refused bool // it can't be used, which was reported
	// imports are the modules that it imports, by their names.
	imports map[string]*module
	// library has its names if it has no parameters.
	library *unit
	// filled are its names as uses have filled them in, by what they gave.
	filled map[string]*unit
	// units are the same, in the order of the uses.
	units []*unit
}

// loadImports reads the modules that the program imports, and those that they import.
func (c *checker) loadImports() {
	loaded := map[string]*module{}
	c.importAll(c.system, c.files.Main, loaded, c.modules)
}

func (c *checker) importAll(u *unit, file *lang.File, loaded, names map[string]*module) {
	before := map[string]lang.Span{}
	for _, im := range file.Imports {
		if c.again(u, "import", before, im.Span) {
			continue
		}
		m := c.load(u, file, im, loaded)
		if u == c.system && (m == nil || m.name == "") {
			c.unread = append(c.unread, moduleNamed(im))
		}
		if m == nil {
			continue
		}
		if other := names[m.name]; other != nil && other != m {
			c.reportf("TUNE0204", u, im.Span, "two imported modules are called %s", m.name)
			continue
		}
		names[m.name] = m
	}
}

// moduleNamed is the name of the module that an import is for, the last part of its path; "" if the path could not be read.
func moduleNamed(im *lang.Import) string {
	if im.Path == "" {
		return ""
	}
	return strings.TrimSuffix(path.Base(im.Path), ".tune")
}

// pathOf is where an import says its path, between the quotes that it ends with.
func pathOf(im *lang.Import) lang.Span {
	return lang.Span{Start: max(im.Span.Start, im.Span.End-1-len(im.Path)), End: im.Span.End - 1}
}

// nearLibrary says whether one of the library's modules is called nearly so: that all begin with std/ doesn't count.
func nearLibrary(name string) bool {
	var all []string
	for _, path := range stdModules() {
		all = append(all, strings.TrimPrefix(path, "std/"))
	}
	return nearest(name, all) != ""
}

// load reads one module; nil if it can't be used, which is then reported.
func (c *checker) load(u *unit, from *lang.File, im *lang.Import, loaded map[string]*module) *module {
	text, full, library, err := c.moduleText(from, im.Path)
	if m := loaded[full]; m != nil && m.refused {
		return nil
	}
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			loaded[full] = &module{refused: true}
		}
		listed := ""
		if name, ofLibrary := strings.CutPrefix(im.Path, "std/"); ofLibrary {
			listed = "the library has"
			if nearest("std/"+name, stdModules()) != "" && !nearLibrary(name) {
				c.report("TUNE0218", u, pathOf(im), "module "+quote(im.Path)+" cannot be read: "+err.Error(), listed+": "+list(stdModules()))
				return nil
			}
		}
		if std := "std/" + im.Path; slices.Contains(stdModules(), std) {
			c.report("TUNE0218", u, pathOf(im), "module "+quote(im.Path)+" cannot be read: "+err.Error(), "that of the library is "+quote(std))
			c.change(u, pathOf(im), std)
			return nil
		}
		c.unknown("TUNE0218", u, lang.Name{Text: im.Path, Span: pathOf(im)}, "module "+quote(im.Path)+" cannot be read: "+err.Error(), stdModules(), listed)
		u.lost.lose(lang.Name{Text: im.Path[strings.LastIndexAny(im.Path, "./")+1:]})
		return nil
	}
	if m := loaded[full]; m != nil {
		if m.loading {
			c.report("TUNE0219", u, im.Span, "module "+quote(im.Path)+" imports itself, by way of others", "")
			return nil
		}
		return m
	}
	file, syntax := lang.Parse(full, string(text))
	for _, e := range syntax {
		c.findings = append(c.findings, finding.FromSyntax(full, e))
	}
	if library {
		c.library[file] = true
	}
	m := &module{name: file.Name.Text, file: file, loading: true, imports: map[string]*module{}, filled: map[string]*unit{}}
	loaded[full] = m
	m.source = c.addSource(file)
	if m.refused = file.Kind != "module"; m.refused {
		c.report("TUNE0224", u, im.Span, quote(im.Path)+" is a system, not a module", "a module begins with `module NAME`")
		return nil
	}
	its := c.newUnit(m.source)
	m.file = c.withKinds(its, file)
	c.importAll(its, file, loaded, m.imports)
	m.loading = false
	c.onlyModuleParts(m)
	c.asLibrary(m)
	return m
}

// moduleText finds "std/NAME", and what the library itself imports, in the library; everything else beside the importing
// file.
func (c *checker) moduleText(from *lang.File, name string) (text []byte, full string, library bool, err error) {
	file := name
	if !strings.HasSuffix(file, ".tune") {
		file += ".tune"
	}
	rest, isStd := strings.CutPrefix(file, "std/")
	if isStd || c.library[from] {
		data, err := fs.ReadFile(std.FS, rest)
		return data, "std/" + rest, true, plain(err)
	}
	data, full, err := c.files.read(from.Path, file)
	return data, full, false, err
}

func stdModules() []string {
	var names []string
	files, _ := fs.Glob(std.FS, "*.tune")
	for _, f := range files {
		names = append(names, "std/"+strings.TrimSuffix(f, ".tune"))
	}
	return names
}

func quote(s string) string { return `"` + s + `"` }
