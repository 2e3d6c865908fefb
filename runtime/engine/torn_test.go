package engine_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/runtime/engine"
)

// A process may die while a step's records are being kept: a journal keeps them in order, and each whole or not at all. From
// any of these points another process goes on: numbers grow, and what was commanded before means what it meant.
func TestAnotherProcessCanTakeOverBetweenTheRecordsOfAStep(t *testing.T) {
	p, err := compile(systemOf(t, "power"))
	require.NoError(t, err)
	w := newWalker(t, p)
	tried := 0
	w.batch = func(records []engine.Record) {
		for k := range records {
			takeOver(t, w, records[:k])
			tried++
		}
	}
	w.deploy()
	w.finish()
	for _, name := range []string{"off", "first", "second", "off"} {
		for e := range p.Events {
			if p.Events[e].Name == name {
				w.step(engine.Input{Command: &engine.Operator{Verb: "emit", Event: int32(e)}})
				w.settle()
			}
		}
		if name != "first" {
			w.finish()
		}
	}
	w.step(engine.Input{Command: &engine.Operator{Verb: "shutdown"}})
	w.finish()
	require.Greater(t, tried, 30)
}

// takeOver goes on where w is, in another process that finds only some of the last step's records, and of whose commands
// none was sent.
func takeOver(t *testing.T, w *walker, kept []engine.Record) {
	v := &walker{
		t: t, p: w.p, now: w.now, epoch: w.epoch,
		kept: maps.Clone(w.kept), given: maps.Clone(w.given), seqs: maps.Clone(w.seqs),
	}
	for _, r := range kept {
		v.kept[r.Subject] = engine.Record{Subject: r.Subject, Rev: r.Rev, Data: slices.Clone(r.Data)}
	}
	v.restart()
	v.whole()
	v.finish()
	v.deploy()
	v.finish()
	v.step(engine.Input{Command: &engine.Operator{Verb: "shutdown"}})
	v.finish()
	v.whole()
	require.Empty(t, v.pending)
}
