package format

import "strings"

// alignComments puts the comments at the ends of consecutive lines into one column.
func (p *printed) alignComments() {
	for from := 0; from < len(p.lines); {
		to := from
		column := commentColumn
		for ; to < len(p.lines) && p.lines[to].comment != ""; to++ {
			column = max(column, p.lines[to].end()+2)
		}
		for i := from; i < to; i++ {
			l := &p.lines[i]
			l.code = append(l.code, strings.Repeat(" ", column-l.end())+l.comment...)
		}
		from = max(to, from+1)
	}
}

// end is the column behind a line's code.
func (l *line) end() int { return behind(0, string(l.code)) }

func (l *line) blank() bool { return len(l.code) == 0 }

func (p *printed) text() string { return p.between(0, len(p.lines)) }

func (p *printed) between(from, to int) string {
	var b strings.Builder
	for _, l := range p.lines[from:to] {
		b.Write(l.code)
		b.WriteByte('\n')
	}
	return b.String()
}
