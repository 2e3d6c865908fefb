package data

import "math"

// statistics are what a synthetic day must share with the real one; all in percent but the shares.
type statistics struct{ mean, deviation, within, zeros, everZero, neighbours float64 }

func measure(t Trace) statistics {
	var s statistics
	n, sum, squares := 0.0, 0.0, 0.0
	varied := 0.0
	for _, row := range t.Load {
		m, sq, zeros := 0.0, 0.0, 0.0
		for _, v := range row {
			v *= 100
			m += v
			sq += v * v
			if v == 0 {
				zeros++
			}
		}
		n += float64(len(row))
		sum += m
		squares += sq
		s.zeros += zeros
		if zeros > 0 {
			s.everZero++
		}
		m /= float64(len(row))
		variance := sq/float64(len(row)) - m*m
		s.within += math.Sqrt(max(0, variance))
		if variance > 0 {
			varied++
			s.neighbours += correlation(row, m/100)
		}
	}
	s.mean = sum / n
	s.deviation = math.Sqrt(squares/n - s.mean*s.mean)
	s.within /= float64(len(t.Load))
	s.zeros /= n
	s.everZero /= float64(len(t.Load))
	s.neighbours /= varied
	return s
}

// correlation is that of a row with itself a step later.
func correlation(row []float64, mean float64) float64 {
	top, bottom := 0.0, 0.0
	for k, v := range row {
		bottom += (v - mean) * (v - mean)
		if k > 0 {
			top += (v - mean) * (row[k-1] - mean)
		}
	}
	return top / bottom
}
