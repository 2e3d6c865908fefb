package check

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordsIn are the words and signs of a piece of source, readable or not, without its comments: names, texts, arrows,
// numbers with their units, and single signs.
func wordsIn(text string) []string {
	var words []string
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case unicode.IsSpace(r):
			text = text[size:]
			continue
		case strings.HasPrefix(text, "//"):
			text = text[upTo(text, "\n"):]
			continue
		case strings.HasPrefix(text, "->"):
			size = 2
		case r == '"':
			size += upTo(text[1:], "\"\n")
			if size < len(text) && text[size] == '"' {
				size++
			}
		case inName(r) && !unicode.IsDigit(r):
			size = runOf(text, inName)
		case r >= '0' && r <= '9':
			size = runOf(text, func(r rune) bool { return inName(r) || r == '.' || r == '%' })
		}
		words = append(words, text[:size])
		text = text[size:]
	}
	return words
}

func inName(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// upTo is where the first of some signs stands, or the end.
func upTo(text, signs string) int {
	if i := strings.IndexAny(text, signs); i >= 0 {
		return i
	}
	return len(text)
}

// runOf is how long a text's beginning is that has nothing but some runes.
func runOf(text string, of func(rune) bool) int {
	if i := strings.IndexFunc(text, func(r rune) bool { return !of(r) }); i >= 0 {
		return i
	}
	return len(text)
}
