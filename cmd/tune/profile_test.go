package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
)

// BenchmarkDays is what tune's time goes into: the plays of the demonstration on real data, as commands. Its profile is
// default.pgo (make profile), by which the Go compiler lays out the command.
func BenchmarkDays(b *testing.B) {
	if os.Getenv("TUNE_DATA") == "" {
		b.Skip("no real traces: set TUNE_DATA to a folder that has them")
	}
	dir := b.TempDir()
	plays := [][]string{{"datacenter", "cloudsim.tune", "published"}, {"datacenter", "datacenter.tune", "day"}, {"shop", "shop.tune", "worldcup"}}
	for _, play := range plays {
		r := compiler.Compile(os.DirFS(filepath.Join("..", "..", "examples", play[0])), play[1])
		require.NotNil(b, r.Program, "%v", r.Findings)
		data, err := bundle.Encode(r.Program, bundle.Options{})
		require.NoError(b, err)
		require.NoError(b, os.WriteFile(filepath.Join(dir, play[2]), data, 0o644))
	}
	for b.Loop() {
		for _, play := range plays {
			app := newApp(b.Context())
			app.Writer, app.ErrWriter = io.Discard, io.Discard
			require.NoError(b, app.Run([]string{"tune", "sim", "--scenario", play[2], "--quiet", filepath.Join(dir, play[2])}))
		}
	}
}
