package model

import (
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
)

// Lost is software that was lost along with its machine. The machine's disk still has it: it comes back when that does.
type Lost struct {
	Space, Index int32
	Node         int32 // the machine, in the space that the software stands on
	Ran          bool  // it ran; otherwise it was installed only
	Ties         []Tie // whom it was connected with, in the order in which it is to be again
}

// Tie is a connection as one of the two sees it: by end Side of Link (0 is the left one), with Other.
type Tie struct{ Link, Side, Other int32 }

// Lose takes an instance, and whatever stands on it, out of the model, as Remove does. What stood on a machine is
// remembered.
func (m *Model) Lose(space, i int32, gone func(space, i int32)) {
	all := m.LostOn(space, i)
	if m.spaces[space].kind == bundle.VM {
		for g := range m.spaces {
			if m.spaces[g].on == space {
				all = m.loseGuests(all, int32(g), i)
			}
		}
	}
	m.Remove(space, i, gone)
	for k := range all {
		m.noteLost(all[k].Space, all[k].Index, &all[k])
	}
}

// loseGuests adds those of a space that stand on a node. One that was just coming back is to run as before.
func (m *Model) loseGuests(all []Lost, space, node int32) []Lost {
	sp := &m.spaces[space]
	for _, i := range sp.guests[node] {
		l := Lost{Space: space, Index: i, Node: node, Ran: sp.life[i] == Running, Ties: m.ties(space, i)}
		if k := slices.IndexFunc(all, func(o Lost) bool { return o.Space == space && o.Index == i }); k >= 0 {
			all[k].Ran = all[k].Ran || l.Ran
			all[k].Ties = l.Ties
			continue
		}
		all = append(all, l)
	}
	return all
}

// LostOn is the software that was lost along with a machine and isn't found again, by space and number.
func (m *Model) LostOn(space, i int32) []Lost {
	var all []Lost
	for g := range m.spaces {
		if m.spaces[g].on != space || !m.known(space, i) {
			continue
		}
		for _, away := range m.spaces[g].away[i] {
			all = append(all, *m.spaces[g].lost[away])
		}
	}
	return all
}

// LostWith is what is remembered of an instance that was lost; nil if nothing is.
func (m *Model) LostWith(space, i int32) *Lost {
	if !m.known(space, i) || m.spaces[space].lost == nil {
		return nil
	}
	return m.spaces[space].lost[i]
}

// Found ends the memory of an instance that was lost: it is back.
func (m *Model) Found(space, i int32) { m.noteLost(space, i, nil) }

// noteLost sets what is remembered of an instance, nil if nothing is any more.
func (m *Model) noteLost(space, i int32, l *Lost) {
	sp := &m.spaces[space]
	if was := sp.lost[i]; was != nil {
		sp.away[was.Node] = slices.DeleteFunc(sp.away[was.Node], func(o int32) bool { return o == i })
	}
	if l != nil {
		k, _ := slices.BinarySearch(sp.away[l.Node], i)
		sp.away[l.Node] = slices.Insert(sp.away[l.Node], k, i)
	}
	sp.lost[i] = l
	m.comings++
}

// RestoreLost sets what is kept of lost software in the journal. False if there can be no such thing.
func (m *Model) RestoreLost(l Lost) bool {
	if !m.known(l.Space, l.Index) || m.spaces[l.Space].kind != bundle.Component {
		return false
	}
	sp := &m.spaces[l.Space]
	if !m.known(sp.on, l.Node) || m.spaces[sp.on].kind != bundle.VM {
		return false
	}
	for _, t := range l.Ties {
		if t.Link < 0 || int(t.Link) >= len(m.links) || t.Side < 0 || t.Side > 1 {
			return false
		}
		e, o := &m.links[t.Link].ends[t.Side], &m.links[t.Link].ends[1-t.Side]
		itself := o.space == l.Space && t.Other == l.Index
		if e.class != sp.class[l.Index] || m.Class(o.space, t.Other) != o.class || e.max == 0 || o.max == 0 || itself {
			return false
		}
	}
	m.noteLost(l.Space, l.Index, &l)
	return true
}

// forgetLost forgets that an instance was lost, and what was lost along with it: it is another one from now on.
func (m *Model) forgetLost(space, i int32) {
	if m.LostWith(space, i) != nil {
		m.Found(space, i)
	}
	for _, l := range m.LostOn(space, i) {
		m.Found(l.Space, l.Index)
	}
}

// AsNew shows an absent instance as if it had never been, until restore is called: what was lost under its number has no say in
// where another one goes.
func (m *Model) AsNew(space, i int32) (restore func()) {
	sp := &m.spaces[space]
	if sp.life[i] != Absent || sp.home == nil || sp.home[i] == None {
		return func() {}
	}
	home, itself, stood := sp.home[i], m.LostWith(space, i), m.LostOn(space, i)
	m.Forget(space, i)
	return func() {
		sp.home[i] = home
		if itself != nil {
			m.noteLost(space, i, itself)
		}
		for k := range stood {
			m.noteLost(stood[k].Space, stood[k].Index, &stood[k])
		}
	}
}

// SetAnew says that another instance is being made under the number of one that is gone, or no longer: what was lost with that
// doesn't come along, though it may still be brought back if nothing comes of it.
func (m *Model) SetAnew(space, i int32, is bool) {
	k := [2]int32{space, i}
	if m.anew[k] == is {
		return
	}
	if is {
		m.anew[k] = true
	} else {
		delete(m.anew, k)
	}
	m.comings++
}

// ties are the connections of an instance: first those with partners that are lost, and may come back.
func (m *Model) ties(space, i int32) []Tie {
	var all []Tie
	for l := range m.links {
		for s := range int32(2) {
			e, o := &m.links[l].ends[s], &m.links[l].ends[1-s]
			if e.class != m.spaces[space].class[i] {
				continue
			}
			for _, lost := range m.spaces[o.space].lost {
				if lost != nil && slices.Contains(lost.Ties, Tie{int32(l), 1 - s, i}) {
					all = append(all, Tie{int32(l), s, lost.Index})
				}
			}
			for _, p := range e.many[i] {
				all = append(all, Tie{int32(l), s, p})
			}
		}
	}
	return all
}

// reconnect gives an instance that was lost its partners again, as far as these are there; also those that have been given
// to others since.
func (m *Model) reconnect(space, i int32) {
	l := m.LostWith(space, i)
	if l == nil {
		return
	}
	for _, t := range l.Ties {
		e, o := &m.links[t.Link].ends[t.Side], &m.links[t.Link].ends[1-t.Side]
		if m.spaces[o.space].life[t.Other] == Absent || !e.room(i) || e.has(i, t.Other) {
			continue
		}
		link, side, standIn := int(t.Link), int(t.Side), None
		if !o.room(t.Other) {
			standIn = o.many[t.Other][len(o.many[t.Other])-1]
			m.untie(link, side, standIn, t.Other)
		}
		m.tie(link, side, i, t.Other)
		if standIn != None {
			m.fill(link, side, standIn, true)
		}
	}
}
