package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// quiet is how many seconds without a loss part two changes.
const quiet = 20

// losses reads from a report's timeline how many requests were lost at each change.
func losses(dir string) (string, error) {
	f, err := os.Open(filepath.Join(dir, "timeline.csv"))
	if err != nil {
		return "", err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return "", err
	}
	var sums []float64
	last, before := math.Inf(-1), 0.0
	for _, row := range rows[1:] {
		at, err1 := strconv.ParseFloat(row[0], 64)
		lost, err2 := strconv.ParseFloat(row[4], 64)
		if err1 != nil || err2 != nil {
			return "", fmt.Errorf("%s: no numbers in %q", f.Name(), row[:5])
		}
		if lost > before {
			if at-last > quiet {
				sums = append(sums, 0)
			}
			sums[len(sums)-1] += lost - before
			last, before = at, lost
		}
	}
	var texts []string
	for _, s := range sums {
		texts = append(texts, fmt.Sprintf("%.0f", s))
	}
	return strings.Join(texts, " + "), nil
}
