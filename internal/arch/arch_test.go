// Package arch holds the project to its plan: who may import whom, and what pure packages may not do.
package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/tune-autonomic/tune/"

// mayImport says of each room which of ours its code may import. The longest matching room holds; a package may always
// import others of its own room, unless it is listed itself.
var mayImport = map[string][]string{
	"lang":            {},
	"lang/format":     {"lang"},
	"compiler":        {"lang", "compiler"},
	"compiler/bundle": {},
	"drivers":         {"drivers"},
	"runtime":         {"runtime", "compiler/bundle", "drivers", "internal/files"},
	"cmd":             {"cmd", "compiler", "runtime", "drivers", "lang", "internal/files"},
	"examples":        {"compiler", "runtime", "drivers"},
	"editors":         {"lang"},
	"internal":        {"internal"},
}

// pure packages know no clock, do no I/O, start no goroutine and draw no random number.
var pure = []string{"lang", "lang/format", "compiler/bundle", "compiler/ir", "compiler/emit", "compiler/finding", "compiler/diagram", "compiler/diagram/layered", "runtime/vm", "runtime/model", "runtime/engine"}

// impure are the imports that give such things away.
var impure = []string{"os", "net", "net/http", "math/rand", "math/rand/v2", "crypto/rand", "context", "os/exec"}

type source struct {
	path, pkg string
	file      *ast.File
}

// sources are the project's Go files but for tests.
func sources(t *testing.T) []source {
	t.Helper()
	root := "../.."
	var all []source
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "bench") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		all = append(all, source{filepath.ToSlash(rel), filepath.ToSlash(filepath.Dir(rel)), file})
		return nil
	}))
	require.NotEmpty(t, all)
	return all
}

// room is the longest key of mayImport that pkg is in.
func room(pkg string) string {
	for p := pkg; p != "."; p = filepath.ToSlash(filepath.Dir(p)) {
		if _, ok := mayImport[p]; ok {
			return p
		}
	}
	return ""
}

func within(pkg, room string) bool { return pkg == room || strings.HasPrefix(pkg, room+"/") }

func imports(f *ast.File) []string {
	var paths []string
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

func TestImportsGoDownOnly(t *testing.T) {
	for _, s := range sources(t) {
		r := room(s.pkg)
		if r == "" {
			t.Errorf("%s is in no room: add it to mayImport", s.path)
			continue
		}
		for _, path := range imports(s.file) {
			ours, ok := strings.CutPrefix(path, module)
			if !ok || allowed(r, ours) {
				continue
			}
			t.Errorf("%s imports %s: %s may import %v", s.path, ours, r, mayImport[r])
		}
	}
}

func allowed(from, pkg string) bool {
	for _, a := range mayImport[from] {
		if within(pkg, a) {
			return true
		}
	}
	return within(pkg, from) && from != "lang"
}

func TestPurePackagesArePure(t *testing.T) {
	for _, s := range sources(t) {
		isPure := false
		for _, p := range pure {
			isPure = isPure || s.pkg == p
		}
		if !isPure {
			continue
		}
		for _, path := range imports(s.file) {
			for _, bad := range impure {
				if path == bad {
					t.Errorf("%s imports %s, and %s is pure", s.path, path, s.pkg)
				}
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s starts a goroutine, and %s is pure", s.path, s.pkg)
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && (n.Sel.Name == "Now" || n.Sel.Name == "Since" || n.Sel.Name == "Sleep") {
					t.Errorf("%s looks at the clock, and %s is pure", s.path, s.pkg)
				}
			}
			return true
		})
	}
}
