package engine_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/model"
)

// walker is a random world for an engine: it measures, answers, loses and forgets as it likes. It checks after each step
// what must always hold, and remembers all outputs as text.
type walker struct {
	t       require.TestingT
	p       *bundle.Program
	e       *engine.State
	now     engine.Time
	wake    engine.Time
	n       uint64
	pending []drivers.Command
	kept    map[string]engine.Record
	log     strings.Builder
	given   map[drivers.CommandID]drivers.Command
	seqs    map[drivers.Ref]uint64 // of each target's last command
	trips   bool                   // write down and read back every instance between steps
	batch   func([]engine.Record)
	epoch   uint64
	up      []string // what is to run after each take-over in the midst of a restart; nil: nobody asks
}

func newWalker(t require.TestingT, p *bundle.Program, slice ...int) *walker {
	e, err := engine.New(p, engine.Options{Epoch: 1, Slice: append(slice, 0)[0]})
	require.NoError(t, err)
	return &walker{t: t, p: p, e: e, kept: map[string]engine.Record{}, given: map[drivers.CommandID]drivers.Command{}, seqs: map[drivers.Ref]uint64{}, epoch: 1}
}

func (w *walker) step(in engine.Input) {
	if w.trips {
		require.NoError(w.t, w.e.RoundTrip())
	}
	w.n++
	in.N, in.At = w.n, w.now
	out, err := w.e.Step(in)
	require.NoError(w.t, err)
	w.take(out)
	require.True(w.t, w.e.Needed(), "tasks under way are counted")
}

func (w *walker) take(out *engine.Outputs) {
	if w.batch != nil {
		w.batch(out.Records)
	}
	for _, r := range out.Records {
		require.Equal(w.t, w.kept[r.Subject].Rev+1, r.Rev, "%s", r.Subject)
		w.kept[r.Subject] = engine.Record{Subject: r.Subject, Rev: r.Rev, Data: append([]byte{}, r.Data...)}
		fmt.Fprintf(&w.log, "%d record %s %d %x\n", w.now, r.Subject, r.Rev, r.Data)
	}
	for _, c := range out.Commands {
		fmt.Fprintf(&w.log, "%d command %+v\n", w.now, c)
		w.check(c)
		w.pending = append(w.pending, c)
	}
	for _, n := range out.Notices {
		fmt.Fprintf(&w.log, "%d notice %+v\n", w.now, n)
	}
	w.wake = out.Wake
}

// check: every command says how long it may take, so that somebody asks what came of it. Who commands something holds the claim on it. Hosts are switched on for whoever moves something there. Nothing is
// made while a migration of it may have made it run elsewhere.
func (w *walker) check(c drivers.Command) {
	if old, again := w.given[c.ID]; again {
		require.Equal(w.t, []any{old.Verb, old.Target, old.Seq}, []any{c.Verb, c.Target, c.Seq}, "%v means the same for ever", c.ID)
	} else {
		require.Greater(w.t, c.Seq, w.seqs[c.Target], "%+v: what a target is commanded is numbered, and the numbers grow", c)
		w.seqs[c.Target] = c.Seq
	}
	w.given[c.ID] = c
	for _, o := range w.pending {
		decides := o.Verb == drivers.MigrateCommit || o.Verb == drivers.MigrateAbort
		require.False(w.t, c.Verb == drivers.Create && decides && o.Target == c.Target, "%+v is sent while %+v is open", c, o)
	}
	require.Positive(w.t, c.Timeout, "%+v", c)
	if c.Verb == drivers.PowerOn {
		return
	}
	alone, shares := w.e.Holder(c.Target)
	if c.Verb == drivers.Fence && shares > 0 {
		return
	}
	require.Equal(w.t, c.ID.Instance, alone, "%+v is sent without a claim on its target", c)
	if c.Host != drivers.NoRef {
		alone, shares := w.e.Holder(c.Host)
		require.True(w.t, shares > 0 || alone == c.ID.Instance, "%+v is sent without a share of its destination", c)
	}
	require.Equal(w.t, w.epoch, c.Epoch)
}

// migrations is how many migrations are under way as the commands tell.
func (w *walker) migrations() int {
	n := 0
	for _, c := range w.pending {
		if c.Verb == drivers.MigratePrepare || c.Verb == drivers.MigrateCommit || c.Verb == drivers.MigrateAbort {
			n++
		}
	}
	return n
}

