package data

import (
	"math"
	"math/rand/v2"
	"time"
)

// The PlanetLab day 20110303, measured: 1,052 machines; mean 12.3 %, standard deviation over all samples 17.1, of one
// machine's samples 6.7 on average; 71 % of the machines have a zero at some time, 15 % of all samples are zero; the
// correlation of neighbours is 0.08 on average, and up to 0.25 in a tenth of the machines.
const syntheticMachines = 1052

// Quantiles of the machines' mean load (in percent) and of their share of zeros: values at shares of the machines.
var (
	meanLoad  = [][2]float64{{0, 0.65}, {.05, 1.41}, {.1, 1.62}, {.25, 2.76}, {.5, 6.84}, {.75, 14.43}, {.9, 33.74}, {.95, 41.19}, {.99, 74.42}, {1, 94.6}}
	zeroShare = [][2]float64{{0, 0}, {.27, 0}, {.5, .045}, {.6, .153}, {.75, .302}, {.9, .427}, {.95, .465}, {1, .55}}
)

// variation is the coefficient of variation of a machine's samples that aren't zero.
const variation = 0.3

// syntheticTrace makes a day of these statistics; the same seed makes the same day.
func syntheticTrace(seed uint64) Trace {
	r := rand.New(rand.NewPCG(seed, 0x706c616e65746c61))
	t := Trace{Step: TraceStep, Load: make([][]float64, syntheticMachines)}
	for i := range t.Load {
		mean, zeros := quantile(meanLoad, r.Float64()), quantile(zeroShare, r.Float64())
		memory := math.Max(0, 0.13+float64(0.1*r.NormFloat64()))
		t.Load[i] = syntheticMachine(r, mean, zeros, memory)
	}
	return t
}

func syntheticMachine(r *rand.Rand, mean, zeros, memory float64) []float64 {
	sigma := math.Sqrt(math.Log(1 + float64(variation*variation)))
	level := mean / (1 - zeros)
	row := make([]float64, planetLabDay)
	state := r.NormFloat64()
	for k := range row {
		state = float64(memory*state) + float64(math.Sqrt(1-float64(memory*memory))*r.NormFloat64())
		if r.Float64() < zeros {
			continue
		}
		v := level * math.Exp(float64(sigma*state)-float64(sigma*sigma)/2)
		row[k] = math.Min(99, math.Max(1, math.Round(v))) / 100
	}
	return row
}

func quantile(table [][2]float64, p float64) float64 {
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
