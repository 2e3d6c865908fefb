package clitool

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/tune-autonomic/tune/drivers/sim"
)

// units are those of the language: what they measure, and how much of what registers hold (seconds, bytes, bits a second,
// fractions of 1).
var units = map[string]struct {
	of     sim.Unit
	factor float64
}{
	"": {sim.Number, 1}, "%": {sim.Share, 0.01},
	"ns": {sim.Seconds, 1e-9}, "us": {sim.Seconds, 1e-6}, "ms": {sim.Seconds, 1e-3}, "s": {sim.Seconds, 1},
	"min": {sim.Seconds, 60}, "h": {sim.Seconds, 3600}, "d": {sim.Seconds, 86400},
	"B": {sim.Bytes, 1}, "KiB": {sim.Bytes, 1 << 10}, "MiB": {sim.Bytes, 1 << 20}, "GiB": {sim.Bytes, 1 << 30}, "TiB": {sim.Bytes, 1 << 40},
	"bit/s": {sim.BitPerSec, 1}, "kbit/s": {sim.BitPerSec, 1e3}, "Mbit/s": {sim.BitPerSec, 1e6}, "Gbit/s": {sim.BitPerSec, 1e9},
}

// Settings reads name=value pairs; a value is a number with a unit of the language, the setting's own, or without.
func Settings(pairs []string) (map[string]float64, error) {
	set := map[string]float64{}
	for _, p := range pairs {
		name, text, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			return nil, Usagef("--set %q: name=value is expected, as in --set migration_downtime=30s", p)
		}
		v, unit, ok := quantity(text)
		if !ok {
			return nil, Usagef("--set %s: %q is not a number with a unit of the language, such as 30s, 45%% or 1Gbit/s", name, text)
		}
		if err := sim.CheckUnit(name, unit); err != nil {
			return nil, Usagef("--set %s=%s: %v", name, text, err)
		}
		if err := sim.CheckSetting(name, v); err != nil {
			return nil, Usagef("--set %s=%s: %v", name, text, err)
		}
		set[name] = v
	}
	return set, nil
}

// Time is the value of a flag that takes a time: as the language writes it, or as Go does (1h30m). 0 if it isn't set.
func Time(c *cli.Context, flag string) (time.Duration, error) {
	if !c.IsSet(flag) {
		return 0, nil
	}
	text := c.String(flag)
	long, err := time.ParseDuration(text)
	if seconds, unit, ok := quantity(text); err != nil && ok && unit == sim.Seconds && math.Abs(seconds) < math.MaxInt64/1e9 {
		long, err = time.Duration(math.Round(seconds*1e9)), nil
	}
	if err != nil || long <= 0 {
		return 0, Usagef("--%s %q: a time after 0 and below 292 years, such as 90min, is expected", flag, text)
	}
	return long, nil
}

func quantity(text string) (float64, sim.Unit, bool) {
	end := strings.LastIndexAny(text, "0123456789.") + 1
	unit, known := units[strings.TrimSpace(text[end:])]
	v, err := strconv.ParseFloat(text[:end], 64)
	if err != nil || !known || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, sim.Number, false
	}
	return float64(v * unit.factor), unit.of, true
}
