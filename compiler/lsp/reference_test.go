package lsp

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/internal/docs"
	"github.com/tune-autonomic/tune/lang"
)

var update = flag.Bool("update", false, "rewrite what docs/language.md prints of the editors' help")

// What editors say of functions and members, the reference says.
func TestTheReferenceSaysWhatEditorsSay(t *testing.T) {
	docs.Part(t, "../../docs/language.md", "functions", functionTable(), *update)
	docs.Part(t, "../../docs/language.md", "members", memberTable(), *update)
}

// What the reference says of fields and words, editors say.
func TestEditorsSayWhatTheReferenceSays(t *testing.T) {
	page, err := os.ReadFile("../../docs/language.md")
	require.NoError(t, err)
	rows := rowsOf(string(page))
	if *update {
		require.NoError(t, os.WriteFile("words.tsv", []byte(rows), 0o644))
	}
	kept, err := os.ReadFile("words.tsv")
	require.NoError(t, err)
	require.Equal(t, rows, string(kept), "words.tsv isn't current: go test . -run TestEditorsSay -update, in this folder")
	for _, w := range lang.Words() {
		if w.Kind == lang.WordStatement || w.Kind == lang.WordDeclaration && w.Text != "system" && w.Text != "module" {
			require.NotEmpty(t, wordDoc(w.Text), w.Text)
		}
	}
	for _, block := range []string{"hosts", "vm"} {
		require.NotEmpty(t, fieldsOf(block))
	}
}

var (
	codeSpan = regexp.MustCompile("`([^`]+)`")
	linked   = regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`)
	aWord    = regexp.MustCompile(`[a-z_]+`)
)

// joins are words that say little of what they stand in.
var joins = map[string]bool{"of": true, "to": true, "from": true, "for": true, "by": true, "in": true, "on": true, "at": true, "all": true}

// rowsOf takes the rows of the reference's tables that are about fields and words.
func rowsOf(page string) string {
	blocks := map[string]string{"### Hosts": "hosts", "### Virtual machines": "vm"}
	known := map[string]bool{"capacity": true, "apart": true, "spread": true, "lost": true, "done": true, "migrations": true, "energy": true, "stuck": true, "running": true}
	for _, w := range lang.Words() {
		known[w.Text] = w.Kind != lang.WordType && w.Kind != lang.WordUnit
	}
	var b strings.Builder
	block := ""
	printed := false // by a table of another test
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			block = blocks[line]
		case strings.HasPrefix(line, "<!--"):
			printed = line != "<!-- end -->"
			if block = ""; line == "<!-- settings -->" {
				block, printed = "set", false
			}
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if printed || !strings.HasPrefix(line, "| `") || len(cells) < 2 {
			continue
		}
		text := strings.TrimSpace(linked.ReplaceAllString(cells[1], "$1"))
		if block == "set" {
			fmt.Fprintf(&b, "set.%s\t\t%s; %s if it isn't set\n", strings.Trim(cells[0], " `"), strings.TrimSpace(cells[2]), text)
			continue
		}
		if block != "" && strings.TrimSpace(cells[2]) != "" {
			text = strings.TrimPrefix(text+". If it isn't given: ", ". ") + strings.TrimSpace(cells[2])
		}
		if text == "" {
			continue
		}
		for _, m := range codeSpan.FindAllStringSubmatch(cells[0], -1) {
			if block != "" {
				fmt.Fprintf(&b, "%s.%s\t\t%s\n", block, m[1], text)
				continue
			}
			for i, word := range aWord.FindAllString(m[1], -1) {
				if known[word] && (i == 0 || !joins[word]) {
					fmt.Fprintf(&b, "%s\t%s\t%s\n", word, m[1], text)
				}
			}
		}
	}
	return b.String()
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
	of := map[string]string{"hosts": "a host", "vm": "a virtual machine", "component": "software", "planned": "what a [plan](#plans) has of a host"}
	for _, kind := range []string{"hosts", "vm", "component", "planned"} {
		for _, key := range slices.Sorted(maps.Keys(memberDocs)) {
			if name, is := strings.CutPrefix(key, kind+"."); is && name != "planned" {
				whose := of[kind]
				if kind == "planned" {
					name = "planned." + name
				}
				if name == "planned.host" {
					whose = "what it has of a machine"
				}
				fmt.Fprintf(&b, "| %s | `.%s` | %s |\n", whose, name, memberDocs[key])
			}
		}
	}
	return b.String()
}
