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
	think, jitter                                             float64
	bandwidth, dirtyRate, migrationDowntime, migrationCPU     float64
	createTime, destroyTime, bootTime, bootCPU, shutdownTime  float64
	startTime, startCPU, stopTime, restartTime, operationTime float64
	powerOnTime, powerOffTime, fenceTime, detectTime          float64
	guestMemory                                               float64
}

// setting is one of them: its name, what it is if nobody says, and where that comes from.
type setting struct {
	name    string
	field   func(*physics) *float64
	value   float64
	comment string
}

// settings is the whole of the physics. Times are in seconds, CPU in shares, sizes in bytes, bandwidth in bit/s.
var settings = []setting{
	{"think", func(p *physics) *float64 { return &p.think }, 7,
		"a client's pause between answer and next request; RUBiS and TPC-W: exponential, mean 7 s"},
	{"jitter", func(p *physics) *float64 { return &p.jitter }, 0.05,
		"durations vary by up to this share, by the seed; assumption"},

	{"bandwidth", func(p *physics) *float64 { return &p.bandwidth }, 1e9,
		"of a live migration, bit/s: gigabit Ethernet; QEMU limits itself to 128 MiB/s, about the same"},
	{"dirty_rate", func(p *physics) *float64 { return &p.dirtyRate }, 8192e3,
		"bytes/s that a machine at full load writes anew: 2,000 pages/s, as in the QEMU trials"},
	{"migration_downtime", func(p *physics) *float64 { return &p.migrationDowntime }, 0.3,
		"switch-over of a live migration: clients of QEMU saw gaps of 0.17–0.49 s"},
	{"migration_cpu", func(p *physics) *float64 { return &p.migrationCPU }, 0.07,
		"share of a host that a live migration takes on either side: about 7 % in the paper"},

	{"create_time", func(p *physics) *float64 { return &p.createTime }, 3,
		"domain builder of Xen: 2.3–5.2 s; unpacking software is taken to last as long"},
	{"destroy_time", func(p *physics) *float64 { return &p.destroyTime }, 0.4,
		"DomainDestroy of Xen: 0.4 s"},
	{"boot_time", func(p *physics) *float64 { return &p.bootTime }, 15,
		"PVH guest on Xen: HTTP 17–20 s after creation began; QEMU without KVM: 2.4–8 s"},
	{"boot_cpu", func(p *physics) *float64 { return &p.bootCPU }, 0.2,
		"share of one vcpu while booting: 2.5–3.1 CPU seconds a boot were measured"},
	{"shutdown_time", func(p *physics) *float64 { return &p.shutdownTime }, 5,
		"orderly shutdown of a machine; assumption"},

	{"start_time", func(p *physics) *float64 { return &p.startTime }, 4,
		"start of a server until it is ready; assumption"},
	{"start_cpu", func(p *physics) *float64 { return &p.startCPU }, 0.8,
		"share of one core while software starts; assumption"},
	{"stop_time", func(p *physics) *float64 { return &p.stopTime }, 1,
		"stop of a server; assumption"},
	{"restart_time", func(p *physics) *float64 { return &p.restartTime }, 3,
		"an operation that interrupts: 195–365 requests lost by 600 clients (the paper), 210–355 (Apache with mod_jk), at " +
			"85 requests/s, are 2.3–4.3 s"},
	{"operation_time", func(p *physics) *float64 { return &p.operationTime }, 0.2,
		"any other operation, such as writing a configuration; assumption"},

	{"power_on_time", func(p *physics) *float64 { return &p.powerOnTime }, 60,
		"a host until it takes machines; assumption"},
	{"power_off_time", func(p *physics) *float64 { return &p.powerOffTime }, 10,
		"an empty host until it is off; assumption"},
	{"fence_time", func(p *physics) *float64 { return &p.fenceTime }, 5,
		"power-off by the management board, confirmed; assumption"},
	{"detect_time", func(p *physics) *float64 { return &p.detectTime }, 3,
		"silence until a host counts as down; assumption"},
	{"guest_memory", func(p *physics) *float64 { return &p.guestMemory }, 0.5,
		"share of its memory that a running machine uses; assumption"},
}

// newPhysics is the constants with the settings in their place.
func newPhysics(set map[string]float64) (physics, error) {
	var p physics
	for _, s := range settings {
		*s.field(&p) = s.value
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		i := slices.IndexFunc(settings, func(s setting) bool { return s.name == name })
		if i < 0 {
			return p, fmt.Errorf("the simulator has no setting %q%s", name, suggest(name))
		}
		if v := set[name]; !(v >= 0) || v > 1e18 {
			return p, fmt.Errorf("setting %s = %v of the simulator: it must be a number from 0 on", name, v)
		}
		*settings[i].field(&p) = set[name]
	}
	if p.bandwidth == 0 || p.think == 0 {
		return p, fmt.Errorf("settings bandwidth and think of the simulator must be more than 0")
	}
	return p, nil
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
