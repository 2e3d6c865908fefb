package bundle

import (
	"fmt"
	"math"
)

// Of says what goes wrong with whom, as a program does, but for how long: lie cpu of node1 by 20 %.
func (f *Fault) Of(p *Program) string {
	text := f.Kind
	switch {
	case f.Probe >= 0:
		text += " " + p.Probes[f.Probe].Name + " of"
	case f.Kind != "crash" && f.Class < 0:
		text += " migration"
	case f.Kind != "crash":
		text += " migration of"
	}
	switch {
	case f.Instance != "":
		text += " " + f.Instance
	case f.Class >= 0:
		text += " " + p.Classes[f.Class].Name
	}
	if f.Kind == "lie" {
		text += fmt.Sprintf(" by %v %%", math.Round(f.By*1e4)/100)
	}
	return text
}
