package editors

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang/format"
)

// bodyOf is what a snippet inserts, one line or many.
type bodyOf []string

func (b *bodyOf) UnmarshalJSON(raw []byte) error {
	var line string
	if json.Unmarshal(raw, &line) == nil {
		*b = bodyOf{line}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(b))
}

// inserted is a snippet's text with what its places show at first.
func inserted(body bodyOf) string {
	text := strings.Join(body, "\n")
	text = strings.ReplaceAll(text, "$0", "")
	return regexp.MustCompile(`\$\{\d+:([^}]*)\}`).ReplaceAllString(text, "$1")
}

// around is where a snippet may stand, % is the snippet; the others stand where declarations do.
var around = map[string]string{
	"state":   "policy P on e {\n%\nfinal Done\nfinal GiveUp\n}",
	"migrate": "policy P on e { state A {\n%\n}\n-> Done\nfinal Done }",
	"for":     "policy P on e { state A {\n%\n}\n-> Done\nfinal Done }",
	"plan":    "policy P on e { state A {\n%\n}\n-> Done\nfinal Done }",
}

func TestSnippetsAreGoodPrograms(t *testing.T) {
	raw, err := os.ReadFile("vscode/snippets/tune.json")
	require.NoError(t, err)
	var snippets map[string]struct {
		Prefix string
		Body   bodyOf
	}
	require.NoError(t, json.Unmarshal(raw, &snippets))
	require.NotEmpty(t, snippets)
	for name, s := range snippets {
		text := inserted(s.Body)
		if place, ok := around[s.Prefix]; ok {
			text = strings.Replace(place, "%", text, 1)
		}
		_, err := format.Format("system s\n" + text + "\n")
		require.NoError(t, err, "%s:\n%s", name, text)
	}
}
