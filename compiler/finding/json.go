package finding

import "encoding/json"

// place is a range as programs read it. Lines and columns count from 1; columns count characters.
type place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

// record is a finding as programs read it.
type record struct {
	Code     Code   `json:"code"`
	Severity string `json:"severity"`
	place
	Message string    `json:"message"`
	Hint    string    `json:"hint,omitempty"`
	Related []related `json:"related,omitempty"`
	Fixes   []fix     `json:"fixes,omitempty"`
}

type related struct {
	place
	Message string `json:"message"`
}

type fix struct {
	Title string `json:"title"`
	// Certain says that it can be made unasked.
	Certain bool   `json:"certain"`
	Edits   []edit `json:"edits"`
}

type edit struct {
	place
	New string `json:"new"`
}

// JSON writes findings as an array of objects with stable keys.
func JSON(all []Finding, sources Sources) ([]byte, error) {
	records := make([]record, 0, len(all))
	index := lines{sources: sources}
	for _, f := range all {
		r := record{Code: f.Code, Severity: f.Severity.String(), place: index.place(f.File, f.Span), Message: f.Msg, Hint: f.Hint}
		for _, other := range f.Related {
			r.Related = append(r.Related, related{index.place(other.File, other.Span), other.Msg})
		}
		for _, one := range f.Fixes {
			out := fix{Title: one.Title, Certain: !one.Guess}
			for _, e := range one.Edits {
				out.Edits = append(out.Edits, edit{index.place(e.File, e.Span), e.New})
			}
			r.Fixes = append(r.Fixes, out)
		}
		records = append(records, r)
	}
	return json.MarshalIndent(records, "", "  ")
}
