package vm

import (
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// addSeries adds b to a, sample by sample from the newest; the shorter one counts as zero where it ends.
func addSeries(a, b []float64) []float64 {
	for i, x := range b {
		if i == len(a) {
			return append(a, b[i:]...)
		}
		a[i] += x
	}
	return a
}

// seriesFunc is function fun over the samples xs, newest first. Unknown samples are passed over, except that SerLen counts
// them and SerForecast keeps their place in time. NaN if there are too few.
func (m *Machine) seriesFunc(fun int32, xs []float64) float64 {
	switch fun {
	case bundle.SerLen:
		return float64(len(xs))
	case bundle.SerForecast:
		return forecast(xs)
	}
	m.nums = m.nums[:0]
	for _, x := range xs {
		if x == x {
			m.nums = append(m.nums, x)
		}
	}
	return statistic(fun, m.nums)
}

// statistic is function fun over xs, all known; it may reorder and change them.
func statistic(fun int32, xs []float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	switch fun {
	case bundle.SerAvg:
		return mean(xs)
	case bundle.SerMin:
		return slices.Min(xs)
	case bundle.SerMax:
		return slices.Max(xs)
	case bundle.SerStddev:
		return stddev(xs)
	case bundle.SerMedian:
		return median(xs)
	case bundle.SerMad:
		mid := median(xs)
		for i := range xs {
			xs[i] = math.Abs(xs[i] - mid)
		}
		return median(xs)
	case bundle.SerIqr:
		return iqr(xs)
	}
	return math.NaN()
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// stddev is that of a sample: over n-1. Unknown for less than two.
func stddev(xs []float64) float64 {
	if len(xs) < 2 {
		return math.NaN()
	}
	mid, sum := mean(xs), 0.0
	for _, x := range xs {
		sum += float64((x - mid) * (x - mid))
	}
	return math.Sqrt(sum / float64(len(xs)-1))
}

// median sorts xs.
func median(xs []float64) float64 {
	slices.Sort(xs)
	mid := len(xs) / 2
	if len(xs)%2 == 1 {
		return xs[mid]
	}
	return (xs[mid-1] + xs[mid]) / 2
}

// iqr sorts xs. It is the distance of the quartiles at the ranks round(.25(n+1)) and round(.75(n+1)), half up.
func iqr(xs []float64) float64 {
	slices.Sort(xs)
	n := float64(len(xs) + 1)
	lo, hi := int(math.Floor(.25*n+.5)), int(math.Floor(.75*n+.5))
	if lo < 1 || hi > len(xs) {
		return math.NaN()
	}
	return xs[hi-1] - xs[lo-1]
}

// forecast is the least-squares line through xs (newest first, unknown ones passed over), one step after the newest.
func forecast(xs []float64) float64 {
	n, sumT, sumX := 0.0, 0.0, 0.0
	for i, x := range xs {
		if x == x {
			n++
			sumT += float64(-i)
			sumX += x
		}
	}
	if n < 2 {
		return math.NaN()
	}
	midT, midX := sumT/n, sumX/n
	tx, tt := 0.0, 0.0
	for i, x := range xs {
		if x == x {
			d := float64(-i) - midT
			tx += float64(d * (x - midX))
			tt += float64(d * d)
		}
	}
	return midX + float64(tx/tt*(1-midT))
}