// settle lets the timers of now ring.
func (w *walker) settle() {
	for w.wake >= 0 && w.wake <= w.now {
		w.step(engine.Input{})
	}
}

// pass lets time pass, and timers ring at their times.
func (w *walker) pass(d engine.Time) {
	end := w.now + d
	for w.wake >= 0 && w.wake < end {
		w.now = max(w.now, w.wake)
		w.step(engine.Input{})
	}
	w.now = end
}

// answer ends a pending command. One that was overtaken by an abort is not waited for any more.
func (w *walker) answer(k int, o drivers.Outcome) {
	c := w.pending[k]
	if o != drivers.Unknown {
		w.pending = append(w.pending[:k:k], w.pending[k+1:]...)
		if c.Verb == drivers.MigrateAbort {
			w.forget(c)
		}
	}
	w.step(engine.Input{Results: []drivers.Result{{ID: c.ID, Outcome: o, Reason: "because"}}})
	w.settle()
}

// forget drops the prepare that an abort took back.
func (w *walker) forget(abort drivers.Command) {
	for k, c := range w.pending {
		if c.Verb == drivers.MigratePrepare && c.Target == abort.Target && c.ID.Instance == abort.ID.Instance {
			w.pending = append(w.pending[:k:k], w.pending[k+1:]...)
			return
		}
	}
}

// act does one random thing.
func (w *walker) act(t *rapid.T) {
	switch rapid.IntRange(0, 11).Draw(t, "what") {
	case 0, 1, 2, 3:
		w.load(rapid.SampledFrom([]int{1, 3, 15, 65}).Draw(t, "seconds"), func(int32, int32) float64 {
			return rapid.SampledFrom(levels).Draw(t, "level")
		})
	case 4, 5, 6, 7:
		if n := len(w.pending); n > 0 {
			outcomes := []drivers.Outcome{drivers.Done, drivers.Done, drivers.Done, drivers.Failed, drivers.Unknown}
			w.answer(rapid.IntRange(0, n-1).Draw(t, "command"), rapid.SampledFrom(outcomes).Draw(t, "outcome"))
		}
	case 8:
		w.pass(engine.Time(rapid.Int64Range(0, 200).Draw(t, "long")) * 1e9)
		w.settle()
	case 9:
		w.fact(t)
	case 10:
		w.wish(t)
	case 11:
		w.word(t)
	}
}

// word lets an operator deploy, or shut down, all or one class.
func (w *walker) word(t *rapid.T) {
	o := engine.Operator{Verb: rapid.SampledFrom([]string{"deploy", "shutdown"}).Draw(t, "word")}
	if rapid.Bool().Draw(t, "of a class") {
		o.Classes = []int32{rapid.Int32Range(0, int32(len(w.p.Classes)-1)).Draw(t, "class")}
	}
	w.step(engine.Input{Command: &o})
	w.settle()
}

// wish lets an operator want something of a thing or a policy, or take it back.
func (w *walker) wish(t *rapid.T) {
	verbs := []string{bundle.WishPause, bundle.WishIgnore, bundle.WishPin, bundle.WishMaintain, bundle.WishResume, bundle.WishResume}
	o := engine.Operator{Verb: rapid.SampledFrom(verbs).Draw(t, "wish"), Policy: -1}
	if o.Verb == bundle.WishPause {
		o.Policy = rapid.Int32Range(-1, int32(len(w.p.Policies))).Draw(t, "policy")
	} else if rapid.Bool().Draw(t, "of a thing") {
		space := rapid.Int32Range(0, int32(len(w.p.Spaces)-1)).Draw(t, "space")
		o.Things = []drivers.Ref{{Space: space, Index: rapid.Int32Range(0, w.e.Model().Size(space)).Draw(t, "thing")}}
	}
	w.step(engine.Input{Command: &o})
	w.settle()
}

// load measures, every second for some time, what things do: each has a level of its own.
func (w *walker) load(seconds int, level func(probe, i int32) float64) {
	f := &drivers.Frame{}
	for p := range w.p.Probes {
		first, n, _ := w.e.Model().Slots(w.p.Probes[p].Class)
		for i := first; i < first+n; i++ {
			f.Samples = append(f.Samples, drivers.Sample{Probe: int32(p), Index: i, Value: level(int32(p), i)})
		}
	}
	for range seconds {
		w.pass(1e9)
		w.step(engine.Input{Frame: f})
		w.settle()
	}
}

