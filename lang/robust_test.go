package lang_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

// large is a program of about n lines.
func large(n int) string {
	var b strings.Builder
	b.WriteString("system large\n\nhosts rack {\n  nodes = [\"a\", \"b\"]\n  attr high: percent = 45%\n}\n")
	for i := 0; 27*i < n-6; i++ {
		fmt.Fprintf(&b, `
// Relieve%[1]d keeps a host under its ceiling.
event hot%[1]d(h: rack) when avg(h.cpu over 10s) > h.high and some(h.vms) for 10s

policy Relieve%[1]d on hot%[1]d(h: rack) when count(rack) > 1 lossless cooldown 60s {
  state Pick { let v = max(h.vms by cpu where it.memory < 2GiB) }
  -> Choose when v exists
  -> GiveUp otherwise

  state Choose {
    let dst = if v.home != h and v.home.cpu < v.home.low then v.home
              else min(rack by cpu where it != h and fits(v, it))
  }
  -> Move   when dst exists and dst.cpu + share(v, on: dst) < dst.high
  -> GiveUp otherwise

  state Move {
    allocate dst
    for x in h.vms by memory desc where x.home != h at most 2 at once on failure skip {
      migrate x to dst within 2min
    }
  }
  -> Done   on success
  -> GiveUp on failure undo
  final Done
  final GiveUp { notify("{h} is hot ({h.cpu}) and no host can take its load") }
}
`, i)
	}
	return b.String()
}

func BenchmarkParse10300Lines(b *testing.B) {
	source := large(10300)
	lang.Parse("warm.tune", "system warm")
	b.ReportAllocs()
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		if _, errs := lang.Parse("large.tune", source); len(errs) > 0 {
			b.Fatal(errs[0])
		}
	}
}

func TestHostileFilesEndInTime(t *testing.T) {
	million := func(s string) string { return strings.Repeat(s, 1_000_000) }
	many := func(s string) string { return strings.Repeat(s, 50_000) }
	body := "system s\nfunc f() = "
	state := "system s\npolicy P on e {\nstate A {\n"
	hostile := map[string]string{
		"empty":                 "",
		"only space":            strings.Repeat(" \n", 1000),
		"parentheses":           body + million("("),
		"braces":                "system s\n" + million("{"),
		"closing braces":        "system s\n" + million("}"),
		"lists":                 body + million("["),
		"not":                   body + million("not "),
		"minus":                 body + million("- "),
		"if":                    body + million("if "),
		"if then":               body + many("if a then "),
		"sum":                   body + "1" + many(" + 1"),
		"selections":            body + "a" + many(".a"),
		"calls":                 body + million("f("),
		"comparisons":           body + "a" + many(" < a"),
		"filters":               body + "a" + many(" where a"),
		"arguments":             body + "f(" + many("a, ") + "a)",
		"loops":                 state + million("for x in y {\n"),
		"loops without brace":   state + strings.Repeat("for x in y\n", 300_000),
		"else if":               state + "if a { }" + many(" else if a { }"),
		"forks":                 state + many("fork "),
		"nonsense":              "system s\n" + many("a b c\n"),
		"policies without end":  "system s\n" + million("policy P {\n"),
		"states":                "system s\npolicy P on e {\n" + many("state A { x }\n"),
		"text without end":      "system s\nimport \"" + million("x"),
		"texts without end":     "system s\n" + many("import \"x\n"),
		"comment without end":   "system s\n/*" + million("x"),
		"comments without end":  "system s\n" + million("/*"),
		"holes":                 body + `"` + many("{a}") + `"`,
		"open holes":            body + `"` + million("{") + `"`,
		"open holes, odd":       body + `"` + million("{") + `{"`,
		"braces in holes":       body + `"{` + million("((((") + `}"`,
		"digits":                body + million("9"),
		"units":                 body + "1" + million("x"),
		"long name":             "system " + million("x"),
		"zero bytes":            million("\x00"),
		"no UTF-8":              million("\xff\xfe"),
		"no UTF-8, spread":      many("\xff a "),
		"unknown signs":         "system s\n" + many("# @ "),
		"semicolons":            "system s\n" + million(";"),
		"doc comments":          "system s\n" + million("// x\n") + "func f() = 1\n",
		"many doc comments":     "system s\n" + many("// x\nfunc f() = 1\n"),
		"clauses":               "system s\npolicy P" + many(" lossless"),
		"load points":           "system s\nscenario x {\nclients of A: " + many("1 until 2s, "),
		"classes":               "system s\nscenario x {\nat 0s deploy " + many("A, "),
		"parameters":            "system s\nevent e(" + many("a: b, "),
		"carriage returns":      million("\r"),
		"byte order marks":      million("\ufeff"),
		"unclosed at each line": "system s\n" + million("hosts a { b = (\n"),
	}
	for name, source := range hostile {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, errs := lang.Parse("hostile.tune", source)
			require.Less(t, time.Since(start), 20*time.Second)
			require.LessOrEqual(t, len(errs), 100)
			for _, e := range errs {
				require.NotEmpty(t, lang.Titles[e.Code], "every error has a code: %v", e)
				require.Less(t, len(e.Msg)+len(e.Hint), 500, "a message is for people: %v", e)
			}
		})
	}
}

