package lang

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// faults are what is said of something that fails, behind it: at 10s migration of Web-1 fails.
var faults = map[string]string{
	"fails": "fail", "stalls": "stall", "silent": "silence", "lies": "lie",
	"crashes": "crash", "crashed": "crash", "dies": "crash",
}

// faultBehind is a fault whose verb stands behind what it is about, from there on: at 10s probe cpu of node3 silent for 1min.
func (w *window) faultBehind(t lexer.Token) (habit, bool) {
	if slices.Contains(atWords, t.Value) {
		return habit{}, false
	}
	verb := 1
	for verb < w.line() && faults[w.value(verb)] == "" {
		verb++
	}
	ours, from, to, n := faults[w.value(verb)], 0, verb, verb+1
	if ours == "" || w.value(verb-1) == "." {
		return habit{}, false
	}
	if w.value(verb-1) == "is" || w.value(verb-1) == "goes" {
		to--
	}
	if t.Value == "probe" && w.value(2) == "of" {
		from = 1
	}
	measured := w.value(from+1) == "of" && to > from+2
	switch {
	case ours == "lie" && measured:
		return w.lies(from, to, n)
	case ours == "silence" && measured, ours == "crash" && !measured, (ours == "fail" || ours == "stall") && (measured || t.Value == "migration"):
		put := append([]lexer.Token{word(ours, w.token(verb))}, slices.Clone(w.tokens[w.at+from:w.at+to])...)
		return w.reads(n, means(w.value(verb)), ours+" "+w.text(from, to), put...)
	}
	return habit{}, false
}

// lies is cpu of node3 lies +20%: of what stands from one token up to another, and n is behind the verb.
func (w *window) lies(from, to, n int) (habit, bool) {
	verb := w.token(n - 1)
	for w.value(n) == "by" || w.value(n) == "+" {
		n++
	}
	by := n
	if w.value(n) == "-" {
		n++
	}
	if w.token(n).Type != tokNumber {
		return habit{}, false
	}
	put := append([]lexer.Token{word("lie", verb)}, slices.Clone(w.tokens[w.at+from:w.at+to])...)
	put = append(append(put, word("by", verb)), w.tokens[w.at+by:w.at+n+1]...)
	return w.reads(n+1, means(verb.Value), "lie "+w.text(from, to)+" by "+w.text(by, n+1), put...)
}
