package lang_test

import (
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

func TestWalkMissesNothing(t *testing.T) {
	sources := examples(t)
	everything, err := os.ReadFile("../compiler/check/testdata/everything.tune")
	require.NoError(t, err)
	sources["everything"] = string(everything)
	for _, source := range sources {
		file := parse(t, source)
		visited := map[lang.Node]bool{}
		for _, d := range file.Decls {
			lang.Walk(d, func(n lang.Node) {
				require.False(t, visited[n], "twice: %T %v", n, n.Pos())
				visited[n] = true
			})
		}
		requireVisited(t, reflect.ValueOf(file.Decls), visited)
	}
}

// requireVisited holds that all nodes of a tree are in a set. An event is told by its name alone where a trigger stands.
func requireVisited(t *testing.T, v reflect.Value, visited map[lang.Node]bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return
		}
		if n, ok := v.Interface().(lang.Node); ok && v.Kind() == reflect.Pointer {
			require.True(t, visited[n], "%T %v", n, n.Pos())
		}
		requireVisited(t, v.Elem(), visited)
	case reflect.Slice:
		for i := range v.Len() {
			requireVisited(t, v.Index(i), visited)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			requireVisited(t, v.Field(i), visited)
		}
	}
}

func TestTokensAreAllThatIsNotBlank(t *testing.T) {
	const source = "\xef\xbb\xbfsystem s // one\n/* two\n*/ func f() = \"{a} // no\" + 3min /* three */\n}\nevent e\n// four"
	var texts []string
	var kinds []lang.TokenKind
	for _, tok := range lang.Tokens(source) {
		texts = append(texts, at(source, tok.Span))
		kinds = append(kinds, tok.Kind)
	}
	require.Equal(t, []string{"system", "s", "// one", "/* two\n*/", "func", "f", "(", ")", "=", `"{a} // no"`, "+", "3min", "/* three */", "}", "event", "e", "// four"}, texts)
	require.Equal(t, []lang.TokenKind{lang.TokenIdent, lang.TokenIdent, lang.TokenComment, lang.TokenComment, lang.TokenKeyword}, kinds[:5])
	require.Equal(t, lang.TokenString, kinds[9])
	require.Equal(t, lang.TokenNumber, kinds[11])
	require.Len(t, lang.Tokens("system s /* no end"), 2)
}

func TestADocumentingCommentIsOfWhatBeginsTheLineBelow(t *testing.T) {
	funcs := parse(t, "system s\n// Of f.\nfunc f() = 1 func g() = 2\n/*\n// Of none.\n*/ func h() = 3\n").Decls
	require.Equal(t, "Of f.", funcs[0].(*lang.Func).Doc)
	require.Empty(t, funcs[1].(*lang.Func).Doc)
	require.Empty(t, funcs[2].(*lang.Func).Doc)
}
