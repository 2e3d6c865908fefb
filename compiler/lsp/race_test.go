//go:build race

package lsp

// raced says that the race detector watches, which makes all code several times slower.
const raced = true
