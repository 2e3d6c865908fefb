package engine_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/model"
)

// TestStories runs the stories in testdata/stories: a system, then what happens to it, and what the engine makes of that. Each
// step prints notices and commands; go test -rewrite writes the files anew.
//
//	system            compile the text, start an engine
//	deploy            an operator deploys [classes=(A,B)]
//	wait for=10s      let time pass, timers included; with every=1s, samples=(cpu node1 50%, …) are measured meanwhile
//	measure           samples of now, one a line: probe instance value
//	done, fail        the pending commands end [verb=MigratePrepare] [target=vm] [reason=…]; unknown: their fate isn't known
//	gone, down, up    a fact about an instance
//	emit              an event from outside: name, then its payload
//	feed              the same, and of all that it brings only the end is shown
//	clear             an operator clears a stuck instance
//	pause, resume     what an operator wants of a policy, a thing, or all; ignore, pin, maintain: of a thing
//	restart           another process takes up what the records say; pending commands come again
//	where             what stands where
func TestStories(t *testing.T) {
	datadriven.Walk(t, "testdata/stories", func(t *testing.T, path string) {
		var s *story
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "system" {
				p, err := compile(d.Input)
				if err != nil {
					t.Fatalf("%s: %v", d.Pos, err)
				}
				s = newStory(t, p)
				return ""
			}
			s.t = t
			return s.run(d)
		})
	})
}

// compile compiles a system from its text.
func compile(text string) (*bundle.Program, error) {
	r := compiler.CompileSource(fstest.MapFS{"workers.tmpl": {}}, "story.tune", text)
	if r.Program == nil {
		return nil, fmt.Errorf("%v", r.Findings)
	}
	return r.Program, bundle.Verify(r.Program)
}

// story drives an engine as a manager would, with the reader in the place of the drivers.
type story struct {
	t       *testing.T
	p       *bundle.Program
	e       *engine.State
	now     engine.Time
	wake    engine.Time
	n       uint64
	pending []drivers.Command
	kept    map[string]engine.Record
	out     strings.Builder
}

func newStory(t *testing.T, p *bundle.Program) *story {
	e, err := engine.New(p, engine.Options{Epoch: 1})
	require.NoError(t, err)
	return &story{t: t, p: p, e: e, kept: map[string]engine.Record{}}
}

func (s *story) run(d *datadriven.TestData) string {
	s.out.Reset()
	switch d.Cmd {
	case "deploy", "shutdown":
		o := engine.Operator{Verb: d.Cmd}
		if d.HasArg("classes") {
			for _, a := range d.CmdArgs {
				for _, name := range a.Vals {
					o.Classes = append(o.Classes, s.class(name))
				}
			}
		}
		s.step(engine.Input{Command: &o})
	case "wait":
		s.wait(d)
	case "measure":
		s.measure(strings.Split(strings.TrimSpace(d.Input), "\n"))
	case "done":
		s.answer(d, drivers.Done)
	case "fail":
		s.answer(d, drivers.Failed)
	case "unknown":
		s.answer(d, drivers.Unknown)
	case "gone", "down", "up":
		kinds := map[string]drivers.FactKind{"gone": drivers.Gone, "down": drivers.Down, "up": drivers.Up}
		s.step(engine.Input{Fact: &drivers.Fact{Kind: kinds[d.Cmd], Ref: s.ref(d.CmdArgs[0].Key)}})
	case "emit":
		s.emit(d)
	case "feed":
		s.emit(d)
		lines := strings.SplitAfter(s.out.String(), "\n")
		return fmt.Sprintf("%d lines, and then:\n", max(len(lines)-5, 0)) + strings.Join(lines[max(len(lines)-5, 0):], "")
	case "clear", "approve", "refuse":
		id, err := strconv.ParseUint(d.CmdArgs[0].Key, 10, 64)
		require.NoError(s.t, err)
		s.step(engine.Input{Command: &engine.Operator{Verb: d.Cmd, Instance: id}})
	case bundle.WishPause, bundle.WishIgnore, bundle.WishPin, bundle.WishMaintain, bundle.WishResume:
		s.wish(d)
	case "restart":
		s.restart()
	case "where":
		s.where()
	default:
		s.t.Fatalf("%s: unknown command %s", d.Pos, d.Cmd)
	}
	return s.out.String()
}

// step feeds one input, then whatever is due at this time.
func (s *story) step(in engine.Input) {
	s.feed(in)
	for s.wake >= 0 && s.wake <= s.now {
		s.feed(engine.Input{})
	}
}

