package diagram

import (
	"strings"
	"unicode"
)

// em is what the advances below are parts of.
const em = 2048

// advances are the widths of the characters from blank to ~ in Liberation Sans, which are those of Arial and Helvetica: plain,
// then bold.
var advances = [2][95]int{{
	569, 569, 727, 1139, 1139, 1821, 1366, 391, 682, 682, 797, 1196, 569, 682, 569, 569,
	1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 569, 569, 1196, 1196, 1196, 1139,
	2079, 1366, 1366, 1479, 1479, 1366, 1251, 1593, 1479, 569, 1024, 1366, 1139, 1706, 1479, 1593,
	1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933, 1366, 1366, 1251, 569, 569, 569, 961, 1139,
	682, 1139, 1139, 1024, 1139, 1139, 569, 1139, 1139, 455, 455, 1024, 455, 1706, 1139, 1139,
	1139, 1139, 682, 1024, 569, 1139, 1024, 1479, 1024, 1024, 1024, 684, 532, 684, 1196,
}, {
	569, 682, 971, 1139, 1139, 1821, 1479, 487, 682, 682, 797, 1196, 569, 682, 569, 569,
	1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 682, 682, 1196, 1196, 1196, 1251,
	1997, 1479, 1479, 1479, 1479, 1366, 1251, 1593, 1479, 569, 1139, 1479, 1251, 1706, 1479, 1593,
	1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933, 1366, 1366, 1251, 682, 569, 682, 1196, 1139,
	682, 1139, 1251, 1139, 1251, 1139, 682, 1251, 1251, 569, 569, 1139, 569, 1821, 1251, 1251,
	1251, 1251, 797, 1139, 682, 1251, 1139, 1593, 1139, 1139, 1024, 797, 573, 797, 1196,
}}

// few are the other characters that diagrams write themselves.
var few = map[rune]int{'«': 1139, '»': 1139, '×': 1196, '…': 2048}

// font is a size in pixels and a weight.
type font struct {
	size int
	bold bool
}

// The fonts of the diagrams.
var (
	plain = font{12, false}
	small = font{11, false}
	name  = font{14, true}
)

// line is the distance from one line of text to the next.
func (f font) line() int { return f.size + 4 }

// width is how wide a text is, in whole pixels. Characters that the tables lack count as wide as any.
func (f font) width(s string) int {
	table := &advances[0]
	if f.bold {
		table = &advances[1]
	}
	sum := 0
	for _, r := range s {
		if r >= ' ' && r <= '~' {
			sum += table[r-' ']
		} else if w, ok := few[r]; ok {
			sum += w
		} else {
			sum += em
		}
	}
	return (sum*f.size + em - 1) / em
}

// wrap cuts a text at blanks into lines that are at most so wide. A word that is wider by itself is cut between the words in
// it, lastOrder and last_order alike; if it has none, anywhere, and goes on behind a ….
func (f font) wrap(s string, most int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		for f.width(word) > most {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			var head string
			head, word = f.head(word, most)
			lines = append(lines, head)
		}
		switch {
		case line == "":
			line = word
		case f.width(line+" "+word) <= most:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// head cuts off the beginning of a word that is wider than a line.
func (f font) head(word string, most int) (head, rest string) {
	n := f.fits(word, most)
	if seam := seamIn(word, n); seam > 0 {
		return word[:seam], word[seam:]
	}
	if short := f.fits(word, most-f.width("…")); short < n && f.width(word[:short]+"…") <= most {
		return word[:short] + "…", word[short:]
	}
	return word[:n], word[n:]
}

// seamIn is the last place, up to an offset, where one word of a name or of a command ends; 0 if there is none.
func seamIn(text string, most int) int {
	seam, comma := 0, 0
	var last rune
	for i, r := range text {
		if i > most {
			break
		}
		if last == ',' {
			comma = i
		}
		ends := !unicode.IsLetter(last) && !unicode.IsDigit(last)
		if i > 0 && (ends || unicode.IsLower(last) && unicode.IsUpper(r)) {
			seam = i
		}
		last = r
	}
	if comma > 0 { // what stands between two is one thing
		return comma
	}
	return seam
}

// fits is how many bytes of a text are at most so wide; one character always fits.
func (f font) fits(s string, most int) int {
	n := 0
	for i, r := range s {
		if i > 0 && f.width(s[:i+len(string(r))]) > most {
			break
		}
		n = i + len(string(r))
	}
	return n
}