var levels = []float64{0, 0.02, 0.3, 0.6, 0.95, 0.95, math.NaN()}

func (w *walker) fact(t *rapid.T) {
	kind := rapid.SampledFrom([]drivers.FactKind{drivers.Gone, drivers.Down, drivers.Up}).Draw(t, "fact")
	space := rapid.Int32Range(0, int32(len(w.p.Spaces)-1)).Draw(t, "space")
	if w.e.Model().Size(space) == 0 {
		return
	}
	i := rapid.Int32Range(0, w.e.Model().Size(space)-1).Draw(t, "instance")
	if kind == drivers.Gone && rapid.IntRange(0, 3).Draw(t, "rarely") > 0 {
		return
	}
	w.step(engine.Input{Fact: &drivers.Fact{Kind: kind, Ref: drivers.Ref{Space: space, Index: i}}})
	w.settle()
}

func (w *walker) deploy() {
	w.step(engine.Input{Command: &engine.Operator{Verb: "deploy"}})
	w.settle()
}

// restart goes on in another process, with what was kept.
func (w *walker) restart() {
	w.epoch++
	e, err := engine.New(w.p, engine.Options{Epoch: w.epoch})
	require.NoError(w.t, err)
	s := story{kept: w.kept}
	w.e, w.pending = e, nil
	out, err := e.Load(w.now, s.records())
	require.NoError(w.t, err)
	last := map[drivers.Ref]uint64{}
	for _, c := range out.Commands {
		require.Greater(w.t, c.Seq, last[c.Target], "what is pending is sent again in its order")
		last[c.Target] = c.Seq
	}
	w.take(out)
	w.settle()
}

// finish answers everything until nothing is under way.
func (w *walker) finish() {
	for range 10_000 {
		if len(w.pending) == 0 {
			return
		}
		w.answer(0, drivers.Done)
	}
	require.Fail(w.t, "it does not come to an end")
}

// whole checks that the model is sound: everything stands where its node says, once.
func (w *walker) whole() {
	m := w.e.Model()
	for sp := range w.p.Spaces {
		on := m.On(int32(sp))
		if on < 0 {
			continue
		}
		seen := map[int32]int{}
		for node := range m.Size(on) {
			for _, g := range m.Guests(int32(sp), node) {
				seen[g]++
				require.Equal(w.t, node, m.Node(int32(sp), g))
			}
		}
		for i := range m.Size(int32(sp)) {
			want := 1
			if m.Life(int32(sp), i) == model.Absent {
				want = 0
			}
			require.Equal(w.t, want, seen[i], "%s stands in so many places", m.Name(int32(sp), i))
		}
	}
}

// systems are the stories' systems: those with conditions to be met by random samples.
func systems(t *testing.T) map[string]*bundle.Program {
	all := map[string]*bundle.Program{}
	often := strings.NewReplacer(
		"event swap\nevent shift\nevent crowd\n", "event swap every 7s\nevent shift every 11s\nevent crowd every 13s\n",
		"event off\nevent first\nevent second\nevent lost(h: rack)\n",
		"event off every 29s\nevent first every 31s\nevent second every 23s\nevent lost(h: rack) when h.cpu > 90% for 1min\nprobe cpu: percent on rack every 1s stale 5s\n",
		"event lost(h: rack)\nevent stop(w: Web)\nevent grow\n",
		"event lost(h: rack) when h.cpu > 90% for 1min\nprobe cpu: percent on rack every 1s stale 5s\nevent stop(w: Web) when w.cpu > 90% for 1min\nprobe cpu: percent on Web every 1s stale 5s\nevent grow every 23s\n",
		"event nested\nevent turns\nevent both\n", "event nested every 23s\nevent turns every 17s\nevent both every 19s\n",
		"event go\nevent home\n", "event go every 17s\nevent home every 43s\n",
		"event go\nevent lost(h: rack)\n", "event go every 17s\nevent lost(h: rack) when h.cpu > 90% for 1min\nprobe cpu: percent on rack every 1s stale 5s\n",
		"event go(v: V, h: rack)\nevent free(v: V)\nevent only(v: V)\nevent last(v: V)\nevent said(v: V)\n",
		"event go(v: V, h: rack)\nprobe cpu: percent on V every 1s stale 5s\nevent free(v: V) when v.cpu > 90%\nevent only(v: V) when v.cpu > 50%\nevent last(v: V) when v.cpu < 50%\nevent said(v: V) when v.cpu < 10%\n",
	)
	for _, name := range []string{"relieve", "replicas", "plans", "plans-anew", "power", "undecided", "software", "turns", "own", "forks"} {
		text := often.Replace(systemOf(t, name))
		p, err := compile(text)
		require.NoError(t, err)
		all[name] = p
	}
	return all
}

