package engine_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/engine"
)

// A damaged record is refused, or taken for what it says; it never takes the process down.
func TestDamagedRecordsDoNoHarm(t *testing.T) {
	eachSystem(t, func(t *rapid.T, p *bundle.Program) {
		w := newWalker(t, p)
		w.deploy()
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			w.act(t)
		}
		s := story{kept: w.kept}
		records := s.records()
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			r := &records[rapid.IntRange(0, len(records)-1).Draw(t, "record")]
			r.Data = slices.Clone(r.Data)
			at := rapid.IntRange(0, len(r.Data)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "damage") {
			case 0:
				r.Data[at] = rapid.Byte().Draw(t, "byte")
			case 1:
				r.Data = r.Data[:max(at, 1)]
			case 2:
				r.Data = append(r.Data, r.Data[at:]...)
			}
		}
		e, err := engine.New(p, engine.Options{Epoch: 2})
		require.NoError(t, err)
		out, err := e.Load(w.now, records)
		if err != nil {
			return
		}
		commands := slices.Clone(out.Commands)
		for k := 0; k < len(commands) && k < 100; k++ {
			out, err := e.Step(engine.Input{At: w.now + 3600e9, Results: []drivers.Result{{ID: commands[k].ID}}})
			require.NoError(t, err)
			commands = append(commands, out.Commands...)
		}
	})
}

// Each record says by its first byte how it is written.
func TestRecordsOfAnotherReleaseAreRefusedAndSayWhatToDo(t *testing.T) {
	w := newWalker(t, tied(t))
	w.deploy()
	w.finish()
	s := story{kept: w.kept}
	for _, r := range s.records() {
		for by, says := range map[int]string{
			-1: "it is of version 10, and this tune reads version 11: let the tune that wrote it end what runs, or begin with an empty journal",
			1:  "it is of version 12, and this tune reads version 11: update tune",
		} {
			other := engine.Record{Subject: r.Subject, Rev: r.Rev, Data: slices.Clone(r.Data)}
			other.Data[0] += byte(by)
			e, err := engine.New(w.p, engine.Options{Epoch: 2})
			require.NoError(t, err)
			_, err = e.Load(w.now, []engine.Record{other})
			require.EqualError(t, err, "engine: record "+r.Subject+": "+says)
		}
	}
}

func TestInputsThatBreakTheContractAreRefused(t *testing.T) {
	for _, p := range systems(t) {
		e, err := engine.New(p, engine.Options{})
		require.NoError(t, err)
		_, err = e.Step(engine.Input{At: 10})
		require.NoError(t, err)
		_, err = e.Step(engine.Input{N: 7, At: 9})
		require.ErrorContains(t, err, "input 7 is at 9 ns, before 10 ns")
		_, err = e.Step(engine.Input{At: 11, Frame: &drivers.Frame{}, Fact: &drivers.Fact{}})
		require.ErrorContains(t, err, "one by one")
		require.Equal(t, engine.Time(10), e.Now(), "nothing has changed")
		for _, o := range []engine.Operator{{Verb: "dance"}, {Verb: "emit", Event: -1}, {Verb: "emit", Event: 99}, {Verb: "clear"}, {Verb: "approve"}} {
			out, err := e.Step(engine.Input{At: 11, Command: &o})
			require.NoError(t, err)
			require.Len(t, out.Notices, 1, "%+v makes no sense, and that is told", o)
			require.Equal(t, engine.NoticeFailed, out.Notices[0].Kind)
		}
		for _, verb := range []string{"deploy", "shutdown"} {
			out, err := e.Step(engine.Input{At: 11, Command: &engine.Operator{Verb: verb, Classes: []int32{99, -1}}})
			require.NoError(t, err)
			require.Len(t, out.Notices, 1, "what isn't there doesn't mean all")
			require.Equal(t, engine.NoticeFailed, out.Notices[0].Kind)
			require.Contains(t, out.Notices[0].Text, verb+": there is no class 99: there are "+p.Classes[firstVM(p)].Name)
		}
		for _, f := range []drivers.Fact{{Ref: drivers.NoRef}, {Kind: 9}, {Kind: drivers.Gone, Ref: drivers.Ref{Space: 99}}} {
			_, err := e.Step(engine.Input{At: 12, Fact: &f})
			require.NoError(t, err)
		}
		_, err = e.Step(engine.Input{At: 13, Results: []drivers.Result{{}, {ID: drivers.CommandID{Instance: 5, Step: 1}}, {Outcome: 77}}})
		require.NoError(t, err)
	}
}

func firstVM(p *bundle.Program) int {
	return slices.IndexFunc(p.Classes, func(c bundle.Class) bool { return c.Kind != bundle.Host })
}
