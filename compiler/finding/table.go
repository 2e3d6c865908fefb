package finding

import (
	"slices"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// Info is what there is to say about a code. Text says why it matters and what to do. Wrong is a program that raises the
// code and nothing else, Right the same without the mistake; both go on from Prelude unless they are whole programs. Where
// no program can be shown, both are "", and Text says why.
type Info struct {
	Code     Code
	Severity Severity
	Title    string
	Text     string
	Wrong    string
	Right    string
}

// Lookup finds a code's entry. An unknown code is an error without a title.
func Lookup(code Code) Info {
	if i, known := index[code]; known {
		return Table[i]
	}
	return Info{Code: code}
}

var index = func() map[Code]int {
	m := make(map[Code]int, len(Table))
	for i, info := range Table {
		m[info.Code] = i
	}
	return m
}()

// Table has every code, in order. A code keeps its meaning for good; new ones are added, none is used again.
var Table = slices.Concat(files, syntax, names, behaviour)

var files = []Info{
	{Code: "TUNE0001", Title: "the compiler failed",
		Text: "A mistake of the compiler, not of the program. Please report it with the program. No program is shown here: one that does this is to be mended in the compiler."},
	{Code: "TUNE0002", Title: "file cannot be read",
		Text: "The program does not exist, or may not be read. An inventory that is not there is TUNE0220, a module TUNE0218. No program is shown here: it is told of one that isn't there."},
}

// syntax are the codes of the parser, which gives them their titles.
var syntax = []Info{
	{Code: lang.CodeUnexpected, Title: lang.Titles[lang.CodeUnexpected],
		Text:  "A word or a sign stands where the grammar wants something else. The message says what could stand there; reading goes on at the next line that makes sense.",
		Wrong: `event warm(h: rack) where h.cpu > 50%`,
		Right: `event warm(h: rack) when h.cpu > 50%`},
	{Code: lang.CodeUnterminated, Title: lang.Titles[lang.CodeUnterminated],
		Text: "A text begins with a quote and ends on the same line with another one; a comment that begins with /* ends with */.",
		Wrong: `policy P on go {
  final Tell { notify("it is time) }
}`,
		Right: `policy P on go {
  final Tell { notify("it is time") }
}`},
	{Code: lang.CodeNumber, Title: lang.Titles[lang.CodeNumber],
		Text:  "Units stand right behind their number: % for shares, ns us ms s min h d for times, B KiB MiB GiB TiB for sizes, bit/s kbit/s Mbit/s Gbit/s for rates. Counts are whole numbers without a unit, and an arrow is taken at least once. A unit apart from its number is a word too many: TUNE0101.",
		Wrong: `event tick every 5sec`,
		Right: `event tick every 5s`},
	{Code: lang.CodeEncoding, Title: lang.Titles[lang.CodeEncoding],
		Text:  "Source files are UTF-8. Outside of texts and comments there are words, numbers and the signs of the language; editors like to write others that only look like them.",
		Wrong: `event warm(h: rack) when h.cpu ≥ 50%`,
		Right: `event warm(h: rack) when h.cpu >= 50%`},
	{Code: lang.CodeNesting, Title: lang.Titles[lang.CodeNesting],
		Text:  "Brackets or operators are nested deeper than any program needs: more than 100 deep. Give the inner parts names with let or func.",
		Wrong: "func one() = " + strings.Repeat("(", 101) + "1" + strings.Repeat(")", 101),
		Right: "func one() = 1"},
	{Code: lang.CodeTooLarge, Title: lang.Titles[lang.CodeTooLarge],
		Text: "Source files are at most 16 MiB. Split the file into modules. No program is shown here: it would be larger than that."},
	{Code: lang.CodeMissingEnd, Title: lang.Titles[lang.CodeMissingEnd],
		Text: "A block is opened and never closed. The mark stands at the brace that opens it, the hint says before what the other one belongs.",
		Wrong: `vm Big on rack {
  count = 1
event tick every 5s`,
		Right: `vm Big on rack {
  count = 1
}
event tick every 5s`},
	{Code: lang.CodeReserved, Title: lang.Titles[lang.CodeReserved],
		Text:  "Some words begin or join statements wherever they stand, so that they can't be names: let, for, if, state, when and their like. Choose another name.",
		Wrong: `func state(h: rack) = h.cpu`,
		Right: `func busyness(h: rack) = h.cpu`},
	{Code: lang.CodeText, Title: lang.Titles[lang.CodeText],
		Text: `Braces in a text hold an expression, whose value is filled in; {{ and }} are braces. A backslash begins \n, \t, \" or \\.`,
		Wrong: `policy P on hot(h: rack) {
  final Tell { notify("{h} is at {h.cpu") }
}`,
		Right: `policy P on hot(h: rack) {
  final Tell { notify("{h} is at {h.cpu}") }
}`},
	{Code: lang.CodeTwice, Title: lang.Titles[lang.CodeTwice],
		Text: "A clause may stand once, and some exclude each other: one of them would be ignored. Join two conditions with and.",
		Wrong: `policy P on hot(h: rack) cooldown 1min cooldown 2min {
  final Tell { notify("{h} is hot") }
}`,
		Right: `policy P on hot(h: rack) cooldown 2min {
  final Tell { notify("{h} is hot") }
}`},
}