// systemOf is the text of a story's first system.
func systemOf(t *testing.T, name string) string {
	data, err := os.ReadFile("testdata/stories/" + name)
	require.NoError(t, err)
	_, text, _ := strings.Cut(string(data), "\nsystem\n")
	text, _, _ = strings.Cut(text, "\n----")
	return text
}

func eachSystem(t *testing.T, check func(t *rapid.T, p *bundle.Program)) {
	for name, p := range systems(t) {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { check(t, p) })
		})
	}
}

func TestNothingActsUnclaimedAndEverythingEnds(t *testing.T) {
	eachSystem(t, func(t *rapid.T, p *bundle.Program) {
		w := newWalker(t, p)
		w.deploy()
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			w.act(t)
			w.whole()
			if len(p.Budgets) > 0 && p.Budgets[0].N == 1 { // the undo of a turn waits for no budget
				require.LessOrEqual(t, w.migrations(), 2, "one at a time, beside a prepare whose abort is under way")
			}
		}
		w.finish()
		before, _ := w.e.Live()
		for range 60 {
			w.pass(60e9)
			w.finish()
		}
		w.whole()
		if after, stuck := w.e.Live(); stuck == 0 {
			for _, run := range before {
				require.NotContains(t, after, run, "who isn't stuck, nor waits for something that is, comes to an end")
			}
		}
	})
}

// contended is a system whose policies want the same machines and hosts, and wait in all ways that there are.
func contended(t *testing.T) *bundle.Program {
	p, err := compile(`system contended
hosts rack { driver = "sim"  nodes = ["a", "b", "c"]  cores = 4 }
vm A on rack { count = 2  place = pack }
vm B on rack { count = 1  place = spread }
component C on A [0..2] { op start = exec("c") }
probe cpu: percent on A every 1s stale 1h
probe cpu: percent on B every 1s stale 1h
event asks every 7s
event both every 11s
event off every 13s
event more every 17s
event crowd every 19s
budget 1 migration at a time across rack
policy Asks on asks {
  state Pick { let v = min(A by cpu) }
  -> Move when v exists
  -> Done otherwise
  state Move { migrate v to b undoable }
  -> Ask
  -> Done on failure
  state Ask { ask operator "?" within 2min  migrate v to a  wait until b.cores > 9 within 1min }
  -> Done on failure undo
  -> Done
  final Done
}
policy Both on both {
  state Pick { let v = max(A by cpu)  let w = min(B by cpu) }
  -> Move when v exists and w exists
  -> Done otherwise
  state Move { fork { migrate v to c } fork { migrate w to c  migrate w to a } fork { wait until b.cores > 9 within 20s } join }
  -> Done
  -> Done on failure undo
  final Done
}
policy Off on off {
  state Free { release c  wait until b.cores > 9 within 5s }
  -> Again on failure
  state Again { allocate c  release b }
  -> Done
  -> Done on failure
  final Done
}
policy More on more when count(C) < 2 {
  state Add { notify("one more") C++ }
  -> Done
  -> Done on failure
  final Done
}
policy Crowd on crowd {
  state Plan {
    plan {
      for v in A { place v on c }
      for v in B { place v on b }
      apply safely
    }
  }
  -> Done
  -> Done on failure
  final Done
}
`)
	require.NoError(t, err)
	return p
}

