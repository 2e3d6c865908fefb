package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
)

// quiet is how many seconds without a loss part two changes.
const quiet = 20

// losses reads from a report's timeline how many requests were lost at each change that lost any.
func losses(dir string) ([]float64, error) {
	f, err := os.Open(filepath.Join(dir, "timeline.csv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var sums []float64
	last, before := math.Inf(-1), 0.0
	for _, row := range rows[1:] {
		at, err1 := strconv.ParseFloat(row[0], 64)
		lost, err2 := strconv.ParseFloat(row[4], 64)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%s: no numbers in %q", f.Name(), row[:5])
		}
		if lost > before {
			if at-last > quiet {
				sums = append(sums, 0)
			}
			sums[len(sums)-1] += lost - before
			last, before = at, lost
		}
	}
	return sums, nil
}
