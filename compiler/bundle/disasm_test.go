package bundle

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func listing(t *testing.T, p *Program) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, Disasm(&b, p, View{}))
	return b.String()
}

// A listing shows beside each instruction the line and the words that it comes from, and the names of what it refers to.
func TestListingHasSourceAndNames(t *testing.T) {
	text := "policy P {\n  let x = h.cpu +\n          1\n}\n"
	at := func(words string) Pos {
		i := int32(strings.Index(text, words))
		return Pos{0, i, i + int32(len(words))}
	}
	p := &Program{
		System: "shop", Version: 3,
		Spaces:  []Space{{Name: "rack"}},
		Classes: []Class{{Name: "rack", On: -1}},
		Columns: []Column{{Name: "cpu"}},
		Consts:  []float64{1},
		Code:    []Instr{{COL, 1, 0, 0, 0}, {NUM, 2, 0, 0, 0}, {ADD, 1, 1, 2, 0}, {END, 0, 0, 0, 0}},
		Pos:     []Pos{at("h.cpu"), at("1"), at("h.cpu +\n          1"), {0, 0, 0}},
		Policies: []Policy{{
			Name: "P", Event: OnDeploy, Guard: -1, Most: 4, RegNames: []string{"h", "x"},
			Regs:   []Type{{Inst, 0, 0}, {Float, -1, -1}},
			States: []State{{Name: "Think", Claims: -1, Body: 0, Next: -1, Fail: -1}},
		}},
		Sources: []Source{{"shop.tune", text}},
	}
	require.Equal(t, `system shop version 3

policy P on deploy, at most 4 actions
  r0 h: rack
  r1 x: float

  state Think
    body
       2 │ let x = h.cpu +
         0  COL    x h rack.cpu                               h.cpu
       3 │ 1
         1  NUM    r2 1
       2 │ let x = h.cpu +
         2  ADD    x x r2                                     h.cpu + …
         3  END    success
`, listing(t, p))
}

// Nobody wrote the state that sets to 0 how often arrows were taken: it is called by what it does.
func TestTheStateThatBeginsToCountHasATitle(t *testing.T) {
	p := &Program{
		System: "shop", Version: 1, Code: []Instr{{END, 0, 0, 0, 0}},
		Policies: []Policy{{Name: "P", Event: OnDeploy, Guard: -1, States: []State{{Claims: -1, Body: 0, Next: -1, Fail: -1}}}},
	}
	require.Contains(t, listing(t, p), "\n  state (begins to count)\n")
}

// Of a policy there is only its own, for people and for programs; colours come from who shows it.
func TestAListingMayBeOfOnePolicy(t *testing.T) {
	policy := func(name string, body int32) Policy {
		return Policy{Name: name, Event: OnDeploy, Guard: -1, States: []State{{Name: "A", Claims: -1, Body: body, Next: -1, Fail: -1}}}
	}
	p := &Program{
		System: "shop", Version: 1, Consts: []float64{7, 8},
		Code:     []Instr{{NUM, 0, 0, 0, 0}, {END, 0, 0, 0, 0}, {NUM, 0, 0, 0, 1}, {END, 0, 0, 0, 0}},
		Policies: []Policy{policy("P", 0), policy("Q", 2)},
	}
	var b strings.Builder
	painted := func(ink Ink, text string) string { return fmt.Sprintf("<%d %s>", ink, text) }
	require.NoError(t, Disasm(&b, p, View{Policy: "Q", Paint: painted}))
	require.Contains(t, b.String(), "<0 policy Q on deploy>")
	require.Contains(t, b.String(), "<3      2>  NUM    r0 8")
	require.NotContains(t, b.String(), "policy P")

	lines := Listing(p, "Q")
	require.Len(t, lines, 2)
	require.Equal(t, Line{PC: 2, Op: "NUM", K: 1, Policy: "Q", State: "A", Part: "body"}, lines[0])
	require.Len(t, Listing(p, ""), 4)
}

// What a state claims gives nothing, but a question within does.
func TestOnlyTheEndOfWhatIsClaimedGivesNothing(t *testing.T) {
	p := &Program{
		Spaces: []Space{{Name: "rack"}}, Navs: []Nav{{Name: "vms"}},
		Code:   []Instr{{SETOP, 1, 0, 0, 0}, {RET, 0, 0, 0, 0}, {KNOWN, 3, 2, 0, 0}, {RET, 3, 0, 0, 0}, {END, 0, 0, 0, 0}},
		SetOps: []SetOp{{Kind: SetFilter, Where: Guard{PC: 2}, KeyColumn: -1, KeyPC: -1, Elem: 2, Except: []uint8{0}}},
		Policies: []Policy{{
			Name: "P", Event: OnDeploy, Guard: -1, RegNames: []string{"h"}, Regs: []Type{{Inst, 0, 0}},
			States: []State{{Name: "A", Claims: 0, Body: 4, Next: -1, Fail: -1}},
		}},
	}
	got := listing(t, p)
	require.Contains(t, got, "     1  RET\n")
	require.Contains(t, got, "     3  RET    r3\n")
	require.Contains(t, got, "not h, each is r2\n")
}

