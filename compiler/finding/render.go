package finding

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tune-autonomic/tune/lang"
)

// Render writes findings for people: each with its place, the line that it is about, and a caret below.
//
//	error[TUNE0203] shop.tune:41:20: unknown metric "lod" of Tomcat
//	  41 | event busy(t: Tomcat) when t.lod > 80%
//	     |                              ^^^ did you mean load?
func Render(w io.Writer, all []Finding, sources Sources) error {
	index := lines{sources: sources}
	var out strings.Builder
	for _, f := range all {
		line, col := index.of(f.File).At(f.Span.Start)
		fmt.Fprintf(&out, "%s[%s] %s:%d:%d: %s\n", f.Severity, f.Code, f.File, line, col, f.Msg)
		snippet(&out, index.of(f.File), f.Span, f.Hint)
		for _, r := range f.Related {
			line, col := index.of(r.File).At(r.Span.Start)
			fmt.Fprintf(&out, "  %s:%d:%d: %s\n", r.File, line, col, r.Msg)
			snippet(&out, index.of(r.File), r.Span, "")
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// widest is how many characters of a source line are shown: more would only hide the caret.
const widest = 160

// snippet shows the first line of a range, or what stands around it there, and marks what of it is meant. What it takes
// doesn't grow with the line.
func snippet(out *strings.Builder, src *lang.Lines, span lang.Span, hint string) {
	line, col := src.At(span.Start)
	endLine, endCol := src.At(span.End)
	text := src.Text(line)
	at := min(max(span.Start-src.Begin(line), 0), len(text))
	before := lastOf(text[:at], widest/2)
	shown := before + firstOf(text[at:], widest-utf8.RuneCountInString(before))
	if endLine > line {
		endCol = col + widest
	}
	from := utf8.RuneCountInString(before)
	marked := min(endCol-col, utf8.RuneCountInString(shown)-from)

	fmt.Fprintf(out, "%5d | %s\n", line, strings.Map(printable, shown))
	mark := strings.Repeat("^", max(1, marked))
	fmt.Fprintf(out, "      | %s%s\n", strings.Repeat(" ", from), strings.TrimSpace(mark+" "+hint))
}

// firstOf is a text's first n characters.
func firstOf(text string, n int) string {
	end := 0
	for ; n > 0 && end < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	return text[:end]
}

// lastOf is a text's last n characters.
func lastOf(text string, n int) string {
	begin := len(text)
	for ; n > 0 && begin > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:begin])
		begin -= size
	}
	return text[begin:]
}

// printable is r as a terminal may be told it: what would move its cursor or change its colours is a dot.
func printable(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case unicode.IsControl(r):
		return '·'
	}
	return r
}

// lines reads each source once.
type lines struct {
	sources Sources
	read    map[string]*lang.Lines
}

func (l *lines) place(file string, span lang.Span) place {
	p := place{File: file}
	p.Line, p.Column = l.of(file).At(span.Start)
	p.EndLine, p.EndColumn = l.of(file).At(span.End)
	return p
}

func (l *lines) of(file string) *lang.Lines {
	if l.read == nil {
		l.read = map[string]*lang.Lines{}
	}
	if l.read[file] == nil {
		l.read[file] = lang.NewLines(l.sources[file])
	}
	return l.read[file]
}
