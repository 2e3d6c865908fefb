package engine_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/model"
)

// A process may die while a step's records are being kept: a journal keeps them in order, and each whole or not at all. From
// any of these points another process goes on: numbers grow, and what was commanded before means what it meant.
func TestAnotherProcessCanTakeOverBetweenTheRecordsOfAStep(t *testing.T) {
	w, tried := torn(t, "power")
	for _, name := range []string{"off", "first", "second", "off"} {
		w.emit(name)
		if name != "first" {
			w.finish()
		}
	}
	w.step(engine.Input{Command: &engine.Operator{Verb: "shutdown"}})
	w.finish()
	require.Greater(t, *tried, 30)
}

// Whenever the process dies that restarts a machine, all that stood on it comes back.
func TestAnotherProcessCanTakeOverBetweenTheRecordsOfARestart(t *testing.T) {
	w, tried := torn(t, "software")
	before := w.running()
	w.up = before
	for a := range w.e.Model().Size(0) - 1 { // all of it goes to the last host
		w.emit("lost", float64(a))
		w.finish()
		require.Equal(t, before, w.running(), "all is back")
	}
	require.Greater(t, *tried, 50)
}

// Whenever the process dies, what operators said is done in its order, also by the program's own policies.
func TestAnotherProcessCanTakeOverBetweenTheRecordsOfAnOwnDeployment(t *testing.T) {
	w, tried := torn(t, "own")
	for range 2 {
		w.step(engine.Input{Command: &engine.Operator{Verb: "shutdown"}})
		w.step(engine.Input{Command: &engine.Operator{Verb: "deploy"}})
		w.finish()
		require.Equal(t, []string{"Db-1", "App-1"}, w.running())
	}
	require.Greater(t, *tried, 30)
}

// torn deploys a story's system. From each part of a step's records, on its way there and after it, another process goes on.
func torn(t *testing.T, name string) (w *walker, tried *int) {
	p, err := compile(systemOf(t, name))
	require.NoError(t, err)
	w, tried = newWalker(t, p), new(int)
	w.batch = func(records []engine.Record) {
		for k := range records {
			takeOver(t, w, records[:k])
			*tried++
		}
	}
	w.deploy()
	w.finish()
	return w, tried
}

// emit lets an event come from outside, about an instance or about none.
func (w *walker) emit(name string, about ...float64) {
	for e := range w.p.Events {
		if w.p.Events[e].Name == name {
			w.step(engine.Input{Command: &engine.Operator{Verb: "emit", Event: int32(e), Payload: about}})
			w.settle()
		}
	}
}

// running are all machines and software that run.
func (w *walker) running() (names []string) {
	m := w.e.Model()
	for s := range w.p.Spaces {
		for i := range m.Size(int32(s)) {
			if m.On(int32(s)) >= 0 && m.Life(int32(s), i) == model.Running {
				names = append(names, m.Name(int32(s), i))
			}
		}
	}
	return names
}

// takeOver goes on where w is, in another process that finds only some of the last step's records, and of whose commands
// none was sent.
func takeOver(t *testing.T, w *walker, kept []engine.Record) {
	v := takenOver(t, w, kept)
	v.whole()
	v.finish()
	if w.up != nil {
		require.Equal(t, w.up, v.running(), "all that was lost is back")
	}
	v.deploy()
	v.finish()
	v.step(engine.Input{Command: &engine.Operator{Verb: "shutdown"}})
	v.finish()
	v.whole()
	require.Empty(t, v.pending)
	require.Empty(t, v.running(), "all is shut down")
}

// takenOver is that other process.
func takenOver(t require.TestingT, w *walker, kept []engine.Record) *walker {
	v := &walker{
		t: t, p: w.p, now: w.now, epoch: w.epoch,
		kept: maps.Clone(w.kept), given: maps.Clone(w.given), seqs: maps.Clone(w.seqs),
	}
	for _, r := range kept {
		v.kept[r.Subject] = engine.Record{Subject: r.Subject, Rev: r.Rev, Data: slices.Clone(r.Data)}
	}
	v.restart()
	return v
}
