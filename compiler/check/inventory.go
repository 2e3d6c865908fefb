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
	"github.com/tune-autonomic/tune/lang"
)

// An inventory is a CSV file with a header: name,cores,mips,memory,watts for hosts and name,mips,memory[,vcpus] for VMs.
// Memory has a unit; watts are a curve at equal steps of load from 0 to 100 %, separated by semicolons.

// readInventory fills names, sizes and power curves of a class from its inventory.
func (c *checker) readInventory(cl *class, f *lang.Field, sizes map[string][]float64) {
	name := c.fieldText(f)
	if name == "" {
		return
	}
	data, full, err := c.files.read(c.sources[0].Path, name)
	if err == nil {
		err = parseInventory(cl, string(data), sizes)
	}
	if err == nil {
		return
	}
	c.report("TUNE0220", c.system, f.Value.Pos(), "inventory "+full+": "+err.Error(), "")
	for _, column := range []string{"cores", "vcpus", "mips", "memory"} {
		sizes[column] = []float64{1}
	}
}

func parseInventory(cl *class, text string, sizes map[string][]float64) error {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comment = '#'
	r.TrimLeadingSpace = true
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return errors.New("it is empty, or no CSV: its first line names the columns")
	}
	columns, err := inventoryColumns(cl.kind, header)
	if err != nil {
		return err
	}
	for name := range columns {
		delete(sizes, name)
	}
	seen := map[string]bool{}
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		if err := inventoryRow(cl, columns, row, sizes, seen); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
	cl.table.Sizes = int32(len(cl.table.Names))
	if len(cl.table.Names) == 0 {
		return errors.New("it lists nothing")
	}
	return nil
}

// inventoryColumns says in which column each thing stands.
func inventoryColumns(kind bundle.Kind, header []string) (map[string]int, error) {
	need, may := []string{"name", "cores", "mips", "memory"}, []string{"watts"}
	if kind == bundle.VM {
		need, may = []string{"name", "mips", "memory"}, []string{"vcpus"}
	}
	columns := map[string]int{}
	for i, h := range header {
		h = strings.TrimSpace(h)
		if !slices.Contains(need, h) && !slices.Contains(may, h) {
			return nil, fmt.Errorf("unknown column %q; there may be %s", h, strings.Join(append(need, may...), ", "))
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

func inventoryRow(cl *class, columns map[string]int, row []string, sizes map[string][]float64, seen map[string]bool) error {
	name := strings.TrimSpace(row[columns["name"]])
	if name == "" || seen[name] {
		return fmt.Errorf("name %q is empty or stands twice", name)
	}
	if len(cl.table.Names) == maxInstances {
		return errors.New("more than a million lines")
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
	text, mul := cell, 1.0
	if column == "memory" {
		i := strings.IndexFunc(cell, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if i < 0 {
			return 0, fmt.Errorf("memory %q has no unit: write %sMiB", cell, cell)
		}
		u, known := unitOf[strings.TrimSpace(cell[i:])]
		if !known || u.base != bundle.Bytes {
			return 0, fmt.Errorf("memory %q has an unknown unit: write MiB or GiB", cell)
		}
		text, mul = strings.TrimSpace(cell[:i]), u.mul
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, fmt.Errorf("%s %q is not a number above 0", column, cell)
	}
	if (column == "cores" || column == "vcpus") && v != math.Trunc(v) {
		return 0, fmt.Errorf("%s %q is not a whole number", column, cell)
	}
	return float64(v * mul), nil
}

func parseCurve(cell string) ([]float64, error) {
	points := strings.Split(cell, ";")
	if len(points) < 2 {
		return nil, fmt.Errorf("watts %q has fewer than two points; separate them by semicolons", cell)
	}
	curve := make([]float64, 0, len(points))
	for _, p := range points {
		v, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, fmt.Errorf("watts %q: %q is not a number", cell, p)
		}
		curve = append(curve, v)
	}
	return curve, nil
}
