package bundle

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const formatGolden = "testdata/format.golden"

// TestTheFormatHasItsNumber: testdata/format.golden has all that a bundle is made of, under the number of its format. Who
// changes the one must raise the other: old bundles would be misread, or refused with a reason that helps nobody.
func TestTheFormatHasItsNumber(t *testing.T) {
	kept, err := os.ReadFile(formatGolden)
	require.NoError(t, err)
	doc, err := os.ReadFile(document)
	require.NoError(t, err)
	require.Contains(t, string(doc), fmt.Sprintf("format version: %d\n", FormatVersion))
	var number int
	_, err = fmt.Sscanf(string(kept), "format %d", &number)
	require.NoError(t, err)
	is := madeOf(t)
	if FormatVersion <= number {
		require.Empty(t, changed(bare(string(kept)), bare(is)), "what a bundle is made of has changed: raise FormatVersion in file.go and the number in docs/bundle.md, then run this test with -update")
	}
	if string(kept) == is {
		return
	}
	require.True(t, *update, "the format's listing is of format %d: go test ./compiler/bundle -run TestTheFormatHasItsNumber -update", number)
	require.NoError(t, os.WriteFile(formatGolden, []byte(is), 0o644))
}

// changed is the first line in which two listings differ.
func changed(was, is string) string {
	if was == is {
		return ""
	}
	old, now := strings.Split(was, "\n"), strings.Split(is, "\n")
	for i := range min(len(old), len(now)) {
		if old[i] != now[i] {
			return fmt.Sprintf("%q was %q", now[i], old[i])
		}
	}
	return fmt.Sprintf("%d lines were %d", len(now), len(old))
}

// bare is a listing without its number.
func bare(listing string) string {
	_, rest, _ := strings.Cut(listing, "\n")
	return rest
}

// madeOf lists the types and numbers that a bundle is made of: the declarations without their comments, the opcodes with
// their operands, and the series functions.
func madeOf(t *testing.T) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "format %d\n", FormatVersion)
	for _, file := range []string{"program.go", "lock.go"} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, 0)
		require.NoError(t, err)
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && (g.Tok == token.TYPE || g.Tok == token.CONST) {
				b.WriteByte('\n')
				require.NoError(t, format.Node(&b, fset, g))
				b.WriteByte('\n')
			}
		}
	}
	b.WriteByte('\n')
	for op := range NumOps {
		i := &Opcodes[op]
		fmt.Fprintf(&b, "%d %s: %q\n", op, i.Name, []string{operandName(i.A), operandName(i.B), operandName(i.C), kNames[i.K], flowNames[i.Flow]})
	}
	fmt.Fprintf(&b, "\nseries functions: %s\n", strings.Join(SeriesFuncs[:], " "))
	return b.String()
}