func (s *story) feed(in engine.Input) {
	s.n++
	in.N, in.At = s.n, s.now
	out, err := s.e.Step(in)
	require.NoError(s.t, err)
	s.take(out)
	require.Empty(s.t, s.e.Unshared(), "what comes to a node has a share of it")
}

// take keeps records, checks what holds of all outputs, and prints the rest.
func (s *story) take(out *engine.Outputs) {
	for _, r := range out.Records {
		require.Equal(s.t, s.kept[r.Subject].Rev+1, r.Rev, "revisions of %s grow by one", r.Subject)
		s.kept[r.Subject] = engine.Record{Subject: r.Subject, Rev: r.Rev, Data: slices.Clone(r.Data)}
	}
	for _, n := range out.Notices {
		about := strings.TrimSpace(n.Policy + " " + n.Thing)
		if n.State != "" {
			about += "." + n.State
		}
		if n.Anew {
			n.Text = "anew"
		}
		if n.Again {
			n.Text += " again"
		}
		s.out.WriteString(strings.TrimRight(fmt.Sprintf("%v %s [%s] %s", time.Duration(n.At), noticeName(n.Kind), about, n.Text), " ") + "\n")
	}
	for _, c := range out.Commands {
		s.pending = append(s.pending, c)
		fmt.Fprintf(&s.out, "%v   -> %d.%d %s\n", time.Duration(s.now), c.ID.Instance, c.ID.Step, s.commandText(c))
	}
	s.wake = out.Wake
}

func noticeName(k engine.NoticeKind) string {
	return [...]string{"notify", "event", "start", "state", "end", "STUCK", "moved", "failed", "wait", "fact", "power", "deployed"}[k]
}

func (s *story) commandText(c drivers.Command) string {
	verbs := [...]string{
		"Create", "Destroy", "Start", "Stop", "Operate", "MigratePrepare", "MigrateCommit", "MigrateAbort",
		"PowerOn", "PowerOff", "Fence", "PauseProbe", "ResumeProbe",
	}
	text := verbs[c.Verb] + " " + s.name(c.Target)
	if c.From != drivers.NoRef {
		text += " from " + s.name(c.From)
	}
	if c.Host != drivers.NoRef {
		text += " on " + s.name(c.Host)
	}
	if len(c.Args) > 0 {
		text += " " + strings.Join(c.Args, " ")
	}
	if c.Epoch != 1 {
		text += fmt.Sprintf(" (epoch %d)", c.Epoch)
	}
	return text
}

// wait lets time pass; every `every` the samples are measured, and timers ring when they are due.
func (s *story) wait(d *datadriven.TestData) {
	var length, every string
	d.ScanArgs(s.t, "for", &length)
	end := s.now + duration(s.t, length)
	next := end + 1
	if d.HasArg("every") {
		d.ScanArgs(s.t, "every", &every)
		next = s.now + duration(s.t, every)
	}
	for {
		at := min(next, end)
		if s.wake >= 0 && s.wake < at {
			at = s.wake
		}
		s.now = max(s.now, at)
		switch {
		case at == next:
			s.measure(strings.Split(strings.TrimSpace(d.Input), "\n"))
			next += duration(s.t, every)
		case at == s.wake:
			s.step(engine.Input{})
		}
		if at == end && next > end && (s.wake < 0 || s.wake > end) {
			return
		}
	}
}

func duration(t *testing.T, text string) engine.Time {
	d, err := time.ParseDuration(text)
	require.NoError(t, err)
	return int64(d)
}

func (s *story) measure(lines []string) {
	f := &drivers.Frame{At: time.Duration(s.now)}
	for _, line := range lines {
		if w := strings.Fields(line); len(w) == 3 {
			v, err := strconv.ParseFloat(strings.TrimSuffix(w[2], "%"), 64)
			require.NoError(s.t, err)
			ref := s.ref(w[1])
			f.Samples = append(f.Samples, drivers.Sample{Probe: s.probe(w[0], ref), Index: ref.Index, Value: v / 100})
		}
	}
	s.step(engine.Input{Frame: f})
}

