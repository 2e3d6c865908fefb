package bundletest

import (
	"math"
	"math/rand/v2"
	"reflect"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// Scramble changes n values anywhere in p: numbers, names, lengths of tables.
func Scramble(p *bundle.Program, rng *rand.Rand, n int) {
	for range n {
		scramble(reflect.ValueOf(p).Elem(), rng)
	}
}

func scramble(v reflect.Value, rng *rand.Rand) {
	switch v.Kind() {
	case reflect.Struct:
		scramble(v.Field(rng.IntN(v.NumField())), rng)
	case reflect.Slice:
		n := v.Len()
		switch {
		case rng.IntN(12) == 0:
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		case n > 0 && rng.IntN(12) == 0:
			v.Set(v.Slice(0, rng.IntN(n)))
		case n > 0:
			scramble(v.Index(rng.IntN(n)), rng)
		}
	case reflect.String:
		v.SetString([]string{"", "x", "rack", "\xff"}[rng.IntN(4)])
	case reflect.Bool:
		v.SetBool(rng.IntN(2) == 0)
	case reflect.Float64:
		v.SetFloat([]float64{0, -1, .5, 1e300, math.NaN(), math.Inf(1)}[rng.IntN(6)])
	case reflect.Int32, reflect.Int64:
		near := v.Int() + int64(rng.IntN(5)-2)
		v.SetInt([]int64{near, near, -1, 0, 1, math.MaxInt32, math.MinInt32}[rng.IntN(7)])
	case reflect.Uint8:
		v.SetUint([]uint64{uint64(rng.IntN(40)), 255, 0}[rng.IntN(3)])
	}
}
