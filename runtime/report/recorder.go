// Package report says what a run amounted to: summary.json for programs, timeline.csv and events.csv for tables, and
// report.html for people. A Recorder watches the run; Write makes the files, written beside and renamed, so that neither one of
// them nor the set is ever half there.
package report

import (
	"math"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/drivers/sim"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
)

const (
	// fewHosts is how many hosts are shown one by one; of more, how they are distributed.
	fewHosts = 24
	// samplesWanted is about how many samples a run is drawn with; at twice as many, every other is dropped.
	samplesWanted = 1000
	// looksPerSample is how often few hosts are looked at for a sample, which is the mean.
	looksPerSample = 8
)

// Recorder remembers of a run what a report shows: samples at equal steps, and what policies did. It takes a few
// microseconds a sample, and a few megabytes for a thousand hosts.
type Recorder struct {
	stage manager.Stage
	hosts []string // names, in the order of the snapshots
	vms   []string
	index map[drivers.Ref]int // of hosts

	samples   []sample
	cpu       []float32 // by sample, then by host; NaN while it is off
	moves     []move
	perSample int // looks
	looks     int
	sum       []float32     // of the looks at each host while it was on
	on        []int32       // how many these were
	at        []drivers.Ref // by vm, the host at the last look
	where     []int         // and its index; -1 for nowhere
	now       time.Duration
	snapshot  sim.Snapshot
	log       log
	events    happenings
}

// sample is what holds of all at the end of a step. Energy, Done, Lost and Migrations are counted from the run's start.
type sample struct {
	at         time.Duration
	on         int
	joules     float64
	done, lost float64
	migrations int
}

// move says that a machine stands elsewhere from a time on: host is -1 for nowhere.
type move struct {
	at       time.Duration
	vm, host int
}

var _ manager.Observer = (*Recorder)(nil)

// NewRecorder watches one run.
func NewRecorder() *Recorder { return &Recorder{} }

// Begin says how often the recorder wants to look.
func (r *Recorder) Begin(st manager.Stage) time.Duration {
	r.stage = st
	r.log.begin()
	st.World.Observe(&r.snapshot)
	r.index = map[drivers.Ref]int{}
	for i, h := range r.snapshot.Hosts {
		r.index[h.Ref] = i
		r.hosts = append(r.hosts, st.Names.Name(h.Ref.Space, h.Ref.Index))
	}
	for _, m := range r.snapshot.Machines {
		r.vms = append(r.vms, st.Names.Name(m.Ref.Space, m.Ref.Index))
		r.at, r.where = append(r.at, drivers.NoRef), append(r.where, -1)
	}
	r.sum, r.on = make([]float32, len(r.hosts)), make([]int32, len(r.hosts))
	r.perSample = 1
	if len(r.hosts) <= fewHosts {
		r.perSample = looksPerSample
	}
	period := r.period()
	samples := min(int(st.Until/(period*time.Duration(r.perSample)))+1, 2*samplesWanted)
	r.cpu = make([]float32, 0, samples*len(r.hosts))
	return period
}

// period is the time between two looks: not shorter than the shortest probe's, because nothing is known in between.
func (r *Recorder) period() time.Duration {
	period := (r.stage.Until / time.Duration(samplesWanted*r.perSample)).Round(time.Second)
	shortest := int64(math.MaxInt64)
	for _, p := range r.stage.Program.Probes {
		shortest = min(shortest, p.Every)
	}
	if shortest < math.MaxInt64 {
		period = max(period, time.Duration(shortest))
	}
	period = max(period, time.Second)
	for r.perSample > 1 && r.stage.Until > 0 && r.stage.Until/(period*time.Duration(r.perSample)) < samplesWanted/2 {
		r.perSample /= 2
	}
	return period
}

// Notice takes what happened into the log, but for what was told before.
func (r *Recorder) Notice(n engine.Notice) {
	if n.Again {
		return
	}
	r.log.add(n)
	r.events.add(n)
}

// Moment looks at the world. What there is at the start belongs to no step.
func (r *Recorder) Moment(now time.Duration) {
	r.now = now
	r.stage.World.Observe(&r.snapshot)
	for i := range r.snapshot.Machines {
		r.follow(now, i, &r.snapshot.Machines[i])
	}
	if now == 0 {
		return
	}
	r.look()
	if r.looks >= r.perSample {
		r.sample(now)
	}
}

// finish looks at the world for the last time, and makes a sample of what there is of a step.
func (r *Recorder) finish(end time.Duration) {
	if r.now < end {
		r.Moment(end)
	}
	if r.looks > 0 || len(r.samples) == 0 {
		r.sample(r.now)
	}
}

func (r *Recorder) look() {
	r.looks++
	for i := range r.snapshot.Hosts {
		if h := &r.snapshot.Hosts[i]; h.On {
			r.sum[i] += float32(h.CPU)
			r.on[i]++
		}
	}
}

func (r *Recorder) follow(now time.Duration, vm int, m *sim.MachineState) {
	if r.at[vm] == m.Host {
		return
	}
	r.at[vm] = m.Host
	host := -1
	if i, ok := r.index[m.Host]; ok && m.Host != drivers.NoRef {
		host = i
	}
	if r.where[vm] != host {
		r.where[vm] = host
		r.moves = append(r.moves, move{now, vm, host})
	}
}

// sample makes one of the looks since the last.
func (r *Recorder) sample(now time.Duration) {
	m := r.stage.World.Metrics()
	s := sample{at: now, joules: m.EnergyKWh * 3.6e6, done: m.Requests.Done, lost: m.Requests.Lost, migrations: m.Migrations}
	for i := range r.hosts {
		mean := float32(math.NaN())
		if r.on[i] > 0 {
			mean = r.sum[i] / float32(r.on[i])
		}
		r.cpu = append(r.cpu, mean)
		r.sum[i], r.on[i] = 0, 0
		if r.snapshot.Hosts[i].On {
			s.on++
		}
	}
	r.samples = append(r.samples, s)
	r.looks = 0
	if len(r.samples) >= 2*samplesWanted {
		r.thin()
	}
}

// thin drops every other sample, so that a run of any length needs the same room.
func (r *Recorder) thin() {
	n, kept := len(r.hosts), 0
	for i := 1; i < len(r.samples); i += 2 {
		r.samples[kept] = r.samples[i]
		copy(r.cpu[kept*n:(kept+1)*n], r.cpu[i*n:(i+1)*n])
		kept++
	}
	r.samples, r.cpu = r.samples[:kept], r.cpu[:kept*n]
	r.perSample *= 2
}

// before is the sample before sample i; that before the first is the run's start.
func (r *Recorder) before(i int) sample {
	if i == 0 {
		return sample{}
	}
	return r.samples[i-1]
}

// rate is how much a counter grew a second in the step of sample i.
func (r *Recorder) rate(i int, of func(sample) float64) float64 {
	now, before := r.samples[i], r.before(i)
	if now.at == before.at {
		return 0
	}
	return max(0, of(now)-of(before)) / (now.at - before.at).Seconds()
}

// cpuOf is the CPU of each host at sample i.
func (r *Recorder) cpuOf(i int) []float32 {
	n := len(r.hosts)
	return r.cpu[i*n : (i+1)*n]
}

// end is when the drawing ends.
func (r *Recorder) end() time.Duration {
	return max(r.now, r.stage.Until, time.Second)
}

// program is what was run.
func (r *Recorder) program() *bundle.Program { return r.stage.Program }
