package sim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// referenceMIPS is the core that Config.Work is measured on.
const referenceMIPS = 1000

// patience is how long a request may take: one without a complete answer by then is lost.
const patience = 10 * time.Second

// maxTick is the longest step in which requests move on. A flow that asks for nothing isn't stepped at all.
const maxTick = time.Second

// maxRounds is when a pre-copy that doesn't converge is ended by force: Xen gives up after 30 rounds.
const maxRounds = 30

// stillness is how much may be left for the last round, sent while the machine stands: QEMU's downtime-limit, 300 ms.
const stillness = 0.3

// defaultTimeout is when a command ends by itself if it says nothing else.
const defaultTimeout = 10 * time.Minute

// physics is the constants that a scenario may set otherwise.
type physics struct {
	think, jitter                                                  float64
	bandwidth, dirtyRate, migrationDowntime, migrationCPU          float64
	createTime, destroyTime, bootTime, bootCPU, shutdownTime       float64
	startTime, startCPU, stopTime, restartTime, operationTime      float64
	powerOnTime, powerOffTime, fenceTime, detectTime, failoverTime float64
	guestMemory                                                    float64
}

// Unit is what a constant is measured in.
type Unit string

// Number is no unit: a plain number fits each constant.
const (
	Number    Unit = ""
	Seconds   Unit = "s"
	Share     Unit = "of 1"
	Bytes     Unit = "bytes"
	BitPerSec Unit = "bit/s"
)

// kinds say what is measured in a unit, for a person.
var kinds = map[Unit]string{
	Number: "a number", Seconds: "a time, such as 30s", Share: "a share, such as 5%", Bytes: "a size, such as 8MiB",
	BitPerSec: "a rate, such as 1Gbit/s",
}

// setting is one of them: its name, its unit, its range, what it is if nobody says, and where that comes from.
type setting struct {
	name               string
	field              func(*physics) *float64
	unit               Unit
	least, most, value float64
	comment            string
}

// A step of the requests is a quarter of the pause for thought: the least one keeps a day's simulation to some 35 million
// steps, and the most keeps every sum of times far from what a time.Duration holds.
const (
	leastThink = 0.01
	longest    = 86400 // a day, in seconds
)

