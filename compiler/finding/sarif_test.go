package finding_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// full is a finding with all that one can have.
func full() finding.Finding {
	f := example()
	f.Related = []finding.Related{{File: "b c.tune", Span: lang.Span{Start: 0, End: 1}, Msg: "it is declared here"}}
	f.Fixes = []finding.Fix{finding.Change("a.tune", f.Span, "load")}
	return f
}

func TestJSONCarriesFixesAndRelatedPlaces(t *testing.T) {
	data, err := finding.JSON([]finding.Finding{full()}, finding.Sources{"a.tune": source, "b c.tune": "x"})
	require.NoError(t, err)
	require.JSONEq(t, `[{"code": "TUNE0203", "severity": "error", "file": "a.tune", "line": 3, "column": 29, "endLine": 3, "endColumn": 32,
		"message": "unknown metric \"lod\" of Tomcat", "hint": "did you mean load?",
		"related": [{"file": "b c.tune", "line": 1, "column": 1, "endLine": 1, "endColumn": 2, "message": "it is declared here"}],
		"fixes": [{"title": "write load", "certain": true, "edits": [
			{"file": "a.tune", "line": 3, "column": 29, "endLine": 3, "endColumn": 32, "new": "load"}]}]}]`, string(data))
}

// shape is what the schema of SARIF 2.1.0 requires of the objects that a log has here: the keys that must be there, and
// for each key that may be there what its value is.
var shape = map[string]struct {
	required []string
	keys     map[string]string
}{
	"log":         {[]string{"version", "runs"}, map[string]string{"$schema": "uri", "version": "2.1.0", "runs": "[run"}},
	"run":         {[]string{"tool"}, map[string]string{"tool": "tool", "results": "[result", "columnKind": "columnKind"}},
	"tool":        {[]string{"driver"}, map[string]string{"driver": "driver"}},
	"driver":      {[]string{"name"}, map[string]string{"name": "text", "rules": "[rule"}},
	"rule":        {[]string{"id"}, map[string]string{"id": "text", "shortDescription": "message", "fullDescription": "message", "defaultConfiguration": "config"}},
	"config":      {nil, map[string]string{"level": "level"}},
	"message":     {[]string{"text"}, map[string]string{"text": "text"}},
	"result":      {[]string{"message"}, map[string]string{"ruleId": "text", "ruleIndex": "index", "level": "level", "message": "message", "locations": "[location", "relatedLocations": "[location", "fixes": "[fix"}},
	"location":    {nil, map[string]string{"id": "index", "physicalLocation": "physical", "message": "message"}},
	"physical":    {[]string{"artifactLocation"}, map[string]string{"artifactLocation": "artifact", "region": "region"}},
	"artifact":    {nil, map[string]string{"uri": "uri"}},
	"region":      {nil, map[string]string{"startLine": "from1", "startColumn": "from1", "endLine": "from1", "endColumn": "from1"}},
	"fix":         {[]string{"artifactChanges"}, map[string]string{"description": "message", "artifactChanges": "[change", "properties": "bag"}},
	"bag":         {nil, map[string]string{"certain": "bool"}},
	"change":      {[]string{"artifactLocation", "replacements"}, map[string]string{"artifactLocation": "artifact", "replacements": "[replacement"}},
	"replacement": {[]string{"deletedRegion"}, map[string]string{"deletedRegion": "region", "insertedContent": "content"}},
	"content":     {nil, map[string]string{"text": "any"}},
}

// fits checks a value against the schema's part of this name.
func fits(t *testing.T, what string, v any) {
	t.Helper()
	if what[0] == '[' {
		list, isList := v.([]any)
		require.True(t, isList, "%s: %v", what, v)
		for _, one := range list {
			fits(t, what[1:], one)
		}
		return
	}
	part, isObject := shape[what]
	if !isObject {
		fitsPlain(t, what, v)
		return
	}
	object, isMap := v.(map[string]any)
	require.True(t, isMap, "%s: %v", what, v)
	for _, key := range part.required {
		require.Contains(t, object, key, what)
	}
	for key, value := range object {
		require.Contains(t, part.keys, key, what)
		fits(t, part.keys[key], value)
	}
}

func fitsPlain(t *testing.T, what string, v any) {
	t.Helper()
	switch what {
	case "text":
		require.NotEmpty(t, v.(string))
	case "bool":
		require.IsType(t, true, v)
	case "any":
		require.IsType(t, "", v)
	case "uri":
		require.Regexp(t, regexp.MustCompile(`^[^\s\\\\]+$`), v)
	case "level":
		require.Contains(t, []any{"none", "note", "warning", "error"}, v)
	case "columnKind":
		require.Contains(t, []any{"utf16CodeUnits", "unicodeCodePoints"}, v)
	case "index":
		require.GreaterOrEqual(t, v.(float64), 0.0)
	case "from1":
		require.GreaterOrEqual(t, v.(float64), 1.0)
	default:
		require.Equal(t, what, v)
	}
}

func TestSARIFHasTheShapeThatItsSchemaRequires(t *testing.T) {
	warning := finding.New("TUNE0301", "a.tune", lang.Span{Start: 0, End: 6}, "t-- can go under the minimum", "")
	for _, all := range [][]finding.Finding{nil, {full()}, {full(), warning, full()}} {
		data, err := finding.SARIF(all, finding.Sources{"a.tune": source, "b c.tune": "x"})
		require.NoError(t, err)
		var log any
		require.NoError(t, json.Unmarshal(data, &log))
		fits(t, "log", log)
		run := log.(map[string]any)["runs"].([]any)[0].(map[string]any)
		results := run["results"].([]any)
		rules := run["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any)
		require.Len(t, results, len(all))
		for i, r := range results {
			rule := rules[int(r.(map[string]any)["ruleIndex"].(float64))].(map[string]any)
			require.Equal(t, string(all[i].Code), rule["id"])
		}
	}
}
