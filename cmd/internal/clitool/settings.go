package clitool

import (
	"math"
	"strconv"
	"strings"
)

// units are those of the language, as factors of what registers hold: seconds, bytes, bits a second, fractions of 1.
var units = map[string]float64{
	"": 1, "%": 0.01,
	"ms": 1e-3, "s": 1, "min": 60, "h": 3600,
	"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
	"bit/s": 1, "kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9,
}

// Settings reads name=value pairs; a value is a number with a unit of the language, or without.
func Settings(pairs []string) (map[string]float64, error) {
	set := map[string]float64{}
	for _, p := range pairs {
		name, text, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			return nil, Usagef("--set %q: name=value is expected, as in --set migration_downtime=30s", p)
		}
		v, ok := quantity(text)
		if !ok {
			return nil, Usagef("--set %s: %q is not a number with a unit of the language, such as 30s, 45%% or 1Gbit/s", name, text)
		}
		set[name] = v
	}
	return set, nil
}

func quantity(text string) (float64, bool) {
	end := strings.LastIndexAny(text, "0123456789.") + 1
	factor, known := units[strings.TrimSpace(text[end:])]
	v, err := strconv.ParseFloat(text[:end], 64)
	if err != nil || !known || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, false
	}
	return v * factor, true
}
