package lsp

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tune-autonomic/tune/internal/docs"
)

var update = flag.Bool("update", false, "rewrite what docs/language.md prints of the editors' help")

// What editors say of functions and members, the reference says.
func TestTheReferenceSaysWhatEditorsSay(t *testing.T) {
	docs.Part(t, "../../docs/language.md", "functions", functionTable(), *update)
	docs.Part(t, "../../docs/language.md", "members", memberTable(), *update)
}

func functionTable() string {
	var b strings.Builder
	b.WriteString("| | gives | |\n|---|---|---|\n")
	for _, f := range builtIns {
		call := strings.Join(f.params, ", ")
		if len(f.params) == 2 && strings.HasPrefix(f.params[0], "set ") { // by and where stand within, without a comma
			call = strings.Join(f.params, " ")
		}
		fmt.Fprintf(&b, "| `%s(%s)` | %s | %s |\n", f.name, call, f.gives, f.doc)
	}
	return b.String()
}

func memberTable() string {
	var b strings.Builder
	b.WriteString("| of | member | |\n|---|---|---|\n")
	of := map[string]string{"hosts": "a host", "vm": "a virtual machine", "component": "software", "planned": "what a [plan](#plans) has of it"}
	for _, kind := range []string{"hosts", "vm", "component", "planned"} {
		for _, key := range slices.Sorted(maps.Keys(memberDocs)) {
			if name, is := strings.CutPrefix(key, kind+"."); is && name != "planned" {
				if kind == "planned" {
					name = "planned." + name
				}
				fmt.Fprintf(&b, "| %s | `.%s` | %s |\n", of[kind], name, memberDocs[key])
			}
		}
	}
	return b.String()
}
