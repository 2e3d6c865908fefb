package check

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/finding"
	"github.com/tune-autonomic/tune/lang"
)

// An inventory is a CSV file with a header: name,cores,mips,memory,watts for hosts and name,mips,memory[,vcpus] for VMs, and
// the names of the attributes that the class declares.
// Memory has a unit; watts are a curve at equal steps of load from 0 to 100 %, separated by semicolons.

// readInventory fills names, sizes and power curves of a class from its inventory.
func (c *checker) readInventory(cl *class, f *lang.Field, sizes map[string][]float64, attrs map[string]*listed) {
	name := c.fieldText(f)
	if name == "" {
		c.system.lost.nameless["host"] = true
		c.system.lost.nameless["inventory"] = true
		if s, isText := f.Value.(*lang.String); isText && len(s.Holes) == 0 {
			c.report("TUNE0220", c.system, s.Span, "this inventory has no name", `write such as inventory = "hosts.csv"`)
		}
		return
	}
	data, full, err := c.files.read(c.sources[0].Path, name)
	if err == nil {
		c.lockFile(full, string(data))
		if c.files.Sources != nil {
			c.files.Sources[full] = string(data)
		}
		err = parseInventory(cl, string(data), sizes, attrs)
	}
	if err == nil {
		return
	}
	c.system.lost.nameless["host"] = true
	c.system.lost.nameless["inventory"] = true
	c.report("TUNE0220", c.system, f.Value.Pos(), "inventory "+full+": "+err.Error(), "")
	if bad, isBad := err.(*complaints); isBad {
		c.relateLines(full, string(data), bad)
	}
	for _, column := range []string{"cores", "vcpus", "mips", "memory"} {
		sizes[column] = []float64{1}
	}
}

func parseInventory(cl *class, text string, sizes map[string][]float64, attrs map[string]*listed) error {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comment = '#'
	r.TrimLeadingSpace = true
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return errors.New("it is empty, or no CSV: its first line names the columns")
	}
	columns, err := inventoryColumns(cl.kind, header, sortedKeys(attrs))
	if err != nil {
		return err
	}
	for name := range columns {
		delete(sizes, name)
		if a := attrs[name]; a != nil {
			a.given = true
		}
	}
	seen := map[string]bool{}
	var bad complaints
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		var broken *csv.ParseError
		switch {
		case errors.As(err, &broken):
			bad.add(broken.Line, broken.Err)
			continue
		case err != nil:
			return err
		case len(cl.table.Names) == maxInstances:
			return errors.New("more than a million lines")
		}
		line, _ := r.FieldPos(0)
		bad.add(line, inventoryRow(cl, columns, row, sizes, attrs, seen))
	}
	if bad.n > 0 {
		return &bad
	}
	cl.table.Sizes = int32(len(cl.table.Names))
	if len(cl.table.Names) == 0 {
		return errors.New("it lists nothing")
	}
	return nil
}

// NamesIn are the names that an inventory lists, as far as it can be read; of a long one the first.
func NamesIn(inventory string, most int) []string {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(inventory, "\ufeff")))
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, -1
	header, err := r.Read()
	column := slices.IndexFunc(header, func(h string) bool { return strings.TrimSpace(h) == "name" })
	if err != nil || column < 0 {
		return nil
	}
	var names []string
	for len(names) < most {
		row, err := r.Read()
		if err != nil {
			break
		}
		if column < len(row) {
			names = append(names, strings.TrimSpace(row[column]))
		}
	}
	return names
}

// relateLines adds to the last finding the lines of a file with which something is wrong.
func (c *checker) relateLines(file, text string, bad *complaints) {
	if c.hushed || len(c.findings) == 0 {
		return
	}
	last := &c.findings[len(c.findings)-1]
	start, number := 0, 1
	for line := range strings.Lines(text) {
		for i, at := range bad.at {
			if at == number {
				span := lang.Span{Start: start, End: start + len(strings.TrimRight(line, "\r\n"))}
				last.Related = append(last.Related, finding.Related{File: file, Span: span, Msg: bad.told[i]})
			}
		}
		start, number = start+len(line), number+1
	}
}

// complaints are what is wrong with lines of a file: all of it, but of a file that is no inventory at all only the
// beginning.
type complaints struct {
	n    int
	at   []int // lines, from 1
	told []string
}

const maxComplaints = 20

func (c *complaints) add(line int, err error) {
	if err == nil {
		return
	}
	if c.n++; c.n <= maxComplaints {
		c.at, c.told = append(c.at, line), append(c.told, err.Error())
	}
}