func TestFilesThatAreTooLargeAreRefused(t *testing.T) {
	_, errs := lang.Parse("big.tune", strings.Repeat("\n", lang.MaxSource+1))
	require.Len(t, errs, 1)
	require.Equal(t, lang.CodeTooLarge, errs[0].Code)
	require.Equal(t, "the file has more than 16 MiB", errs[0].Msg)
}

func TestWhatIsNotUTF8IsToldWhereverItStands(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		at     []int
	}{
		"a comment":                   {"system a\n// caf\xe9\n", []int{15}},
		"a comment at the end":        {"system a // caf\xe9", []int{15}},
		"a text":                      {"system a\nhosts r { nodes = [\"\xc3(\"] }\n", []int{29}},
		"a text with a hole":          {"system a\nevent e\npolicy P on e { final A { notify(\"caf\xe9 {1}\") } }\n", []int{54}},
		"once a line":                 {"system a\n// \xe9 \xe9\n// \xe9\n", []int{12, 19}},
		"a name":                      {"system caf\xe9\n", []int{10}},
		"the first word":              {"sys\xfftem a\n", []int{3}},
		"before the first word":       {"\xffsystem a\n", []int{0}},
		"a declaration's word":        {"system a\nho\xffsts r { nodes = [\"n\"] }\n", []int{11}},
		"a surrogate, half of a pair": {"system a\n// \xed\xa0\x80\n", []int{12}},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := lang.Parse("a.tune", c.source)
			var at []int
			for _, e := range errs {
				require.Equal(t, lang.CodeEncoding, e.Code, "%v", errs)
				at = append(at, e.Span.Start)
			}
			require.Equal(t, c.at, at)
		})
	}
}

func TestAnArrowWithinItsStateIsNoMissingBrace(t *testing.T) {
	_, errs := lang.Parse("a.tune", "system a\npolicy P on go {\n  state A {\n    notify(\"a\")\n    -> B\n  }\n  final B\n}\n")
	require.Len(t, errs, 1)
	require.Equal(t, "arrows stand behind the } of their state: put it before them", errs[0].Hint)
	require.Nil(t, errs[0].Fix, "a brace more would close the policy")

	_, errs = lang.Parse("a.tune", "system a\npolicy P on go {\n  state A {\n    notify(\"a\")\n  -> B\n  final B\n}\n")
	require.Len(t, errs, 1)
	require.NotNil(t, errs[0].Fix)
}

// FuzzParse is run with -run ^$ -fuzzminimizetime 20x: making a finding small costs more than finding it.
func FuzzParse(f *testing.F) {
	for _, source := range examples(f) {
		f.Add(source)
	}
	f.Add(large(30))
	f.Add("system s\nfunc f() = \"a {b} {{c}} \\n {")
	f.Fuzz(func(t *testing.T, source string) {
		file, errs := lang.Parse("fuzz.tune", source)
		checkSpans(t, reflect.ValueOf(file.Decls), len(source))
		for i, e := range errs {
			require.True(t, 0 <= e.Span.Start && e.Span.Start <= e.Span.End && e.Span.End <= len(source), "error %v", e)
			require.True(t, i == 0 || errs[i-1].Span.Start < e.Span.Start, "errors stand in order")
		}
	})
}

// checkSpans holds that every span in a tree lies in its file, and that no expression or statement is missing.
func checkSpans(t testing.TB, v reflect.Value, size int) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			checkSpans(t, v.Elem(), size)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if k := v.Index(i).Kind(); k == reflect.Pointer || k == reflect.Interface {
				require.False(t, v.Index(i).IsNil())
			}
			checkSpans(t, v.Index(i), size)
		}
	case reflect.Struct:
		if s, ok := v.Interface().(lang.Span); ok {
			require.True(t, 0 <= s.Start && s.Start <= s.End && s.End <= size, "span %v in a file of %d bytes", s, size)
			return
		}
		for i := range v.NumField() {
			checkSpans(t, v.Field(i), size)
		}
	}
}
