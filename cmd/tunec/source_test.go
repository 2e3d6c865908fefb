package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/lang"
)

func TestOfASourceThatIsTooLargeOnlyTheBeginningIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.tune")
	require.NoError(t, os.WriteFile(path, []byte("system large\n"), 0o644))
	require.NoError(t, os.Truncate(path, 300<<20))
	p, err := openProgram(path)
	require.NoError(t, err)
	defer p.close()
	require.Len(t, p.text, lang.MaxSource+1)
	r, err := compile(path)
	require.NoError(t, err)
	require.Len(t, r.Findings, 1)
	require.EqualValues(t, "TUNE0106", r.Findings[0].Code)
}
