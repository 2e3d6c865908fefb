package compiler_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/finding"
)

// The examples compile; only the older way loses requests, and is told so.
func TestExamplesCompile(t *testing.T) {
	for path, codes := range map[string]string{
		"shop/shop.tune":             "",
		"replicas/replicas.tune":     "TUNE0402 TUNE0402 TUNE0402 TUNE0402",
		"datacenter/cloudsim.tune":   "",
		"datacenter/datacenter.tune": "",
	} {
		t.Run(path, func(t *testing.T) {
			r := compiler.Compile(os.DirFS("../examples"), path)
			var out strings.Builder
			require.NoError(t, finding.Render(&out, r.Findings, r.Sources))
			var found []string
			for _, f := range r.Findings {
				found = append(found, string(f.Code))
			}
			require.Equal(t, codes, strings.Join(found, " "), out.String())
			require.NotNil(t, r.Program)
		})
	}
}
