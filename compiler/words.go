package compiler

import (
	"regexp"
	"strings"
)

// wordRE cuts a text, readable or not, into names, texts, arrows and single signs.
var wordRE = regexp.MustCompile(`//[^\n]*|[\pL_][\pL\d_]*|"[^"\n]*"?|->|\d[\w.%]*|\S`)

// wordsIn are the words and signs of a piece of source, without its comments.
func wordsIn(text string) []string {
	var words []string
	for _, w := range wordRE.FindAllString(text, -1) {
		if !strings.HasPrefix(w, "//") {
			words = append(words, w)
		}
	}
	return words
}
