package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var block = regexp.MustCompile("(?s)```(tune|sh|text)\n(.*?)```")

// TestTheTutorialIsWhatHappens does what the tutorial says: what is program goes to the end of shop.tune, commands are run,
// and what is shown of their output comes, line by line. A command ends with 0 unless it says otherwise.
func TestTheTutorialIsWhatHappens(t *testing.T) {
	page, err := os.ReadFile("../../docs/tutorial.md")
	require.NoError(t, err)
	tools, dir := t.TempDir(), t.TempDir()
	built, err := exec.Command("go", "build", "-o", tools, "../../cmd/tune", "../../cmd/tunec").CombinedOutput()
	require.NoError(t, err, "%s", built)

	program, said := "", ""
	for _, m := range block.FindAllStringSubmatch(string(page), -1) {
		kind, text := m[1], m[2]
		switch kind {
		case "tune":
			program += text + "\n"
			require.NoError(t, os.WriteFile(filepath.Join(dir, "shop.tune"), []byte(strings.TrimSuffix(program, "\n")), 0o644))
		case "sh":
			said = ""
			for _, command := range strings.Split(strings.TrimSpace(text), "\n") {
				said += run(t, tools, dir, command)
			}
		case "text":
			shows(t, said, text)
		}
	}
}

// run runs a line of the tutorial, and gives what it says.
func run(t *testing.T, tools, dir, command string) string {
	t.Helper()
	c := exec.Command("sh", "-c", command)
	c.Dir = dir
	c.Env = append(os.Environ(), "PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := c.CombinedOutput()
	if strings.HasSuffix(command, "# ends with 1") {
		require.Equal(t, 1, c.ProcessState.ExitCode(), "%s\n%s", command, out)
		return string(out)
	}
	require.NoError(t, err, "%s\n%s", command, out)
	return string(out)
}

// shows holds each line that is shown to one that was said, later than the one before. … stands for anything.
func shows(t *testing.T, said, shown string) {
	t.Helper()
	rest := words(said)
	for _, line := range strings.Split(strings.TrimSpace(shown), "\n") {
		parts := strings.Split(words(line), "…")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(strings.TrimSpace(parts[i]))
		}
		at := regexp.MustCompile(strings.Join(parts, ".*")).FindStringIndex(rest)
		require.NotNil(t, at, "this isn't said (any more): %s\nbut this is:\n%s", line, said)
		_, rest, _ = strings.Cut(rest[at[0]:], "\n")
	}
}

// words are the words of each line, with one blank between.
func words(text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}
