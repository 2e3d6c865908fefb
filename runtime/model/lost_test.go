package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/runtime/model"
)

// lossy has two machines, with a Front and a Back on each; every Back has one Front.
func lossy(t *testing.T) (m *model.Model, vms, front, back int32, fronts func(int32) int32) {
	p := program(t, `system lossy
hosts rack { driver = "sim"  nodes = ["a"] }
vm V on rack { count = 2 }
component Front on V [0..2] { op start = exec("run") }
component Back on V [0..3] { op start = exec("run") }
link Front.backs [*] -- [1] Back.front
`)
	m, err := model.New(p, model.Options{})
	require.NoError(t, err)
	for s := range p.Spaces {
		switch {
		case p.Spaces[s].Kind == bundle.VM:
			vms = int32(s)
		case p.Spaces[s].Name == "Front":
			front = int32(s)
		case p.Spaces[s].Name == "Back":
			back = int32(s)
		}
	}
	one := 0
	for n := range p.Navs {
		if p.Navs[n].Kind == bundle.NavRole && !p.Navs[n].Many {
			one = n
		}
	}
	for i := range int32(2) {
		m.Put(0, vms, i, 0)
		m.Put(0, front, i, i)
	}
	for i := range int32(3) {
		m.Put(0, back, i, i%2)
		m.SetRunning(0, back, i, true)
	}
	return m, vms, front, back, func(b int32) int32 { return m.World().One[one][b] }
}

func TestWhatIsLostWithAMachineIsRemembered(t *testing.T) {
	m, vms, front, back, fronts := lossy(t)
	require.Equal(t, []int32{0, 1, 0}, []int32{fronts(0), fronts(1), fronts(2)})
	nobody := func(int32, int32) {}
	m.Lose(vms, 0, nobody)
	require.Equal(t, int32(0), m.Home(vms, 0), "where it belongs is kept")
	var names []string
	for _, l := range m.LostOn(vms, 0) {
		names = append(names, m.Name(l.Space, l.Index))
		require.Equal(t, l.Space == back, l.Ran)
	}
	require.Equal(t, []string{"Front-1", "Back-1", "Back-3"}, names)

	c := m.Class(back, 0)
	rooms := func(of ...model.Room) func(int32) model.Room { return func(i int32) model.Room { return of[i] } }
	require.Equal(t, int32(0), m.Free(c, 0, rooms(model.FreeRoom, model.FreeRoom, model.FreeRoom)), "their room is given to others only if there is no other")
	require.Equal(t, int32(0), m.Free(c, 3, rooms(model.FreeRoom, model.FreeRoom, model.FreeRoom)), "also if it is before where the search begins")
	require.Equal(t, int32(2), m.Free(c, 0, rooms(model.TakenRoom, model.FreeRoom, model.FreeRoom)))
	require.Equal(t, int32(2), m.Free(c, 0, rooms(model.TakenRoom, model.FreeRoom, model.OwnRoom)))
	require.Equal(t, model.None, m.Free(c, 0, rooms(model.TakenRoom, model.FreeRoom, model.TakenRoom)))

	m.Put(1, vms, 0, 0)
	m.Put(1, back, 2, 0)
	require.Equal(t, int32(1), fronts(2), "its partner isn't there yet: another stands in")
	m.Put(1, front, 0, 0)
	m.Put(1, back, 0, 0)
	require.Equal(t, []int32{0, 1, 0}, []int32{fronts(0), fronts(1), fronts(2)}, "all have their own again")
	m.Found(back, 0)
	require.Nil(t, m.LostWith(back, 0))

	m.Remove(back, 2, nobody)
	require.Nil(t, m.LostWith(back, 2), "what is removed doesn't come back")
	m.Remove(vms, 0, nobody)
	require.Empty(t, m.LostOn(vms, 0), "nor what stood on a machine that is removed")
}

func TestWhoComesBackFirstFindsItsPartnerLater(t *testing.T) {
	m, vms, front, back, fronts := lossy(t)
	nobody := func(int32, int32) {}
	m.Lose(vms, 0, nobody) // Back-2, on the other machine, has Front-2
	m.Lose(vms, 1, nobody)
	for i := range int32(2) {
		m.Put(1, vms, i, 0)
	}
	for _, b := range []int32{1, 2, 0} {
		m.Put(1, back, b, b%2)
	}
	m.Put(1, front, 1, 1)
	require.Equal(t, []int32{1, 1, 1}, []int32{fronts(0), fronts(1), fronts(2)})
	m.Put(1, front, 0, 0)
	require.Equal(t, []int32{0, 1, 0}, []int32{fronts(0), fronts(1), fronts(2)})
}

func TestOnlyWhatCanBeIsTakenForLost(t *testing.T) {
	m, vms, front, back, _ := lossy(t)
	right := model.Lost{Space: back, Index: 2, Node: 1, Ran: true, Ties: []model.Tie{{Link: 0, Side: 1, Other: 1}}}
	require.True(t, m.RestoreLost(right))
	for _, wrong := range []model.Lost{
		{Space: vms, Index: 0}, {Space: back, Index: 9}, {Space: back, Index: -1}, {Space: 99}, {Space: back, Node: 2}, {Space: front, Node: -1},
		{Space: back, Ties: []model.Tie{{Link: 1, Side: 1}}}, {Space: back, Ties: []model.Tie{{Side: 2}}},
		{Space: back, Ties: []model.Tie{{Side: 0}}}, {Space: back, Ties: []model.Tie{{Side: 1, Other: 7}}},
	} {
		require.False(t, m.RestoreLost(wrong), "%+v", wrong)
	}
}
