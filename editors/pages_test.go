package editors

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The page about Helix says how the server is started, and how a text is formatted: both are commands of tunec.
func TestThePageAboutHelixNamesCommandsThatThereAre(t *testing.T) {
	compiler, page := tunec(t), read(t, "helix/README.md")
	named := regexp.MustCompile(`command = "tunec",?\s+args = \[(.*)\]`).FindAllStringSubmatch(page, -1)
	require.Len(t, named, 2)
	var commands [][]string
	for _, m := range named {
		commands = append(commands, strings.Split(strings.ReplaceAll(m[1], `"`, ""), ", "))
	}
	require.NoError(t, exec.Command(compiler, append(commands[0], "--help")...).Run())
	require.Equal(t, []string{"lsp"}, commands[0])

	format := exec.Command(compiler, commands[1]...)
	format.Stdin = strings.NewReader("system  s\nhosts a { nodes=[] }\n")
	out, err := format.Output()
	require.NoError(t, err)
	require.Equal(t, "system s\nhosts a { nodes = [] }\n", string(out))
}