// answer ends the pending commands that are meant, in one batch.
func (s *story) answer(d *datadriven.TestData, o drivers.Outcome) {
	var verb, target, reason string
	d.MaybeScanArgs(s.t, "verb", &verb)
	d.MaybeScanArgs(s.t, "target", &target)
	d.MaybeScanArgs(s.t, "reason", &reason)
	var results []drivers.Result
	var rest []drivers.Command
	for _, c := range s.pending {
		if verb != "" && !strings.HasPrefix(s.commandText(c), verb+" ") || target != "" && s.name(c.Target) != target {
			rest = append(rest, c)
			continue
		}
		results = append(results, drivers.Result{ID: c.ID, Outcome: o, Reason: reason})
		if o == drivers.Unknown {
			rest = append(rest, c)
		}
	}
	if len(results) == 0 {
		s.out.WriteString("nothing like that is pending\n")
		return
	}
	s.pending = rest
	s.step(engine.Input{Results: results})
}

func (s *story) emit(d *datadriven.TestData) {
	o := engine.Operator{Verb: "emit", Event: -1}
	for e := range s.p.Events {
		if s.p.Events[e].Name == d.CmdArgs[0].Key {
			o.Event = int32(e)
		}
	}
	for _, a := range d.CmdArgs[1:] {
		if v, err := strconv.ParseFloat(a.Key, 64); err == nil {
			o.Payload = append(o.Payload, v)
		} else {
			o.Payload = append(o.Payload, float64(s.ref(a.Key).Index))
		}
	}
	s.step(engine.Input{Command: &o})
}

// wish wants something of a policy or a thing; of all, if none is named.
func (s *story) wish(d *datadriven.TestData) {
	o := engine.Operator{Verb: d.Cmd, Policy: -1}
	for _, a := range d.CmdArgs {
		p := slices.IndexFunc(s.p.Policies, func(p bundle.Policy) bool { return p.Name == a.Key })
		if p < 0 {
			o.Things = append(o.Things, s.ref(a.Key))
		}
		o.Policy = int32(p)
	}
	s.step(engine.Input{Command: &o})
}

// restart lets another process, in the next epoch, take up what was kept.
func (s *story) restart() {
	e, err := engine.New(s.p, engine.Options{Epoch: 2})
	require.NoError(s.t, err)
	s.e, s.pending = e, nil
	out, err := e.Load(s.now, s.records())
	require.NoError(s.t, err)
	s.take(out)
}

func (s *story) records() []engine.Record {
	var all []engine.Record
	for _, r := range s.kept {
		if len(r.Data) > 0 {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b engine.Record) int { return strings.Compare(a.Subject, b.Subject) })
	return all
}

func (s *story) where() {
	m := s.e.Model()
	for sp := range s.p.Spaces {
		for i := range m.Size(int32(sp)) {
			s.whereIs(m, int32(sp), i)
		}
	}
}

func (s *story) whereIs(m *model.Model, sp, i int32) {
	if s.p.Spaces[sp].Kind == bundle.Host {
		if !m.IsOn(sp, i) {
			fmt.Fprintf(&s.out, "%s is off\n", m.Name(sp, i))
		}
		return
	}
	if m.Life(sp, i) == model.Absent {
		return
	}
	fmt.Fprintf(&s.out, "%s on %s", m.Name(sp, i), m.Name(m.On(sp), m.Node(sp, i)))
	if m.Node(sp, i) != m.Home(sp, i) {
		fmt.Fprintf(&s.out, ", at home on %s", m.Name(m.On(sp), m.Home(sp, i)))
	}
	if m.Life(sp, i) != model.Running {
		s.out.WriteString(", not started")
	}
	s.out.WriteString("\n")
}

func (s *story) name(r drivers.Ref) string { return s.e.Model().Name(r.Space, r.Index) }

func (s *story) ref(name string) drivers.Ref {
	for sp := range s.p.Spaces {
		for i := range s.e.Model().Size(int32(sp)) {
			if s.e.Model().Name(int32(sp), i) == name {
				return drivers.Ref{Space: int32(sp), Index: i}
			}
		}
	}
	s.t.Fatalf("there is no %s", name)
	return drivers.NoRef
}

func (s *story) class(name string) int32 {
	for c := range s.p.Classes {
		if s.p.Classes[c].Name == name {
			return int32(c)
		}
	}
	s.t.Fatalf("there is no class %s", name)
	return -1
}

func (s *story) probe(name string, of drivers.Ref) int32 {
	for p := range s.p.Probes {
		if s.p.Probes[p].Name == name && s.p.Probes[p].Class == s.e.Model().Class(of.Space, of.Index) {
			return int32(p)
		}
	}
	s.t.Fatalf("there is no probe %s", name)
	return -1
}
