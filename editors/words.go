// Package editors prints the words of the language, as its own tables list them, into the plugins of editors.
package editors

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/tune-autonomic/tune/lang"
)

//go:embed templates
var templates embed.FS

// printed says where the text of each template stands.
var printed = map[string]string{
	"tune.tmLanguage.json": "vscode/syntaxes/tune.tmLanguage.json",
	"tune.vim":             "vim/syntax/tune.vim",
	"tune-mode.el":         "emacs/tune-mode.el",
}

// Files are the printed files: their texts, by path below this folder.
func Files() (map[string]string, error) {
	all, err := template.New("").Funcs(template.FuncMap{"words": words}).ParseFS(templates, "templates/*")
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(printed)) {
		var b strings.Builder
		notice := struct{ Notice string }{"Printed from editors/templates/" + name + " by: go test ./editors -update"}
		if err := all.ExecuteTemplate(&b, name, notice); err != nil {
			return nil, err
		}
		texts[printed[name]] = b.String()
	}
	return texts, nil
}

// words puts a sign between the words of a kind, long words first, so that none hides another that it begins. Words of one
// letter are left out: they are names more often, and templates say where they are not.
func words(kind, sign string) (string, error) {
	var all []string
	for _, w := range lang.Words() {
		if w.Kind == kind && (len(w.Text) > 1 || kind == lang.WordUnit) {
			all = append(all, w.Text)
		}
	}
	if len(all) == 0 {
		return "", fmt.Errorf("the language has no words of the kind %q", kind)
	}
	slices.SortFunc(all, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return strings.Join(all, sign), nil
}
