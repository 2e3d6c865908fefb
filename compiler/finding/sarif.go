package finding

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"slices"

	"github.com/tune-autonomic/tune/lang"
)

// SARIF 2.1.0 is the static analysis results interchange format of OASIS, which code hosts show beside the lines. The
// structs below are the part of it that findings fill.

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name  string      `json:"name"`
	Rules []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string       `json:"id"`
	ShortDescription sarifText    `json:"shortDescription"`
	FullDescription  sarifText    `json:"fullDescription"`
	Default          sarifDefault `json:"defaultConfiguration"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
	Related   []sarifLocation `json:"relatedLocations,omitempty"`
	Fixes     []sarifFix      `json:"fixes,omitempty"`
}

type sarifLocation struct {
	ID       int           `json:"id,omitempty"`
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifText    `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

type sarifFix struct {
	Description sarifText     `json:"description"`
	Changes     []sarifChange `json:"artifactChanges"`
	Properties  sarifCertain  `json:"properties"`
}

// sarifCertain is in the bag of what SARIF has no word for.
type sarifCertain struct {
	Certain bool `json:"certain"`
}

type sarifChange struct {
	Artifact     sarifArtifact      `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  sarifRegion `json:"deletedRegion"`
	Inserted sarifText   `json:"insertedContent"`
}

// SARIF writes findings as a SARIF 2.1.0 log with one run.
func SARIF(all []Finding, sources Sources) ([]byte, error) {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "tunec", Rules: []sarifRule{}}}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	rules := map[Code]int{}
	index := lines{sources: sources}
	for _, f := range all {
		rule, known := rules[f.Code]
		if !known {
			rule = len(run.Tool.Driver.Rules)
			rules[f.Code] = rule
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(f.Code))
		}
		run.Results = append(run.Results, index.sarif(f, rule))
	}
	return json.MarshalIndent(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}, "", "  ")
}

func sarifRuleOf(code Code) sarifRule {
	info := Lookup(code)
	return sarifRule{string(code), sarifText{info.Title}, sarifText{info.Text}, sarifDefault{info.Severity.String()}}
}

func (l *lines) sarif(f Finding, rule int) sarifResult {
	text := f.Msg
	if f.Hint != "" {
		text += ": " + f.Hint
	}
	r := sarifResult{RuleID: string(f.Code), RuleIndex: rule, Level: f.Severity.String(), Message: sarifText{text},
		Locations: []sarifLocation{{Physical: l.physical(f.File, f.Span)}}}
	for i, other := range f.Related {
		r.Related = append(r.Related, sarifLocation{ID: i + 1, Physical: l.physical(other.File, other.Span), Message: &sarifText{other.Msg}})
	}
	for _, one := range f.Fixes {
		r.Fixes = append(r.Fixes, l.sarifFix(one))
	}
	return r
}

// sarifFix groups a fix's edits by file, in the order in which files come first.
func (l *lines) sarifFix(one Fix) sarifFix {
	out := sarifFix{Description: sarifText{one.Title}, Properties: sarifCertain{!one.Guess}}
	for _, e := range one.Edits {
		uri := sarifURI(e.File)
		i := slices.IndexFunc(out.Changes, func(c sarifChange) bool { return c.Artifact == uri })
		if i < 0 {
			i = len(out.Changes)
			out.Changes = append(out.Changes, sarifChange{Artifact: uri})
		}
		out.Changes[i].Replacements = append(out.Changes[i].Replacements, sarifReplacement{l.region(e.File, e.Span), sarifText{e.New}})
	}
	return out
}

func (l *lines) physical(file string, span lang.Span) sarifPhysical {
	return sarifPhysical{sarifURI(file), l.region(file, span)}
}

func (l *lines) region(file string, span lang.Span) sarifRegion {
	p := l.place(file, span)
	return sarifRegion{p.Line, p.Column, p.EndLine, p.EndColumn}
}

// sarifURI is a path as a relative reference.
func sarifURI(file string) sarifArtifact {
	return sarifArtifact{(&url.URL{Path: filepath.ToSlash(file)}).String()}
}
