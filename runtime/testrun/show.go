package testrun

import (
	"math"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// mostNames is how many members of a set are shown.
const mostNames = 8

// show is what a part of an expectation is now, as a person would say it.
func (t *trial) show(p bundle.Part) string {
	if p.Fact >= 0 && t.facts.all[p.Fact].Kind == bundle.FactIn {
		return t.facts.all[p.Fact].where()
	}
	bits, err := t.run(p.PC)
	if err != nil {
		return "?"
	}
	switch p.Type.Base {
	case bundle.Bool:
		return [...]string{vm.False: "no", vm.True: "yes", vm.Unknown: "unknown"}[bits]
	case bundle.Inst:
		return t.name(p.Type.Space, int32(uint32(bits)))
	case bundle.Set:
		return t.names(p.Type, bits)
	case bundle.Series:
		return "a series"
	}
	return number(p.Type.Base, math.Float64frombits(bits))
}

func (t *trial) name(space, i int32) string {
	if i < 0 || i >= t.model.Size(space) {
		return "none"
	}
	return t.model.Name(space, i)
}

// names are the members of a set that the last run returned.
func (t *trial) names(typ bundle.Type, bits uint64) string {
	var f vm.Frame
	f.R[0] = bits
	members := t.machine.Export(&f, []bundle.Type{typ})[0].Set
	if len(members) == 0 {
		return "none"
	}
	var names []string
	for _, i := range members[:min(len(members), mostNames)] {
		names = append(names, t.name(typ.Space, i))
	}
	text := strings.Join(names, ", ")
	if more := len(members) - mostNames; more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}

// number is a number with its unit.
func number(base bundle.BaseType, v float64) string {
	if math.IsNaN(v) {
		return "unknown"
	}
	digits := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	switch base {
	case bundle.Percent:
		return digits(100*v) + "%"
	case bundle.Duration:
		return digits(v) + "s"
	case bundle.Bytes:
		return scaled(v, 1024, "B", "KiB", "MiB", "GiB", "TiB")
	case bundle.Rate:
		return scaled(v, 1000, "bit/s", "kbit/s", "Mbit/s", "Gbit/s")
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return digits(v)
}

func scaled(v, step float64, units ...string) string {
	i := 0
	for ; i < len(units)-1 && math.Abs(v) >= step; i++ {
		v /= step
	}
	return strconv.FormatFloat(v, 'g', 6, 64) + units[i]
}
