package compiler

import (
	"path"
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// A file with syntax errors is checked all the same, and what is found is told unless it may follow from what could not be
// read: it stands there, it is about a name that a broken line may have declared, or it misses something that a broken
// line of the same declaration may have said.

// broken is what a file's gaps hide.
type broken struct {
	file *lang.File
	gaps []gap
	// lost are the kinds of declarations whose name could not be read.
	lost map[string]bool
}

// gap is a part of the file that could not be read.
type gap struct {
	span   lang.Span
	within lang.Span // the declaration in which it stands, empty if none
	words  []string
	// names may have been declared in it: known everywhere, or (local) in its declaration.
	names, local map[string]bool
}

// declaring are the words that a new name follows, by the kind of name.
var declaring = map[string]string{
	"hosts": "class", "vm": "class", "component": "class", "param": "class", "attr": "member", "probe": "member", "op": "op",
	"event": "event", "func": "func", "policy": "policy", "scenario": "scenario", "state": "state", "final": "state",
	"let": "local", "var": "local", "for": "local", "pick": "local",
}

// unknownName says which kinds of lost names a finding may follow from.
var unknownName = map[finding.Code][]string{
	"TUNE0201": {"class", "member", "local"}, "TUNE0202": {"class"}, "TUNE0203": {"member", "op"}, "TUNE0208": {"func"},
	"TUNE0209": {"event"}, "TUNE0210": {"state", "policy", "scenario"}, "TUNE0211": {"op"}, "TUNE0212": {"member"}, "TUNE0223": {"class"},
	"TUNE0225": {"local"},
}

// excuses are the words of which one in a broken line of the same declaration may be what a finding misses; "" is any.
var excuses = map[finding.Code][]string{
	"TUNE0206": {"exists", "none", "when", "if", "where", "->"},
	"TUNE0225": {"->", "state", "final", "let"},
	"TUNE0226": {"apply", "join", "fork"},
	"TUNE0301": {"when", "count", "while"},
	"TUNE0302": {"when", "count", "while"},
	"TUNE0303": {"->", "state", "final"},
	"TUNE0304": {""}, "TUNE0305": {""}, "TUNE0307": {""}, "TUNE0308": {""},
	"TUNE0401": {"drain", "empty", "failure", "undo"},
	"TUNE0402": {"drain", "empty", "failure", "undo"},
}

// missing are the findings that stand at a declaration's name and say what it lacks.
var missing = map[finding.Code]bool{"TUNE0213": true, "TUNE0214": true, "TUNE0226": true}

func newBroken(f *lang.File) *broken {
	b := &broken{file: f, lost: map[string]bool{}}
	for _, span := range f.Gaps {
		g := gap{span: span, names: map[string]bool{}, local: map[string]bool{}}
		for _, d := range f.Decls {
			if at := d.Pos(); at.Start <= span.Start && span.Start < at.End {
				g.within = at
			}
		}
		if g.within == (lang.Span{}) {
			line := strings.LastIndexByte(f.Source[:span.Start], '\n') + 1
			before := strings.TrimSpace(f.Source[line:span.Start])
			if before != "" && !strings.HasSuffix(before, "}") { // it goes on with what stands before it
				g.span.Start = line
			}
		}
		g.words = wordsIn(f.Source[g.span.Start:g.span.End])
		b.declared(&g)
		b.gaps = append(b.gaps, g)
	}
	return b
}

// follows says whether a finding may follow from what could not be read.
func (b *broken) follows(f finding.Finding) bool {
	if f.File != b.file.Path {
		return false
	}
	for _, kind := range unknownName[f.Code] {
		if b.lost[kind] && (kind == "state" || f.Code != "TUNE0210" || !b.inPolicy(f.Span)) {
			return true
		}
	}
	about := wordsIn(b.file.Source[f.Span.Start:f.Span.End])
	for _, g := range b.gaps {
		switch {
		case g.span.Start <= f.Span.Start && f.Span.Start < g.span.End,
			f.Code != "TUNE0204" && g.mayName(about, f.Span),
			g.excuses(f, about):
			return true
		}
	}
	return false
}

func (b *broken) inPolicy(span lang.Span) bool {
	return slices.ContainsFunc(b.file.Decls, func(d lang.Decl) bool {
		_, is := d.(*lang.Policy)
		return is && inside(span, d.Pos())
	})
}

// mayName says whether one of the words may have been declared in the gap.
func (g gap) mayName(words []string, at lang.Span) bool {
	return slices.ContainsFunc(words, func(w string) bool { return g.names[w] || g.local[w] && inside(at, g.within) })
}

// excuses says whether the gap may be what the finding misses; about are the words of the place where it stands.
func (g gap) excuses(f finding.Finding, about []string) bool {
	if !inside(f.Span, g.within) {
		return false
	}
	if missing[f.Code] && headOf(f.Span, g.within) {
		return true
	}
	if f.Code == "TUNE0303" && slices.ContainsFunc(about, func(w string) bool { return slices.Contains(g.words, w) }) {
		return true // an arrow to the state may stand there
	}
	for _, want := range excuses[f.Code] {
		if slices.ContainsFunc(g.words, func(w string) bool { return strings.HasPrefix(w, want) || strings.HasSuffix(w, want) }) {
			return true
		}
	}
	return false
}

func inside(span, within lang.Span) bool { return within.Start <= span.Start && span.End <= within.End }

// headOf says whether a span is the name of a declaration: what follows its first word.
func headOf(span, decl lang.Span) bool { return span.Start-decl.Start <= len("component ") }

// declared finds the names that the gap may have declared. What the tree has all the same needs no excuse.
func (b *broken) declared(g *gap) {
	known := b.named(g.within)
	if len(g.words) > 1 && g.within == (lang.Span{}) && declaring[g.words[0]] == "" && isName(g.words[1]) {
		g.names[g.words[1]] = true // the first word is none of the language
	}
	if len(g.words) > 1 && g.within != (lang.Span{}) && isName(g.words[0]) && strings.HasPrefix(g.words[1], "=") && !known[g.words[0]] {
		g.local[g.words[0]] = true // new = C++
	}
	links := false
	for i, w := range g.words {
		links = links || w == "link"
		next := ""
		if i+1 < len(g.words) {
			next = g.words[i+1]
		}
		kind := declaring[w]
		begins := i == 0 || strings.Contains("{};)", g.words[i-1])
		switch {
		case kind != "" && isName(next):
			switch {
			case kind == "local" || kind == "state":
				g.local[next] = !known[next]
			case kind != "class" || !known[next]:
				g.names[next] = true
			}
		case kind != "" && begins && w != "for":
			b.lost[kind] = true
		case next == ":" && isName(w) && !known[w]:
			g.local[w] = true
		case w == "." && links:
			g.names[next] = true
		case strings.HasPrefix(w, `"`) && !b.inPolicy(g.span):
			g.names[path.Base(strings.Trim(w, `"`))] = true // a host, or a module
		}
	}
}

// named are the classes that the tree has, and the local names of the declaration at a place.
func (b *broken) named(at lang.Span) map[string]bool {
	names := map[string]bool{}
	for _, d := range b.file.Decls {
		switch d := d.(type) {
		case *lang.Hosts:
			names[d.Name.Text] = true
		case *lang.VM:
			names[d.Name.Text] = true
		case *lang.Component:
			names[d.Name.Text] = true
		case *lang.Policy:
			if d.Span == at {
				namesOfPolicy(d, names)
			}
		}
	}
	return names
}

func namesOfPolicy(d *lang.Policy, names map[string]bool) {
	if d.On != nil {
		for _, p := range d.On.Params {
			names[p.Name.Text] = p.Type == nil || p.Type.Name.Text != ""
		}
	}
	for _, s := range d.States {
		names[s.Name.Text] = true
		namesOfBody(s.Body, names)
	}
}

func namesOfBody(body []lang.Stmt, names map[string]bool) {
	for _, s := range body {
		switch s := s.(type) {
		case *lang.Let:
			names[s.Name.Text] = true
		case *lang.Create:
			names[s.Bind.Text] = true
		case *lang.For:
			names[s.Var.Text] = true
			namesOfBody(s.Body, names)
		case *lang.Pick:
			names[s.Var.Text] = true
			namesOfBody(s.Body, names)
		case *lang.Fork:
			namesOfBody(s.Body, names)
		case *lang.Plan:
			namesOfBody(s.Body, names)
		case *lang.If:
			namesOfBody(s.Then, names)
			namesOfBody(s.Else, names)
		case *lang.AllOrNothing:
			namesOfBody(s.Body, names)
		}
	}
}

// isName says whether a text begins as a name does, and is no word of the language.
func isName(w string) bool {
	return w != "" && (w[0] == '_' || w[0] >= 'a' && w[0] <= 'z' || w[0] >= 'A' && w[0] <= 'Z' || w[0] >= 0x80) && !lang.Reserved(w)
}
