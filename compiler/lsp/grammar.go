package lsp

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// Which words the grammar allows at a place is asked of the parser itself: the beginning of the declaration is read with
// the word behind it, and if the first mistake is not at the word, it fits. Blocks that are closed before it are left out.

// keywords are the words of the language that fit at the cursor. A word that could be a name as well counts only where no
// other name fits, or where statements begin.
func (c *cursor) keywords() []string {
	begins := len(c.line) == 0
	if block := c.block(); begins && (block == "hosts" || block == "vm") {
		return []string{"attr"} // else it is a field, whose name the grammar leaves open
	}
	before := c.context()
	nameFits := fits(before, "zzz")
	var found []string
	for _, w := range lang.Words() {
		if w.Kind == lang.WordUnit || w.Kind == lang.WordType || slices.Contains(found, w.Text) {
			continue
		}
		if !begins && c.beginsNext(w) {
			continue
		}
		if nameFits && !lang.Reserved(w.Text) && !(begins && c.inSteps() && w.Kind == lang.WordStatement) {
			continue
		}
		if begins && c.inSteps() && !c.beginsStep(w.Text) {
			continue
		}
		if fits(before, w.Text) || takes[w.Text] != "" && fits(before, w.Text+takes[w.Text]) {
			found = append(found, w.Text)
		}
	}
	return found
}

// goingOn are the words with which the cursor's line can go on with the statement above it.
func (c *cursor) goingOn() []string {
	if len(c.above) == 0 {
		return nil
	}
	longer := *c
	longer.line = c.above
	return longer.keywords()
}

// takes is what stands behind operators that are read only with it.
var takes = map[string]string{"over": " 1s", "last": " 1", "not": " in x"}

// beginsNext says whether a word in the middle of a line would begin the next declaration or step.
func (c *cursor) beginsNext(w lang.Word) bool {
	switch w.Kind {
	case lang.WordDeclaration:
		return c.block() == ""
	case lang.WordMember:
		return c.block() != "" && w.Text != "at" && w.Text != "until"
	case lang.WordStatement, lang.WordReserved:
		switch w.Text {
		case "let", "var", "fork", "join", "plan", "state", "final", "policy", "func":
			return true
		case "for":
			return c.inSteps()
		}
		return w.Kind == lang.WordStatement && c.inSteps() && w.Text != "if" && w.Text != "all"
	}
	return false
}

// beginsStep says whether a word that could begin a statement does so where the cursor is: in a plan, or in a state.
func (c *cursor) beginsStep(word string) bool {
	switch word {
	case "let", "for":
		return true
	case "policy", "func", "state", "final":
		return false
	}
	return planOnly(word) == c.inPlan()
}

// planOnly says whether a statement is a step of plans.
func planOnly(word string) bool {
	switch word {
	case "var", "if", "else", "add", "remove", "lift", "back", "place", "pick", "all", "give", "apply":
		return true
	}
	return false
}

func fits(before, word string) bool {
	_, syntax := lang.Parse("", before+word)
	for _, e := range syntax {
		if e.Span.Start == len(before) && e.Code != lang.CodeMissingEnd {
			return false
		}
		if e.Code == lang.CodeTwice && e.Span.Start < len(before) && e.Span.End == len(before)+len(word) {
			return false
		}
	}
	return true
}

// context is a program that ends where the cursor is: the heads of the blocks around it, and its own line.
func (c *cursor) context() string {
	var b strings.Builder
	if !(c.block() == "" && len(c.line) == 0 && c.decl.Start == 0 && c.doc.parsed().Kind == "") {
		b.WriteString("system s\n")
	}
	for i, word := range c.blocks {
		b.WriteString(headOf(word, c.blocks[:i]))
	}
	if c.block() == "policy" {
		b.WriteString("state A {}\n")
	}
	if c.inSteps() && c.closedIf() {
		b.WriteString("if true {} ")
	}
	b.WriteString(strings.Join(c.line, " "))
	b.WriteString(" ")
	return b.String()
}

func headOf(word string, around []string) string {
	switch word {
	case "hosts":
		return "hosts h {\n"
	case "vm":
		return "vm v on h {\n"
	case "component":
		return "component c on h [1] {\n"
	case "policy":
		return "policy p on e {\n"
	case "scenario":
		return "scenario s {\n"
	case "test":
		return "test \"t\" in s {\n"
	case "state", "final":
		return word + " S {\n"
	case "for":
		return "for x in s {\n"
	case "if", "else":
		return "if true {\n"
	case "pick":
		return "pick x from s by 1 {\n"
	case "all":
		return "all or nothing {\n"
	case "fork", "plan":
		return word + " {\n"
	}
	return "{\n"
}

// closedIf says whether the block of an `if` ends right before the cursor.
func (c *cursor) closedIf() bool {
	if len(c.line) > 0 {
		return false
	}
	before := strings.TrimRight(c.doc.text[:c.word.Start], " \t\r\n")
	if !strings.HasSuffix(before, "}") {
		return false
	}
	was := cursorAt(c.doc, len(before)-1)
	return was.block() == "if"
}
