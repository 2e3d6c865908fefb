package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// tunec runs a command and returns its exit code and what it printed.
func tunec(args ...string) (int, string) {
	var out bytes.Buffer
	app := newApp()
	app.Writer, app.ErrWriter = &out, &out
	code := clitool.Run(app, clitool.Spread(app, append([]string{"tunec"}, args...)))
	return code, out.String()
}

func TestEveryTemplateIsASystemThatIsWellAtOnce(t *testing.T) {
	names := templateNames()
	require.Subset(t, names, []string{"balance", "consolidate", "heal", "replicas", "drain"})
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "project")
			system, bundle := filepath.Join(dir, "system.tune"), filepath.Join(dir, "system.tuneb")
			for _, args := range [][]string{
				{"new", dir, "--template", name},
				{"check", "--strict", system},
				{"fmt", "--check", dir},
				{"test", system},
				{"build", system, "-o", bundle},
			} {
				code, out := tunec(args...)
				require.Zero(t, code, "tunec %v: %s", args, out)
			}
			p, _, err := clitool.ReadBundle(bundle)
			require.NoError(t, err)
			r, err := manager.Simulate(context.Background(), p, manager.SimOptions{Seed: 1})
			require.NoError(t, err)
			require.Zero(t, r.Metrics.Lost())
			for _, file := range []string{"README.md", "Makefile", ".gitignore"} {
				require.FileExists(t, filepath.Join(dir, file))
			}
		})
	}
}

// What is printed can be pasted into a shell, whatever the folder is called.
func TestTheNextCommandCanBePasted(t *testing.T) {
	t.Chdir(t.TempDir())
	for dir, path := range map[string]string{
		"plain": "plain/system.tune", "a b c": "'a b c/system.tune'", "-dash": "./-dash/system.tune", "it's": `'it'\''s/system.tune'`,
	} {
		code, out := tunec("new", "--", dir)
		require.Zero(t, code, out)
		require.Equal(t, dir+" is ready: tunec test "+path+"\n", out)
	}
}

// A test that holds whatever the policies do is none.
func TestTheTestsOfTemplatesNeedTheirPolicies(t *testing.T) {
	idle := map[string][2]string{
		"balance":     {"margin: 15%", "margin: 90%"},
		"consolidate": {"event tick every 1min", "event tick"},
		"heal":        {"silence: 10s", "silence: 1h"},
		"replicas":    {"> 70% for 10s", "> 70% for 1h"},
		"drain":       {"on maintain (hosts: rack)", "on maintain (hosts: rack, limit: 0%)"},
	}
	for _, name := range templateNames() {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "project")
			require.NoError(t, startProject(dir, name))
			system := filepath.Join(dir, "system.tune")
			text, err := os.ReadFile(system)
			require.NoError(t, err)
			edit := idle[name]
			require.Contains(t, string(text), edit[0])
			require.NoError(t, os.WriteFile(system, bytes.ReplaceAll(text, []byte(edit[0]), []byte(edit[1])), 0o644))
			code, out := tunec("test", system)
			require.Equal(t, 1, code, out)
			require.Contains(t, out, "FAIL", "it is a test that fails, not the check")
		})
	}
}

func TestNobodysWorkIsWrittenOver(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mine"), nil, 0o644))
	code, out := tunec("new", dir)
	require.Equal(t, 1, code)
	require.Contains(t, out, "isn't empty: it has mine")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestTemplatesAreListed(t *testing.T) {
	_, help := tunec("new", "--help")
	for _, name := range templateNames() {
		require.Contains(t, help, "   "+name+" ")
	}
	code, out := tunec("new", filepath.Join(t.TempDir(), "x"), "--template", "nonsense")
	require.Equal(t, 2, code)
	require.Contains(t, out, "there are balance, consolidate, drain, heal, replicas")
}