func (c *complaints) Error() string {
	var lines []string
	for i, what := range c.told {
		lines = append(lines, fmt.Sprintf("line %d: %s", c.at[i], what))
	}
	if more := c.n - len(c.told); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more lines", more))
	}
	return strings.Join(lines, "; ")
}

// quoted is a cell in quotes, or the beginning of a long one: what isn't an inventory is nobody's business.
func quoted(cell string) string {
	const most = 32
	if runes := []rune(cell); len(runes) > most {
		cell = string(runes[:most]) + "…"
	}
	return strconv.Quote(cell)
}

// inventoryColumns says in which column each thing stands.
func inventoryColumns(kind bundle.Kind, header, attrs []string) (map[string]int, error) {
	need, may := []string{"name", "cores", "mips", "memory"}, []string{"watts"}
	if kind == bundle.VM {
		need, may = []string{"name", "mips", "memory"}, []string{"vcpus"}
	}
	may = append(may, attrs...)
	columns := map[string]int{}
	for i, h := range header {
		h = strings.TrimSpace(h)
		if !slices.Contains(need, h) && !slices.Contains(may, h) {
			return nil, fmt.Errorf("unknown column %s; there may be %s, and attributes that are declared", quoted(h), strings.Join(append(need, may...), ", "))
		}
		if _, twice := columns[h]; twice {
			return nil, fmt.Errorf("column %q stands twice", h)
		}
		columns[h] = i
	}
	for _, n := range need {
		if _, ok := columns[n]; !ok {
			return nil, fmt.Errorf("column %q is missing; the first line names the columns: %s", n, strings.Join(need, ","))
		}
	}
	return columns, nil
}

func inventoryRow(cl *class, columns map[string]int, row []string, sizes map[string][]float64, attrs map[string]*listed, seen map[string]bool) error {
	name := strings.TrimSpace(row[columns["name"]])
	if name == "" || seen[name] {
		return fmt.Errorf("name %s is empty or stands twice", quoted(name))
	}
	if !plainName(name) {
		return fmt.Errorf("name %s: %s", quoted(name), nameRule)
	}
	seen[name] = true
	cl.table.Names = append(cl.table.Names, name)
	for _, column := range sortedKeys(columns) {
		cell := strings.TrimSpace(row[columns[column]])
		if column == "name" {
			continue
		}
		if column == "watts" {
			curve, err := parseCurve(cell)
			if err != nil {
				return err
			}
			cl.table.Watts = append(cl.table.Watts, curve)
			continue
		}
		if a := attrs[column]; a != nil {
			if err := a.take(column, cell); err != nil {
				return err
			}
			continue
		}
		v, err := parseSize(column, cell)
		if err != nil {
			return err
		}
		sizes[column] = append(sizes[column], v)
	}
	return nil
}

// parseSize reads a number; memory has a unit.
func parseSize(column, cell string) (float64, error) {
	text, in := cell, unitOf["B"]
	if column == "memory" {
		i := strings.IndexFunc(cell, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if i < 0 {
			return 0, fmt.Errorf("memory %s has no unit: write one, such as 4096MiB", quoted(cell))
		}
		u, known := unitOf[strings.TrimSpace(cell[i:])]
		if !known || u.base != bundle.Bytes {
			return 0, fmt.Errorf("memory %s has an unknown unit: write MiB or GiB", quoted(cell))
		}
		text, in = strings.TrimSpace(cell[:i]), u
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, fmt.Errorf("%s %s is not a number above 0", column, quoted(cell))
	}
	if (column == "cores" || column == "vcpus") && v != math.Trunc(v) {
		return 0, fmt.Errorf("%s %s is not a whole number", column, quoted(cell))
	}
	if most := mostOf(column); in.of(v) > most {
		return 0, fmt.Errorf("%s %s is more than any machine has, at most %s", column, quoted(cell), sizeText(column, most))
	}
	return in.of(v), nil
}

func parseCurve(cell string) ([]float64, error) {
	points := strings.Split(cell, ";")
	if len(points) < 2 {
		return nil, fmt.Errorf("watts %s has fewer than two points; separate them by semicolons", quoted(cell))
	}
	curve := make([]float64, 0, len(points))
	for _, p := range points {
		v, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, fmt.Errorf("watts: %s is not a number from 0 on", quoted(p))
		}
		if len(curve) > 0 && v < curve[len(curve)-1] {
			return nil, fmt.Errorf("watts: %s is less than at a lower load", quoted(p))
		}
		curve = append(curve, v)
	}
	return curve, nil
}
