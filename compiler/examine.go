package compiler

import (
	"fmt"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/compiler/ir"
)

// Examine checks a file that was parsed: it finds what CompileSource finds but for what is too
// large for bytecode, which takes longer: measure says that, once, and is nil if there is nothing to measure. It never
// panics. It is for editors, which keep the tree and ask the index of files.
func Examine(files *check.Files) (found []finding.Finding, measure func() []finding.Finding) {
	path := files.Main.Path
	defer func() {
		if failure := recover(); failure != nil {
			found, measure = append(found, internal(path, fmt.Sprint(failure))), nil
		}
	}()
	program, found := check.Check(files)
	if program == nil {
		return found, nil
	}
	return found, func() []finding.Finding { return emitted(program, path).Findings }
}

func emitted(checked *ir.Program, path string) (r Result) {
	defer r.recover(path)
	r.emit(checked, path)
	return r
}
