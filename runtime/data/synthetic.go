package data

import (
	"math"
	"math/rand/v2"
	"time"
)

// The PlanetLab day 20110303, measured: 1,052 machines; mean 12.3 %, standard deviation over all samples 17.1, of one
// machine's samples 6.7 on average; 71 % of the machines have a zero at some time, 15 % of all samples are zero; the
// correlation of neighbours is 0.08 on average, and up to 0.25 in a tenth of the machines; that of samples an hour apart is
// 0.06. No machine goes idle for good. Machines with little load have most of the zeros, and vary most.
const syntheticMachines = 1052

// meanLoad has quantiles of the machines' mean load (in percent): values at shares of the machines.
var meanLoad = [][2]float64{{0, 0.65}, {.05, 1.41}, {.1, 1.62}, {.25, 2.76}, {.5, 6.84}, {.75, 14.43}, {.9, 33.74}, {.95, 41.19}, {.99, 74.42}, {1, 94.6}}

// What machines of a mean load are like: values at loads in percent, in between by interpolation.
var (
	// neverZero is the share of them that have no zero all day, zeroShare that of the zeros in the samples of the others.
	neverZero = [][2]float64{{1.5, 0}, {3.5, .03}, {7.5, .23}, {15, .5}, {30, .71}, {70, .78}}
	zeroShare = [][2]float64{{1.5, .41}, {3.5, .24}, {7.5, .09}, {15, .07}, {30, .056}, {70, .023}}
	// variation is the median of the coefficients of variation of a machine's samples that aren't zero.
	variation = [][2]float64{{1.5, .6}, {3.5, .85}, {7.5, .65}, {15, .54}, {30, .38}, {70, .28}}
)

const (
	// spread is how far machines' variations are apart: the standard deviation of their logarithm.
	spread = 0.5
	// slow is the part of the variance that lasts, on average, and memory how much of it lasts from sample to sample: four
	// hours' worth.
	slow   = 0.2
	memory = 0.98
)

// syntheticTrace makes a day of these statistics; the same seed makes the same day.
func syntheticTrace(seed uint64) Trace {
	r := rand.New(rand.NewPCG(seed, 0x706c616e65746c61))
	t := Trace{Step: TraceStep, Load: make([][]float64, syntheticMachines)}
	for i, rank := range r.Perm(syntheticMachines) { // one machine of each rank, so that each day has the same mean
		t.Load[i] = syntheticMachine(r, at(meanLoad, (float64(rank)+r.Float64())/syntheticMachines))
	}
	return t
}

// syntheticMachine is a machine of a mean load: its samples are log-normal, and a part of their variance lasts.
func syntheticMachine(r *rand.Rand, mean float64) []float64 {
	zeros := 0.0
	if r.Float64() >= at(neverZero, mean) {
		zeros = at(zeroShare, mean)
	}
	cv := at(variation, mean) * math.Exp(float64(spread*r.NormFloat64()))
	sigma := math.Sqrt(math.Log(1 + float64(cv*cv)))
	lasting := math.Min(1, float64(slow*r.ExpFloat64()))
	level := mean / (1 - zeros)
	row := make([]float64, planetLabDay)
	state := r.NormFloat64()
	for k := range row {
		state = float64(memory*state) + float64(math.Sqrt(1-float64(memory*memory))*r.NormFloat64())
		x := float64(math.Sqrt(lasting)*state) + float64(math.Sqrt(1-lasting)*r.NormFloat64())
		if r.Float64() < zeros {
			continue
		}
		v := level * math.Exp(float64(sigma*x)-float64(sigma*sigma)/2)
		row[k] = math.Min(99, math.Max(1, math.Round(v))) / 100
	}
	return row
}

// at is the value at p of a table, whose ends go on as they are.
func at(table [][2]float64, p float64) float64 {
	if p <= table[0][0] {
		return table[0][1]
	}
	for i := 1; i < len(table); i++ {
		a, b := table[i-1], table[i]
		if p <= b[0] {
			return a[1] + float64((b[1]-a[1])*(p-a[0])/(b[0]-a[0]))
		}
	}
	return table[len(table)-1][1]
}

// The World Cup site, measured in the week from 6 July 1998: 14,750 requests a minute on average, 229,426 at most, in the
// evenings of the two semi-finals (7 and 8 July), of the third place (11) and of the final (12).
var matches = []struct {
	day, hour int // of July, UTC
	peak      float64
}{{3, 14, 150e3}, {3, 19, 140e3}, {4, 14, 120e3}, {4, 19, 130e3}, {7, 19, 200e3}, {8, 19, 215e3}, {11, 19, 75e3}, {12, 19, 160e3}}

// syntheticCounts makes a tournament's load; the same seed makes the same one.
func syntheticCounts(seed uint64) Counts {
	r := rand.New(rand.NewPCG(seed, 0x776f726c64637570))
	start := time.Date(1998, time.April, 30, 21, 30, 0, 0, time.UTC)
	end := time.Date(1998, time.July, 26, 22, 0, 0, 0, time.UTC)
	c := Counts{Start: start, Minute: make([]float64, end.Sub(start)/time.Minute)}
	for i := range c.Minute {
		at := start.Add(time.Duration(i) * time.Minute)
		hour := float64(at.Hour()) + float64(at.Minute())/60
		quiet := 8000 * (1 + float64(0.6*math.Sin((hour-9)/24*2*math.Pi)))
		noise := math.Exp(float64(0.08 * r.NormFloat64()))
		c.Minute[i] = math.Round((quiet + match(at)) * noise)
	}
	return c
}

// match is the load that a match brings: it rises before the kick-off, stays for two hours, and falls quickly.
func match(at time.Time) float64 {
	sum := 0.0
	for _, m := range matches {
		kickOff := time.Date(1998, time.July, m.day, m.hour, 0, 0, 0, time.UTC)
		h := at.Sub(kickOff).Hours()
		switch {
		case h < -2 || h > 4:
		case h < 0:
			sum += m.peak * (h + 2) / 2 * 0.5
		case h < 2:
			sum += m.peak * (0.6 + float64(0.2*h))
		default:
			sum += m.peak * math.Exp(-2*(h-2))
		}
	}
	return sum
}
