// Package compiler turns the text of a system into a bundle's program: parse (lang), check (compiler/check), emit
// (compiler/emit). It says everything that it found, in one run.
package compiler

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/compiler/emit"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
	"github.com/tune-autonomic/tune/lang"
)

// Result is what a compilation gives. Program is nil if a finding is an error. Sources has the text of each file that
// was read, for showing the findings.
type Result struct {
	Program  *bundle.Program
	Suite    *bundle.Suite // of CompileTests: Program with its tests
	Findings []finding.Finding
	Sources  finding.Sources
}

// Compile compiles the system in the file path of fsys; modules and inventories that it names are read from fsys as well.
// What it gives passes the loader's checks. It never panics: an error of the compiler itself is the finding TUNE0001.
func Compile(fsys fs.FS, path string) Result {
	text, err := fs.ReadFile(fsys, path)
	if err != nil {
		return Result{Findings: []finding.Finding{finding.New("TUNE0002", path, lang.Span{}, "cannot read "+path+": "+plain(err), "")}}
	}
	return CompileSource(fsys, path, string(text))
}

// CompileSource compiles a text that stands for the file path of fsys, which need not exist.
func CompileSource(fsys fs.FS, path, text string) (r Result) {
	r.Sources = finding.Sources{path: text}
	defer r.recover(path)
	program := r.parseAndCheck(&check.Files{FS: fsys}, path, text)
	if program == nil {
		return r
	}
	r.emit(program, path)
	return r
}

// emit makes the bundle's program of a checked one, or says why there is none.
func (r *Result) emit(checked *ir.Program, path string) {
	emitted, err := emit.Emit(checked)
	if err == nil {
		err = bundle.Verify(emitted)
	}
	if r.passed(checked, emitted, path, err) {
		r.Program = emitted
	}
}

// CompileTests is CompileSource together with the system's tests.
func CompileTests(fsys fs.FS, path, text string) (r Result) {
	r.Sources = finding.Sources{path: text}
	defer r.recover(path)
	program := r.parseAndCheck(&check.Files{FS: fsys, Tests: true}, path, text)
	if program == nil {
		return r
	}
	var emitted *bundle.Program
	suite, err := emit.EmitSuite(program)
	if err == nil {
		emitted, err = suite.Program, bundle.VerifySuite(suite)
	}
	if r.passed(program, emitted, path, err) {
		r.Program, r.Suite = emitted, suite
	}
	return r
}

// recover makes a finding of a panic.
func (r *Result) recover(path string) {
	if failure := recover(); failure != nil {
		r.Program, r.Suite = nil, nil
		r.Findings = append(r.Findings, internal(path, fmt.Sprint(failure)))
	}
}

// passed says whether a checked program could be emitted and has passed the loader's checks; if not, it says why.
func (r *Result) passed(checked *ir.Program, emitted *bundle.Program, path string, err error) bool {
	switch {
	case err == nil:
		return true
	case emitted == nil:
		r.Findings = append(r.Findings, tooLarge(&checked.Tables, path, err))
	default:
		r.Findings = append(r.Findings, refused(emitted, path, err))
	}
	return false
}

// parseAndCheck parses a text and checks it as the main one of files. The program is nil if a finding is an error.
func (r *Result) parseAndCheck(files *check.Files, path, text string) *ir.Program {
	file, syntax := lang.Parse(path, text)
	files.Main, files.Syntax, files.Sources = file, syntax, r.Sources
	program, found := check.Check(files)
	r.Findings = found
	return program
}

// tooLarge is what the emitter says of a program, at what goes too far.
func tooLarge(p *bundle.Program, path string, err error) finding.Finding {
	var at *emit.Error
	if !errors.As(err, &at) {
		return finding.New("TUNE0229", path, lang.Span{}, err.Error(), "")
	}
	return finding.New("TUNE0229", p.Sources[at.Pos.File].Path, spanOf(at.Pos), at.Msg, "")
}

func spanOf(p bundle.Pos) lang.Span { return lang.Span{Start: int(p.Start), End: int(p.End)} }

// refused is what the loader's checks say of a program, where it stands if they say of which instruction.
func refused(p *bundle.Program, path string, err error) finding.Finding {
	var code *bundle.CodeError
	if !errors.As(err, &code) {
		return finding.New("TUNE0229", path, lang.Span{}, err.Error(), "")
	}
	pos := p.Pos[code.PC]
	return finding.New("TUNE0229", p.Sources[pos.File].Path, spanOf(pos), "this "+code.What, "split it; it is in "+code.Where)
}

func internal(path, msg string) finding.Finding {
	return finding.New("TUNE0001", path, lang.Span{}, "the compiler failed: "+msg, "please report this, with the program")
}

func plain(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}
