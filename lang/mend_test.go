package lang_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// One word or sign that is wrong, too much or missing is one mistake, and its line is read as it was meant.
func TestALineWithOneMistakeIsReadAsItWasMeant(t *testing.T) {
	for wrong, right := range map[string]string{
		"probe cpu percent on rack every 1s":                          "probe cpu: percent on rack every 1s",
		"probe cpu: percent on rack evry 1s":                          "probe cpu: percent on rack every 1s",
		"probe cpu: percent percent on rack every 1s":                 "probe cpu: percent on rack every 1s",
		"component A rack [1] stateful { }":                           "component A on rack [1] stateful { }",
		"component A on rack 1] stateful { }":                         "component A on rack [1] stateful { }",
		"event hot(h: rack) wen h.cpu > 1% for 3s":                    "event hot(h: rack) when h.cpu > 1% for 3s",
		"event hot(h rack) when h.cpu > 1%":                           "event hot(h: rack) when h.cpu > 1%",
		"event hot hot(h: rack) when h.cpu > 1%":                      "event hot(h: rack) when h.cpu > 1%",
		"event hot(h: rack) when h.cpu > 1% for 3s 3s":                "event hot(h: rack) when h.cpu > 1% for 3s",
		"link A.b [1] - [1..*] B.a":                                   "link A.b [1] -- [1..*] B.a",
		"policy P on e losless cooldown 3s { final A }":               "policy P on e lossless cooldown 3s { final A }",
		"policy P on e { state A -> B\nfinal B }":                     "policy P on e { state A {} -> B\nfinal B }",
		"policy P on e { state A { }\n-> B at most 3 tmes\nfinal B }": "policy P on e { state A { }\n-> B at most 3 times\nfinal B }",
		// The first word of a line.
		"rack { cores = 2 }":                                        "hosts rack { cores = 2 }",
		"day { until 5s }":                                          "scenario day { until 5s }",
		"cpu: percent on rack every 1s":                             "probe cpu: percent on rack every 1s",
		"hot(h: rack) when h.cpu > 1%":                              "event hot(h: rack) when h.cpu > 1%",
		"A.b [1] -- [1..*] B.a":                                     "link A.b [1] -- [1..*] B.a",
		"policy P on e {\nA { x.y }\n-> B\nfinal B\n}":              "policy P on e {\nstate A { x.y }\n-> B\nfinal B\n}",
		"policy P on e {\nstate A { x.y }\n-> B\nB\n}":              "policy P on e {\nstate A { x.y }\n-> B\nfinal B\n}",
		"policy P on e {\nstate A { x.y }\nB otherwise\nfinal B\n}": "policy P on e {\nstate A { x.y }\n-> B otherwise\nfinal B\n}",
		// Braces.
		"hosts rack { { cores = 2 }":                                 "hosts rack { cores = 2 }",
		"hosts rack { cores = 2 }\n  memory = 2GiB\n}":               "hosts rack { cores = 2\n  memory = 2GiB\n}",
		"policy P on e {\n  state A { x.y } }\n  -> B\n  final B\n}": "policy P on e {\n  state A { x.y }\n  -> B\n  final B\n}",
		"policy P on e {\n  state A {\n    plan {\n      for x in s {\n        lift x\n      apply safely\n    }\n  }\n  -> B\n  final B\n}": "policy P on e {\n  state A {\n    plan {\n      for x in s {\n        lift x\n      }\n      apply safely\n    }\n  }\n  -> B\n  final B\n}",
	} {
		const head, more = "system a\n", "\nhosts more { cores = 1 }\n"
		f, errs := lang.Parse("a.tune", head+wrong+more)
		g, none := lang.Parse("a.tune", head+right+more)
		require.Len(t, errs, 1, wrong)
		require.Empty(t, none, right)
		require.Equal(t, bare(reflect.ValueOf(g.Decls)), bare(reflect.ValueOf(f.Decls)), wrong)
	}
}

// A name that is missing is one mistake, and what stands behind it isn't taken for it.
func TestANameThatIsMissingIsOneMistake(t *testing.T) {
	for _, text := range []string{
		"vm on rack { count = 2 }", "component on rack [1] { }", "event every 5s", "probe : int on rack every 1s",
		"policy P on e { state { x.y }\n-> B\nfinal B }", "policy P on e { state A { x.y }\n-> on failure\nfinal B }",
		"policy P on e { final S { for in s { x.y } } }", "func f(: rack, n: int) = n", "component A on rack [] { }", "component A on rack { }",
	} {
		f, errs := lang.Parse("a.tune", "system a\n"+text+"\nhosts more { cores = 1 }\n")
		require.Len(t, errs, 1, text)
		require.Len(t, f.Decls, 2, text)
		require.NotEmpty(t, f.Gaps, text)
	}
}

// bare writes a tree without where things stand.
func bare(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "-"
		}
		return bare(v.Elem())
	case reflect.Slice:
		var all []string
		for i := range v.Len() {
			all = append(all, bare(v.Index(i)))
		}
		return "[" + strings.Join(all, " ") + "]"
	case reflect.Struct:
		var all []string
		for i := range v.NumField() {
			if v.Field(i).Type() != reflect.TypeFor[lang.Span]() {
				all = append(all, bare(v.Field(i)))
			}
		}
		return v.Type().Name() + "{" + strings.Join(all, " ") + "}"
	}
	return fmt.Sprint(v.Interface())
}

// What other languages write is one mistake, too, and the rest is read.
func TestWhatOtherLanguagesWriteIsOneMistake(t *testing.T) {
	const policy = "policy P on e {\n  state S {\n    plan {\n      var n = 0\n      %\n      apply safely\n    }\n  }\n  -> D\n  final D\n}"
	for _, text := range []string{
		"hosts rack { cores = 2  percent limit = 70%  memory = 2GiB }",
		strings.Replace(policy, "%", "const v = 3", 1),
		strings.Replace(policy, "%", "for (int i = 0; i < 3; i++) { lift x }", 1),
		strings.Replace(policy, "%", "for (x in s) { lift x }", 1),
		strings.Replace(policy, "%", "for x in s:\n        lift x", 1),
		strings.Replace(policy, "%", "if n > 3:\n        lift x", 1),
	} {
		f, errs := lang.Parse("a.tune", "system a\n"+text+"\nhosts more { cores = 1 }\n")
		require.Len(t, errs, 1, "%s: %v", text, errs)
		require.Len(t, f.Decls, 2, text)
		if p, isPolicy := f.Decls[0].(*lang.Policy); isPolicy {
			require.Len(t, p.States, 2, text)
			require.Len(t, p.States[0].Body[0].(*lang.Plan).Body, 3, text)
		}
	}
}
