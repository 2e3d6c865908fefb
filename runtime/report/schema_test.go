package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

func TestTheSummaryKeepsToItsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/summary.schema.json")
	require.NoError(t, err)
	for name, r := range map[string]*Recorder{"small": smallRun(), "large": largeRun()} {
		var b bytes.Buffer
		require.NoError(t, r.Summary(result(r), digest).WriteJSON(&b))
		v, err := jsonschema.UnmarshalJSON(&b)
		require.NoError(t, err)
		require.NoError(t, schema.Validate(v), name)
	}
	bad, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"system": "shop"}`))
	require.NoError(t, err)
	require.Error(t, schema.Validate(bad), "the schema asks for something")
}
