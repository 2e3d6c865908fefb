package lsp

import (
	_ "embed"
	"strings"
)

// What the reference says of fields and words: the rows of its tables, which a test takes from docs/language.md.

//go:embed words.tsv
var rowsOfReference string

// row is what one row of the reference says: of a field of a block (hosts.nodes), or of a word.
type row struct{ of, code, text string }

var reference = rowsIn(rowsOfReference)

func rowsIn(text string) []row {
	var all []row
	for line := range strings.Lines(text) {
		if cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(cells) == 3 {
			all = append(all, row{cells[0], cells[1], cells[2]})
		}
	}
	return all
}

// wordDoc is what is said of a word of the language; "" if nothing is.
func wordDoc(word string) string {
	if text := wordDocs[word]; text != "" {
		return text
	}
	return docOf(word)
}

// docOf is what the reference says of a word or a field.
func docOf(of string) string {
	var parts []string
	for _, r := range reference {
		if r.of != of {
			continue
		}
		if r.code == "" {
			parts = append(parts, r.text)
		} else {
			parts = append(parts, "`"+r.code+"`: "+r.text)
		}
	}
	return strings.Join(parts, "\n\n")
}

// fieldsOf are the fields of a block, in the order of the reference.
func fieldsOf(block string) []row {
	var all []row
	for _, r := range reference {
		if name, is := strings.CutPrefix(r.of, block+"."); is {
			all = append(all, row{name, "", r.text})
		}
	}
	return all
}
