package model_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tune-autonomic/tune/runtime/model"
)

const parted = `system parted
hosts rack { inventory = "zones.csv"  attr zone: string }
vm Guest on rack { count = 5  memory = 64MiB }
vm Other on rack { count = 2  memory = 64MiB }
component Web on Guest [0..6] initially 0 { op start = exec("up") }
require apart(Other) on rack
require spread(Guest) on rack by zone
require spread(Web) on rack
`

// TestApartIsCounted holds the counts that the model keeps to those that one gets by looking at each machine, whatever
// moves, comes and goes, in the model and in a plan.
func TestApartIsCounted(t *testing.T) {
	p := program(t, parted)
	rapid.Check(t, func(t *rapid.T) {
		m, err := model.New(p, model.Options{})
		require.NoError(t, err)
		w := parting{m: m, zones: []int32{0, 0, 1, 1}, at: map[int32]int32{}, going: map[int32]int32{}, on: map[int32]int32{}, comes: map[int32]bool{}}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			w.step(t)
			for v := range int32(7) {
				for h := range int32(4) {
					require.Equal(t, w.mayStand(w.at, v, h), m.Parts(guests, v, h) == "", "machine %d on host %d: %v, going %v, webs %v", v, h, w.at, w.going, w.on)
				}
			}
		}
		m.Think()
		defer m.Rest()
		plan := map[int32]int32{}
		for v, h := range w.at {
			plan[v] = h
		}
		for range rapid.IntRange(0, 8).Draw(t, "placements") {
			v := rapid.Int32Range(0, 6).Draw(t, "v")
			if _, there := w.at[v]; !there {
				continue
			}
			h := rapid.Int32Range(0, 3).Draw(t, "h")
			require.Equal(t, w.mayStand(plan, v, h), m.World().Scratch.Fits(guests, v, h), "machine %d on host %d in a plan: %v", v, h, plan)
			m.World().Scratch.Place(guests, v, h)
			plan[v] = h
		}
	})
}

// parting is where everything stands: machines 0 to 4 are Guests, 5 and 6 Others, on four hosts in two zones.
type parting struct {
	m     *model.Model
	zones []int32
	at    map[int32]int32 // machine on host
	going map[int32]int32 // machine on its way to a host
	on    map[int32]int32 // Web on machine, or lost with it
	comes map[int32]bool  // Web that was lost, and is being made again
}

func (w *parting) step(t *rapid.T) {
	v, h := rapid.Int32Range(0, 6).Draw(t, "machine"), rapid.Int32Range(0, 3).Draw(t, "host")
	_, there := w.at[v]
	to, moves := w.going[v]
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		if !there && !moves {
			w.m.Put(1, guests, v, h)
			w.at[v] = h
		}
	case 1:
		if !moves && (!there || w.at[v] != h) {
			w.m.Expect(guests, v, h)
			w.going[v] = h
		}
	case 2:
		if moves {
			w.m.Arrived(guests, v, to)
			if there {
				w.m.Move(guests, v, to)
			} else {
				w.m.Put(1, guests, v, to)
			}
			w.at[v] = to
			delete(w.going, v)
		}
	case 3:
		if web := rapid.Int32Range(0, 5).Draw(t, "web"); there && v < 5 {
			if _, runs := w.on[web]; !runs {
				w.m.Put(1, apps, web, v)
				w.on[web] = v
			}
		}
	case 4:
		if there && !moves {
			w.m.Lose(guests, v, func(int32, int32) {})
			delete(w.at, v)
		}
	case 5:
		web := rapid.Int32Range(0, 5).Draw(t, "web")
		node, known := w.on[web]
		if _, stands := w.at[node]; known && stands && w.m.Life(apps, web) == model.Absent {
			w.comesBack(web, node)
		}
	}
}

// comesBack makes a Web that was lost again, in two steps: it counts on the way, too, but once.
func (w *parting) comesBack(web, node int32) {
	if !w.comes[web] {
		w.m.Expect(apps, web, node)
		w.comes[web] = true
		return
	}
	w.m.Arrived(apps, web, node)
	w.m.Put(1, apps, web, node)
	delete(w.comes, web)
}

// mayStand says whether every requirement would hold with machine v on host h, where machines stand as at says.
func (w *parting) mayStand(at map[int32]int32, v, h int32) bool {
	if v >= 5 {
		return w.count(at, v, func(m, host int32) int { return one(m >= 5 && host == h) }) == 0
	}
	brings := w.webs(v)
	zone := func(z int32) int {
		return w.count(at, v, func(m, host int32) int { return one(m < 5 && w.zones[host] == z) })
	}
	webs := func(x int32) int {
		return w.count(at, v, func(m, host int32) int { return one(host == x) * w.webs(m) })
	}
	if zone(w.zones[h]) > min(zone(0), zone(1)) {
		return false
	}
	fewest := math.MaxInt
	for x := range int32(4) {
		for m, host := range at {
			if m < 5 && host == x {
				fewest = min(fewest, webs(x))
			}
		}
	}
	return brings == 0 || webs(h) <= fewest
}

// count adds up what all machines but v are worth on the hosts that they stand on, or are on their way to. Of v itself only
// what it is worth there counts, if it is on its way somewhere else than to where it would stand.
func (w *parting) count(at map[int32]int32, v int32, worth func(m, host int32) int) int {
	n := 0
	for m, host := range at {
		if m != v {
			n += worth(m, host)
		}
	}
	for m, host := range w.going {
		if stands, there := at[m]; m != v && (!there || stands != host) {
			n += worth(m, host)
		}
	}
	return n
}

func (w *parting) webs(v int32) int {
	n := 0
	for _, on := range w.on {
		n += one(on == v)
	}
	return n
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