// settings is the whole of the physics. Nothing in the simulator has to fear a constant that is within its range.
var settings = []setting{
	{"think", func(p *physics) *float64 { return &p.think }, Seconds, leastThink, longest, 7,
		"a client's pause between answer and next request; RUBiS and TPC-W: exponential, mean 7 s"},
	{"jitter", func(p *physics) *float64 { return &p.jitter }, Share, 0, 1, 0.05,
		"durations vary by up to this share, by the seed; assumption"},

	{"bandwidth", func(p *physics) *float64 { return &p.bandwidth }, BitPerSec, 1e6, 1e13, 1e9,
		"of a live migration: gigabit Ethernet; QEMU limits itself to 128 MiB/s, about the same"},
	{"dirty_rate", func(p *physics) *float64 { return &p.dirtyRate }, Bytes, 0, 1e12, 8192e3,
		"that a machine at full load writes anew each second: 2,000 pages, as in the QEMU trials"},
	{"migration_downtime", func(p *physics) *float64 { return &p.migrationDowntime }, Seconds, 0, longest, 0.3,
		"switch-over of a live migration: clients of QEMU saw gaps of 0.17–0.49 s"},
	{"migration_cpu", func(p *physics) *float64 { return &p.migrationCPU }, Share, 0, 1, 0.07,
		"of a host, that a live migration takes on either side: about 7 % in the paper"},

	{"create_time", func(p *physics) *float64 { return &p.createTime }, Seconds, 0, longest, 3,
		"domain builder of Xen: 2.3–5.2 s; unpacking software is taken to last as long"},
	{"destroy_time", func(p *physics) *float64 { return &p.destroyTime }, Seconds, 0, longest, 0.4,
		"DomainDestroy of Xen: 0.4 s"},
	{"boot_time", func(p *physics) *float64 { return &p.bootTime }, Seconds, 0, longest, 15,
		"PVH guest on Xen: HTTP 17–20 s after creation began; QEMU without KVM: 2.4–8 s"},
	{"boot_cpu", func(p *physics) *float64 { return &p.bootCPU }, Share, 0, 1, 0.2,
		"of one vcpu while booting: 2.5–3.1 CPU seconds a boot were measured"},
	{"shutdown_time", func(p *physics) *float64 { return &p.shutdownTime }, Seconds, 0, longest, 5,
		"orderly shutdown of a machine; assumption"},

	{"start_time", func(p *physics) *float64 { return &p.startTime }, Seconds, 0, longest, 4,
		"start of a server until it is ready; assumption"},
	{"start_cpu", func(p *physics) *float64 { return &p.startCPU }, Share, 0, 1, 0.8,
		"of one core while software starts; assumption"},
	{"stop_time", func(p *physics) *float64 { return &p.stopTime }, Seconds, 0, longest, 1,
		"stop of a server; assumption"},
	{"restart_time", func(p *physics) *float64 { return &p.restartTime }, Seconds, 0, longest, 3,
		"an operation that interrupts: 195–365 requests lost by 600 clients (the paper), 210–355 (Apache with mod_jk), at " +
			"85 requests/s, are 2.3–4.3 s"},
	{"operation_time", func(p *physics) *float64 { return &p.operationTime }, Seconds, 0, longest, 0.2,
		"any other operation, such as writing a configuration; assumption"},

	{"power_on_time", func(p *physics) *float64 { return &p.powerOnTime }, Seconds, 0, longest, 60,
		"a host until it takes machines; assumption"},
	{"power_off_time", func(p *physics) *float64 { return &p.powerOffTime }, Seconds, 0, longest, 10,
		"an empty host until it is off; assumption"},
	{"fence_time", func(p *physics) *float64 { return &p.fenceTime }, Seconds, 0, longest, 5,
		"power-off by the management board, confirmed; assumption"},
	{"detect_time", func(p *physics) *float64 { return &p.detectTime }, Seconds, 0, longest, 3,
		"silence until a host counts as down; assumption"},
	{"failover_time", func(p *physics) *float64 { return &p.failoverTime }, Seconds, 0, longest, 6,
		"until who sends requests to software that has died sends them elsewhere: HAProxy's checks, three in a row, 2 s apart"},
	{"guest_memory", func(p *physics) *float64 { return &p.guestMemory }, Share, 0, 1, 0.5,
		"of its memory, that a running machine uses; assumption"},
}

// newPhysics is the constants with the settings in their place.
func newPhysics(set map[string]float64) (physics, error) {
	var p physics
	for _, s := range settings {
		*s.field(&p) = s.value
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if err := CheckSetting(name, set[name]); err != nil {
			return p, err
		}
		s, _ := settingOf(name)
		*s.field(&p) = set[name]
	}
	return p, nil
}

// CheckSetting says why a setting can't have a value; nil if it can.
func CheckSetting(name string, v float64) error {
	s, ok := settingOf(name)
	switch {
	case !ok:
		return fmt.Errorf("the simulator has no setting %q%s", name, suggest(name))
	case v >= s.least && v <= s.most:
		return nil
	case s.unit == Share:
		return fmt.Errorf("setting %s = %v%% of the simulator: it must be from %v%% to %v%%", name, v*100, s.least*100, s.most*100)
	}
	return fmt.Errorf("setting %s = %v of the simulator: it must be from %v to %v %s", name, v, s.least, s.most, s.unit)
}

func settingOf(name string) (setting, bool) {
	i := slices.IndexFunc(settings, func(s setting) bool { return s.name == name })
	if i < 0 {
		return setting{}, false
	}
	return settings[i], true
}

// CheckUnit says why a value in a unit can't be that of a setting; nil if it can. Whether there is such a setting is for
// CheckSetting to say.
func CheckUnit(name string, in Unit) error {
	s, ok := settingOf(name)
	if !ok || in == Number || in == s.unit {
		return nil
	}
	return fmt.Errorf("setting %s of the simulator is %s, not %s", name, kinds[s.unit], strings.Split(kinds[in], ",")[0])
}

// suggest names the settings that are near to name, or else all of them.
func suggest(name string) string {
	var near, all []string
	for _, s := range settings {
		all = append(all, s.name)
		if distance(name, s.name) <= 1+len(name)/4 || strings.Contains(s.name, name) && name != "" {
			near = append(near, s.name)
		}
	}
	if len(near) > 0 {
		return "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return "; it has " + strings.Join(all, ", ")
}

// distance is how many letters must be put in, taken out or replaced to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
