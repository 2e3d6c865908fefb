package lang

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Codes of the errors of this package. They never change their meaning: people look them up.
const (
	CodeUnexpected   = "TUNE0101" // a word or sign stands where something else is expected
	CodeUnterminated = "TUNE0102" // a text or a comment has no end
	CodeNumber       = "TUNE0103" // a number or its unit cannot be read
	CodeEncoding     = "TUNE0104" // the file is not UTF-8, or has a character that means nothing
	CodeNesting      = "TUNE0105" // brackets or operators are nested too deeply
	CodeTooLarge     = "TUNE0106" // the file is larger than MaxSource
	CodeMissingEnd   = "TUNE0107" // a bracket is opened and never closed
	CodeReserved     = "TUNE0108" // a word of the language is used as a name
	CodeText         = "TUNE0109" // a text has an unknown escape or a hole that cannot be read
	CodeTwice        = "TUNE0110" // a clause is given twice, or two clauses exclude each other
)

// Titles says what each code of this package is about, in a few words.
var Titles = map[string]string{
	CodeUnexpected:   "unexpected word or sign",
	CodeUnterminated: "text or comment without an end",
	CodeNumber:       "bad number or unit",
	CodeEncoding:     "not readable as text",
	CodeNesting:      "nested too deeply",
	CodeTooLarge:     "file too large",
	CodeMissingEnd:   "missing closing bracket",
	CodeReserved:     "reserved word used as a name",
	CodeText:         "bad text literal",
	CodeTwice:        "clause given twice",
}

// Error is a syntax error. Msg says what is wrong there, Hint what to do about it ("" if there is nothing to say), and Fix
// does what the hint says (nil if that takes a person).
type Error struct {
	Span            Span
	Code, Msg, Hint string
	Fix             *Edit

	meant bool // it tells of a sign that is read as what is meant by it
}

// Edit puts New in the place of a range of the text. Guess says that it takes a person to know whether that is meant.
type Edit struct {
	Span  Span
	New   string
	Guess bool
}

// fixed is the error with a change that answers it.
func (e Error) fixed(at Span, text string) Error {
	e.Fix = &Edit{Span: at, New: text}
	return e
}

// guessed is the error with its change as a guess.
func (e Error) guessed() Error {
	if e.Fix != nil {
		e.Fix.Guess = true
	}
	return e
}

func (e Error) Error() string { return e.Code + ": " + e.Msg }

// Line gives the line and the column, both from 1, of a byte offset; columns count characters, not bytes. An offset
// beyond the source is at its end. It reads the whole text before the offset: for many offsets, use NewLines.
func Line(source string, offset int) (line, col int) { return NewLines(source).At(offset) }

// Lines finds line numbers in one source quickly. It is for one goroutine.
type Lines struct {
	source string
	starts []int
	// at, on line, is where the last column was counted to: the next offset is likely to stand behind it.
	at, line, col int
}

// NewLines reads the source once.
func NewLines(source string) *Lines {
	l := &Lines{source: source, starts: []int{0}}
	for i := 0; i < len(source); i++ {
		if source[i] == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// At gives the line and column of an offset, both from 1.
func (l *Lines) At(offset int) (line, col int) {
	offset = min(max(offset, 0), len(l.source))
	line = sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > offset })
	if line != l.line || offset < l.at {
		l.at, l.line, l.col = l.starts[line-1], line, 1
	}
	l.col += utf8.RuneCountInString(l.source[l.at:offset])
	l.at = offset
	return line, l.col
}

// Begin is the offset of a line by its number, which must be one that At gave.
func (l *Lines) Begin(line int) int { return l.starts[line-1] }

// Text is a line by its number, without its end; "" if there is no such line.
func (l *Lines) Text(line int) string {
	if line < 1 || line > len(l.starts) {
		return ""
	}
	rest := l.source[l.starts[line-1]:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimSuffix(rest, "\r")
}
