// Package data reads loads that were measured elsewhere: CPU traces of machines (the public PlanetLab format, or CSV) and
// requests a minute (the 1998 World Cup site). It finds them by name: in a folder, in a cache, or at their public home,
// whose content it checks; without any of these it makes a load of the same statistics from a seed, and says so.
//
// Nothing is guessed about broken input: a hole, a wrong column or a value that is no percentage is an error that names
// the file and the line.
package data

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"time"
)

// TraceStep is the time between two samples of a trace.
const TraceStep = 300 * time.Second

// Trace is the CPU load of machines: Load[vm][k] is a fraction of the machine's size at time k*Step. All machines have
// the same number of samples, at least one.
type Trace struct {
	Step time.Duration
	Load [][]float64
	// Origin says in one line, for a person, where the trace comes from.
	Origin string
}

// Digest is the SHA-256, in hex, of the canonical form: a line a machine, whole percentages with commas between.
func (t Trace) Digest() string {
	sum := sha256.Sum256(t.csv())
	return hex.EncodeToString(sum[:])
}

func (t Trace) csv() []byte {
	size := 0
	for _, row := range t.Load {
		size += len("100,") * len(row)
	}
	b := make([]byte, 0, size)
	for _, row := range t.Load {
		for k, v := range row {
			if k > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(math.Round(v*100)), 10)
		}
		b = append(b, '\n')
	}
	return b
}
