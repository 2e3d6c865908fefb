package sim

import (
	"container/heap"
	"time"
)

// agenda is what will happen, in order of time and, at one time, in the order in which it was planned.
type agenda struct {
	items items
	count uint64
}

type item struct {
	at   time.Duration
	turn uint64
	do   func()
}

func (a *agenda) add(at time.Duration, do func()) {
	a.count++
	heap.Push(&a.items, item{at, a.count, do})
}

// next is the time of the first item; false if there is none.
func (a *agenda) next() (time.Duration, bool) {
	if len(a.items) == 0 {
		return 0, false
	}
	return a.items[0].at, true
}

// pop takes out the first item if it is due.
func (a *agenda) pop(now time.Duration) (func(), bool) {
	if len(a.items) == 0 || a.items[0].at > now {
		return nil, false
	}
	return heap.Pop(&a.items).(item).do, true
}

// items is a heap.
type items []item

func (s items) Len() int      { return len(s) }
func (s items) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s *items) Push(x any)   { *s = append(*s, x.(item)) }

func (s items) Less(i, j int) bool {
	if s[i].at != s[j].at {
		return s[i].at < s[j].at
	}
	return s[i].turn < s[j].turn
}

func (s *items) Pop() any {
	last := len(*s) - 1
	x := (*s)[last]
	(*s)[last] = item{}
	*s = (*s)[:last]
	return x
}
