package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/model"
)

// tied is a system whose software comes and goes, and is connected in all ways that there are.
func tied(t *testing.T) *bundle.Program {
	p, err := compile(`system tied
hosts rack { driver = "sim"  nodes = ["a", "b", "c"]  cores = 8 }
vm V on rack { count = 3  place = spread }
component Front on rack [0..3] initially 2 { op start = exec("f") }
component Back on V [0..6] initially 3 { op start = exec("b") }
component Db on rack [0..3] initially 2 { op start = exec("d") }
link Front.backs [0..3] -- [1] Back.front
link Back.dbs [1..2] -- [*] Db.users
link Back.cache [0..1] -- [0..1] Db.caches
event back every 7s
event unback every 11s
event front every 13s
event unfront every 17s
event db every 19s
event undb every 23s
policy MoreBack on back when count(Back) < 6 { state S { Back++ } -> Done -> Done on failure final Done }
policy MoreFront on front when count(Front) < 3 { state S { Front++ } -> Done -> Done on failure final Done }
policy MoreDb on db when count(Db) < 3 { state S { Db++ } -> Done -> Done on failure final Done }
policy LessBack on unback { state C { let x = min(Back by count(it.dbs)) } -> S when x exists -> Done otherwise state S { x-- } -> Done -> Done on failure final Done }
policy LessFront on unfront { state C { let x = max(Front by count(it.backs)) } -> S when x exists -> Done otherwise state S { x-- } -> Done -> Done on failure final Done }
policy LessDb on undb { state C { let x = max(Db by count(it.users)) } -> S when x exists -> Done otherwise state S { x-- } -> Done -> Done on failure final Done }
`)
	require.NoError(t, err)
	return p
}

// roles is who is connected with whom, in the order in which code sees them.
func (w *walker) roles() string {
	var b strings.Builder
	for n, nav := range w.p.Navs {
		if nav.Kind != bundle.NavRole {
			continue
		}
		world := w.e.Model().World()
		for i := range w.e.Model().Size(nav.From) {
			fmt.Fprintf(&b, "%s.%s: %v, first %d\n", w.e.Model().Name(nav.From, i), nav.Name, world.Many[n][i], world.One[n][i])
		}
	}
	return b.String()
}

// bound checks that who is connected is there, is connected both ways, and has no more partners than it may.
func (w *walker) bound() {
	m := w.e.Model()
	for n, nav := range w.p.Navs {
		if nav.Kind != bundle.NavRole {
			continue
		}
		back := slices.IndexFunc(w.p.Navs, func(o bundle.Nav) bool {
			return o.Kind == bundle.NavRole && o.Ref == nav.Ref && o.Right != nav.Right
		})
		end := w.p.Links[nav.Ref].Left
		if nav.Right {
			end = w.p.Links[nav.Ref].Right
		}
		for i, partners := range m.World().Many[n] {
			require.True(w.t, end.Max < 0 || len(partners) <= int(end.Max), "%s.%s has %v", m.Name(nav.From, int32(i)), nav.Name, partners)
			for _, other := range partners {
				require.NotEqual(w.t, model.Absent, m.Life(nav.To, other))
				require.False(w.t, nav.From == nav.To && other == int32(i), "nobody is its own partner")
				require.Contains(w.t, m.World().Many[back][other], int32(i))
			}
		}
	}
}

func TestAnotherProcessFindsEveryoneConnectedAsBefore(t *testing.T) {
	p := tied(t)
	rapid.Check(t, func(t *rapid.T) {
		w := newWalker(t, p)
		w.deploy()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			w.act(t)
			if rapid.IntRange(0, 3).Draw(t, "restart") == 0 {
				before := w.roles()
				w.restart()
				require.Equal(t, before, w.roles(), "who is whose partner, and in which order, is kept")
				w.deploy()
			}
			w.bound()
		}
	})
}

func TestConnectionsAreSoundWhereverTheRecordsOfAStepEnd(t *testing.T) {
	p := tied(t)
	rapid.Check(t, func(t *rapid.T) {
		w := newWalker(t, p)
		w.batch = func(records []engine.Record) {
			if len(records) < 2 {
				return
			}
			cut := rapid.IntRange(1, len(records)-1).Draw(t, "cut")
			other := takenOver(t, w, records[:cut])
			other.bound()
			other.finish()
			other.bound()
		}
		w.deploy()
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			w.act(t)
		}
	})
}
