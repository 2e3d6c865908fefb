package vm

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// Format fills in a text with the registers of f. People read it: figures are rounded to what matters.
func (m *Machine) Format(t *bundle.Text, f *Frame) string {
	var b strings.Builder
	for i, part := range t.Parts {
		b.WriteString(part)
		if i < len(t.Regs) {
			b.WriteString(m.show(t.Types[i], f.R[t.Regs[i]]))
		}
	}
	return b.String()
}

func (m *Machine) show(t bundle.Type, r uint64) string {
	switch t.Base {
	case bundle.Bool:
		return [...]string{"no", "yes", "unknown"}[min(r, Unknown)]
	case bundle.Inst:
		return m.name(t.Space, int32(uint32(r)))
	case bundle.Set:
		ids := m.members(r)
		names := make([]string, len(ids))
		for i, id := range ids {
			names[i] = m.name(t.Space, id)
		}
		return "[" + strings.Join(names, ", ") + "]"
	}
	x := num(r)
	if x != x {
		return "unknown"
	}
	switch t.Base {
	case bundle.Percent:
		return decimals(100*x, 1) + "%"
	case bundle.Duration:
		return seconds(x)
	case bundle.Bytes:
		return scaled(x, 1024, "B", "KiB", "MiB", "GiB", "TiB", "PiB")
	case bundle.Rate:
		return scaled(x, 1000, "bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s")
	case bundle.Int:
		return decimals(x, 0)
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}

func (m *Machine) name(space, i int32) string {
	if i < 0 {
		return "none"
	}
	if !m.exists(space, i) {
		return "unknown"
	}
	return m.w.Name(space, i)
}

// decimals is x with at most n decimals, and no zeros at its end.
func decimals(x float64, n int) string {
	s := strconv.FormatFloat(x, 'f', n, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// scaled is x in the greatest of units, each base times the one before, of which it has one.
func scaled(x, base float64, units ...string) string {
	u := 0
	for math.Abs(x) >= base && u < len(units)-1 {
		x /= base
		u++
	}
	return decimals(x, 1) + " " + units[u]
}

// seconds is a duration as Go writes it, rounded to three digits or whole seconds: 1.5s, 2m0s, 350ms.
func seconds(x float64) string {
	if math.Abs(x) >= math.MaxInt64/1e9 {
		return decimals(x, 0) + "s"
	}
	d := time.Duration(math.Round(x * 1e9))
	for unit := time.Duration(1); unit <= time.Second; unit *= 10 {
		if d.Abs() < 1000*unit {
			return d.Round(unit).String()
		}
	}
	return d.Round(time.Second).String()
}