func TestIntervalsReadAsTheyWereWritten(t *testing.T) {
	inf := math.Inf(1)
	for want, of := range map[string][2]float64{
		"x > 0.45": {math.Nextafter(0.45, inf), inf}, "x >= 0.45": {0.45, inf}, "x < 0.1": {-inf, math.Nextafter(0.1, -inf)},
		"x <= 3": {-inf, 3}, "0.1 < x <= 0.5": {math.Nextafter(0.1, inf), 0.5}, "x == 2": {2, 2}, "x is known": {-inf, inf},
	} {
		require.Equal(t, want, between(of[0], "x", of[1]))
	}
}

// What Verify refuses can be shown, too: references that lead nowhere, and regions that refer to themselves.
func TestMalformedProgramsAreShown(t *testing.T) {
	p := &Program{
		Code: []Instr{{COL, 0, 0, 0, 99}, {SETOP, 0, 0, 0, 0}, {ACT, 0, 0, 0, -5}, {GOTO, 1, 0, 0, 7}, {Op_(200), 0, 0, 0, 0}},
		Pos:  []Pos{{9, 0, 0}, {-1, 5, 2}},
		SetOps: []SetOp{
			{Kind: 99, Where: Guard{PC: 0}, KeyColumn: -1, KeyPC: 0},
		},
		Policies: []Policy{{Event: 12, Guard: 99, Regs: []Type{{Base: 77}}, States: []State{{Claims: -1, Next: -1, Fail: -1}}}},
	}
	got := listing(t, p)
	for _, want := range []string{"?99", "?-5", "undo, ?7", "Op_(200)", "as at 0", "on ?12"} {
		require.Contains(t, got, want)
	}
	Summary(p)
}

func TestSummary(t *testing.T) {
	p := &Program{
		System: "shop", Version: 3,
		Classes:   []Class{{Name: "rack", On: -1, Min: 3, Max: 3, Initial: 3}, {Name: "Servlet", Kind: VM, Max: -1, Initial: 2, Stateful: true}},
		Probes:    []Probe{{Name: "cpu", Class: 1, Every: 5e8}},
		Events:    []Event{{Name: "hot", Class: 0, Cond: Guard{Tests: make([]Test, 2), PC: -1}}},
		Policies:  []Policy{{Name: "Relieve", Event: 0, Lossless: true, States: []State{{Name: "Pick"}, {Name: "Done"}}, Most: 2, Regs: make([]Type, 4)}},
		Requires:  []Require{{Kind: RequireCapacity, What: "memory", Of: -1}},
		Budgets:   []Budget{{N: 1, What: "migration"}, {N: 4, What: "migration", Per: 600e9, PerHost: true}},
		Scenarios: []Scenario{{Name: "sizing"}},
		Lock:      []Locked{LockOf("shop.tune", "system shop")},
		Code:      make([]Instr, 7),
	}
	got, err := json.Marshal(Summary(p))
	require.NoError(t, err)
	require.JSONEq(t, `{
		"system": "shop", "version": 3,
		"classes": [
			{"name": "rack", "kind": "hosts", "min": 3, "max": 3, "initial": 3, "stateful": false},
			{"name": "Servlet", "kind": "vm", "on": "rack", "min": 0, "max": -1, "initial": 2, "stateful": true}
		],
		"probes": [{"name": "cpu", "class": "Servlet", "seconds": 0.5}],
		"events": [{"name": "hot", "class": "rack", "tests": 2, "code": false}],
		"policies": [{"name": "Relieve", "on": "hot", "lossless": true, "states": ["Pick", "Done"], "mostActions": 2, "most": "at most 2 actions", "registers": 4}],
		"requires": ["capacity(memory) on rack"],
		"budgets": ["1 migration at a time across rack", "4 migrations per 10min per rack host"], "scenarios": ["sizing"],
		"sources": [{"path": "shop.tune", "sha256": "`+LockOf("", "system shop").SHA256+`"}],
		"sizes": {"instructions": 7, "constants": 0, "columns": 0, "windows": 0, "setOps": 0, "actions": 0}
	}`, string(got))
}