func TestNothingWaitsWhileItHoldsAClaim(t *testing.T) {
	p := contended(t)
	rapid.Check(t, func(t *rapid.T) {
		w := newWalker(t, p)
		w.deploy()
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			switch rapid.IntRange(0, 19).Draw(t, "besides") {
			case 0:
				w.restart()
			case 1, 2:
				id := rapid.Uint64Range(1, 30).Draw(t, "asks")
				w.step(engine.Input{Command: &engine.Operator{Verb: "approve", Instance: id}})
				w.settle()
			default:
				w.act(t)
			}
			w.whole()
			require.Empty(t, w.e.Idle(), "held while waiting")
			require.True(t, w.e.Shares(), "what is held is what instances hold")
			require.Empty(t, w.e.Unshared(), "what comes to a node has a share of it")
		}
	})
}

func TestWhoWaitsCanBeWrittenDownAtAnyPoint(t *testing.T) {
	p := contended(t)
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), 1, 80).Draw(t, "inputs")
		require.Equal(t, play(t, p, seed, false), play(t, p, seed, true))
	})
}

func TestSameInputsGiveSameBytes(t *testing.T) {
	eachSystem(t, func(t *rapid.T, p *bundle.Program) {
		seed := rapid.SliceOfN(rapid.Byte(), 1, 80).Draw(t, "inputs")
		require.Equal(t, play(t, p, seed, false), play(t, p, seed, false))
	})
}

func TestAPlanComesToTheSameInSlices(t *testing.T) {
	p := systems(t)["plans"]
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), 1, 80).Draw(t, "inputs")
		slice := rapid.IntRange(1, 40).Draw(t, "slice")
		require.Equal(t, withoutRecords(play(t, p, seed, false)), withoutRecords(play(t, p, seed, true, slice)))
	})
}

// withoutRecords is what was told and commanded at each time: how often instances were written down depends on the
// number of steps, and so does the order of notices and commands of one time.
func withoutRecords(log string) string {
	lines := slices.DeleteFunc(strings.SplitAfter(log, "\n"), func(l string) bool { return strings.Contains(l, " record ") })
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func TestWhatNobodyTakesUpIsTheSameWithoutRecords(t *testing.T) {
	eachSystem(t, func(t *rapid.T, p *bundle.Program) {
		seed := rapid.SliceOfN(rapid.Byte(), 1, 80).Draw(t, "inputs")
		e, err := engine.New(p, engine.Options{Epoch: 1, Unkept: true})
		require.NoError(t, err)
		w := newWalker(t, p)
		w.e = e
		log := w.play(seed)
		require.NotContains(t, log, " record ")
		require.Equal(t, withoutRecords(play(t, p, seed, false)), withoutRecords(log))
	})
}

func TestAnInstanceCanBeWrittenDownAtAnyPoint(t *testing.T) {
	eachSystem(t, func(t *rapid.T, p *bundle.Program) {
		seed := rapid.SliceOfN(rapid.Byte(), 1, 80).Draw(t, "inputs")
		require.Equal(t, play(t, p, seed, false), play(t, p, seed, true))
	})
}

func TestAnotherProcessCanTakeOverAtAnyPoint(t *testing.T) {
	eachSystem(t, func(t *rapid.T, p *bundle.Program) {
		w := newWalker(t, p)
		w.deploy()
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			w.act(t)
			if rapid.IntRange(0, 4).Draw(t, "restart") == 0 {
				before := places(w)
				w.restart()
				require.Equal(t, before, places(w), "what stands where is kept")
				w.deploy()
			}
			w.whole()
		}
		w.finish()
	})
}

func places(w *walker) string {
	s := story{p: w.p, e: w.e}
	s.where()
	return s.out.String()
}

// play drives an engine by bytes, and tells all that it put out.
func play(t require.TestingT, p *bundle.Program, seed []byte, trips bool, slice ...int) string {
	w := newWalker(t, p, slice...)
	w.trips = trips
	return w.play(seed)
}

func (w *walker) play(seed []byte) string {
	w.deploy()
	for k, b := range seed {
		switch {
		case b < 128:
			w.load([]int{1, 3, 15, 65}[b%4], func(p, i int32) float64 {
				return levels[(int(b)/4+int(p)*3+int(i)*5+k)%len(levels)]
			})
		case len(w.pending) > 0 && b < 250:
			o := drivers.Done
			if b%8 == 0 {
				o = drivers.Failed
			}
			w.answer(int(b)%len(w.pending), o)
		case b >= 250:
			w.pass(engine.Time(b) * 1e9)
			w.settle()
		}
	}
	return w.log.String()
}
