package check

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// listed is an attribute whose values an inventory may list.
type listed struct {
	t     typ
	given bool // there is a column of its name
	// values are those of the lines; of a text they are the texts.
	values []float64
	texts  []string
}

// listable are the attributes of a class that an inventory may list, by name.
func (c *checker) listable(attrs []*lang.Attr) map[string]*listed {
	out := map[string]*listed{}
	c.muted++ // whoever declares them reports their types
	defer func() { c.muted-- }()
	for _, a := range attrs {
		if t := c.typeRef(c.system, a.Type); !t.bad && !t.opt && t.Base != bundle.Secret && (t.Base == bundle.Text_ || t.Base == bundle.Bool || t.Numeric()) {
			out[a.Name.Text] = &listed{t: t}
		}
	}
	return out
}

// take reads one cell.
func (l *listed) take(column, cell string) error {
	if l.t.Base == bundle.Text_ {
		l.texts = append(l.texts, cell)
		return nil
	}
	v, err := parseAttr(l.t.Base, cell)
	if err != nil {
		return fmt.Errorf("%s %s %w", column, quoted(cell), err)
	}
	l.values = append(l.values, v)
	return nil
}

// parseAttr reads a value as a program would write it.
func parseAttr(base bundle.BaseType, cell string) (float64, error) {
	switch base {
	case bundle.Bool:
		switch cell {
		case "true":
			return 1, nil
		case "false":
			return 0, nil
		}
		return 0, fmt.Errorf("is neither true nor false")
	case bundle.Int, bundle.Float:
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || base == bundle.Int && v != math.Trunc(v) {
			return 0, fmt.Errorf("is not %s", map[bool]string{true: "a whole number", false: "a number"}[base == bundle.Int])
		}
		if base == bundle.Int && math.Abs(v) > mostInt {
			return 0, fmt.Errorf("is beyond 9007199254740991: whole numbers are kept exactly up to there only")
		}
		return v, nil
	}
	i := strings.IndexFunc(cell, func(r rune) bool { return !strings.ContainsRune("+-.0123456789", r) })
	if i < 0 {
		return 0, fmt.Errorf("has no unit")
	}
	u, known := unitOf[strings.TrimSpace(cell[i:])]
	v, err := strconv.ParseFloat(strings.TrimSpace(cell[:i]), 64)
	if err != nil || !known || u.base != base || math.IsInf(v, 0) {
		return 0, fmt.Errorf("is not %s with its unit", map[bundle.BaseType]string{
			bundle.Percent: "a percent", bundle.Duration: "a time", bundle.Bytes: "a size", bundle.Rate: "a rate",
		}[base])
	}
	return u.of(v), nil
}
