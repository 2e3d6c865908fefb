// Package std is the library of the language: modules that come with the compiler, imported as "std/NAME".
package std

import "embed"

// FS has the modules, by file name.
//
//go:embed *.tune
var FS embed.FS
