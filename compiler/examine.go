package compiler

import (
	"fmt"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// Examine checks a file that was parsed, with its syntax errors: it finds what CompileSource finds but for what is too
// large for bytecode, and makes no code. It never panics. It is for editors, which keep the tree and ask the index of files.
func Examine(files *check.Files, syntax []lang.Error) (found []finding.Finding) {
	defer func() {
		if failure := recover(); failure != nil {
			found = append(found, internal(files.Main.Path, fmt.Sprint(failure)))
		}
	}()
	_, found = check.Check(files)
	return withSyntax(files.Main, syntax, found)
}
