package bundle

import (
	"fmt"
	"slices"
)

// regionKind is what a region of code is for. It decides what the code may do and how it ends.
type regionKind uint8

const (
	forValue  regionKind = iota // computes a value; ends in RET; no loops
	forClaims                   // says what a state will touch; ends in RET
	forBody                     // acts and plans; ends in END
	forBranch                   // a branch of a body; ends in END
	forNext                     // searches for a transition; ends in GOTO or END
)

var regionNames = [...]string{"code for a value", "claims", "a body", "a branch", "transitions"}

// mayHold says whether an instruction may stand in a region.
func mayHold(kind regionKind, op Op_) bool {
	switch op {
	case NEXT, POOL, PICK:
		return kind == forClaims || kind == forBody || kind == forBranch
	case LIFT, PLACE, BACK, MARK, UNDO, APPLY:
		return kind == forBody
	case ACT, FORK, JOIN:
		return kind == forBody || kind == forBranch
	case CLAIM, CLAIMS, CLAIMC:
		return kind == forClaims
	case GOTO:
		return kind == forNext
	case END:
		return kind == forBody || kind == forBranch || kind == forNext
	case RET:
		return kind == forValue || kind == forClaims
	}
	return true
}

// region is the instructions that can be reached from one entry.
type region struct {
	v     *verifier
	in    *region // the region that this one runs within; nil if none
	what  string
	kind  regionKind
	entry int32
	owes  value // what RET returns, forValue
	// fixed registers keep their types: those of regs; keep says how many registers the code must not write at all.
	regs []Type
	keep int
	// within is how many branches this one began in.
	within int

	nodes    []int32
	leaders  []int32 // the entry, and what jumps lead to
	backward bool    // some jump leads backwards
}

func (r *region) where() string {
	if r.in == nil {
		return r.what
	}
	return r.in.where() + ", " + r.what
}

func (r *region) fault(pc int32, format string, args ...any) error {
	return &CodeError{PC: pc, Op: r.v.p.Code[pc].Op, Where: r.where(), What: fmt.Sprintf(format, args...)}
}

// place is what the verifier notes at a pc. Regions share no instruction, so one note is enough.
type place struct {
	owner  int32 // entry of the region that it belongs to, plus one; 0 until one has reached it
	seen   bool  // found in this search
	leader bool
	types  *types // what is known at a leader while its region is checked
}

// successors appends where control may go within the region after pc. A branch that FORK begins is a region of its own.
func (v *verifier) successors(dst []int32, pc int32) []int32 {
	in := v.p.Code[pc]
	switch Opcodes[in.Op].Flow {
	case FlowJump:
		return append(dst, in.K)
	case FlowBranch:
		return append(dst, pc+1, in.K)
	case FlowEnd:
		return dst
	}
	dst = append(dst, pc+1)
	if in.Op == ACT && v.p.Actions[in.K].OnFail != NoFail {
		dst = append(dst, v.p.Actions[in.K].OnFail)
	}
	return dst
}

// find collects the region's instructions, and checks that it may hold them, shares none with another region, and
// doesn't run off the end of the code.
func (r *region) find() error {
	v := r.v
	if err := index(r.where(), "entry pc", r.entry, len(v.p.Code)); err != nil {
		return err
	}
	defer func() {
		for _, pc := range r.nodes {
			v.places[pc].seen, v.places[pc].leader = false, false
		}
	}()
	r.reach(r.entry)
	r.leads(r.entry)
	var next []int32
	for at := 0; at < len(r.nodes); at++ {
		pc := r.nodes[at]
		if err := v.charge(r); err != nil {
			return err
		}
		if owner := v.places[pc].owner; owner != 0 && owner != r.entry+1 {
			return r.fault(pc, "belongs to the region at pc %d; nothing may jump from one to another", owner-1)
		}
		v.places[pc].owner = r.entry + 1
		if !mayHold(r.kind, v.p.Code[pc].Op) {
			return r.fault(pc, "mustn't stand in %s", regionNames[r.kind])
		}
		next = v.successors(next[:0], pc)
		for _, to := range next {
			if int(to) >= len(v.p.Code) || to < 0 {
				return r.fault(pc, "leads to pc %d, past the end of the code", to)
			}
			r.backward = r.backward || to <= pc
			r.reach(to)
			if to != pc+1 {
				r.leads(to)
			}
		}
	}
	if len(r.leaders) > maxLeaders {
		return fault(r.where(), "%d places to jump to; split it", len(r.leaders))
	}
	if r.backward && r.kind == forValue {
		return fault(r.where(), "a loop in %s", regionNames[r.kind])
	}
	slices.Sort(r.leaders)
	if r.backward {
		return r.endless(r.nodes, 0)
	}
	return nil
}

func (r *region) reach(pc int32) {
	if p := &r.v.places[pc]; !p.seen {
		p.seen = true
		r.nodes = append(r.nodes, pc)
	}
}

func (r *region) leads(pc int32) {
	if p := &r.v.places[pc]; !p.leader {
		p.leader = true
		r.leaders = append(r.leaders, pc)
	}
}

// maxLeaders bounds the memory for the types at the places that jumps of one region lead to.
const maxLeaders = 1 << 14

// endless refuses a loop that may not end. Every cycle among nodes must pass a NEXT over an iter, or a PICK from a pool,
// that is not made anew on the cycle and that leaves the cycle when nothing is left: such an instruction runs a finite
// number of times. Without these, what cycles remain must in turn end: loops within loops.
func (r *region) endless(nodes []int32, depth int) error {
	for _, cycle := range r.cycles(nodes) {
		if depth == MaxLoops {
			return r.fault(cycle[0], "stands in more than %d loops within each other", MaxLoops)
		}
		in := make(map[int32]bool, len(cycle))
		for _, pc := range cycle {
			in[pc] = true
		}
		var rest []int32
		for _, pc := range cycle {
			if !r.ends(pc, cycle, in) {
				rest = append(rest, pc)
			}
		}
		if len(rest) == len(cycle) {
			return r.fault(lowest(cycle), "begins a loop that may never end: no NEXT or PICK leaves it when nothing is left")
		}
		if err := r.endless(rest, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// ends says whether the instruction at pc can run but a finite number of times without the cycle being left.
func (r *region) ends(pc int32, cycle []int32, in map[int32]bool) bool {
	code := r.v.p.Code
	head := code[pc]
	switch head.Op {
	case NEXT:
		if in[head.K] {
			return false
		}
	case PICK: // followed by: leave if there is none
		if int(pc)+2 >= len(code) {
			return false
		}
		is, leave := code[pc+1], code[pc+2]
		if is.Op != ISSET || is.B != head.A || leave.Op != JF || leave.A != is.A || in[leave.K] {
			return false
		}
	default:
		return false
	}
	for _, other := range cycle {
		switch i := code[other]; i.Op {
		case SNAP, SORT, POOL:
			if i.A == head.B {
				return false
			}
		}
	}
	return true
}

func lowest(pcs []int32) int32 {
	least := pcs[0]
	for _, pc := range pcs {
		least = min(least, pc)
	}
	return least
}

// cycles returns the strongly connected components of nodes that hold a cycle (Tarjan, without recursion).
func (r *region) cycles(nodes []int32) [][]int32 {
	const none = -1
	number := make(map[int32]int, len(nodes)) // none: not visited
	for _, n := range nodes {
		number[n] = none
	}
	type visit struct {
		pc    int32
		next  []int32
		loops bool // an edge to itself
	}
	var (
		out   [][]int32
		path  []visit
		stack []int32
		low   = map[int32]int{}
		on    = map[int32]bool{}
		count int
	)
	enter := func(pc int32) {
		number[pc], low[pc] = count, count
		count++
		stack, on[pc] = append(stack, pc), true
		path = append(path, visit{pc: pc, next: r.v.successors(nil, pc)})
	}
	leave := func(v visit) {
		if low[v.pc] != number[v.pc] {
			return
		}
		at := len(stack) - 1
		for stack[at] != v.pc {
			at--
		}
		for _, pc := range stack[at:] {
			on[pc] = false
		}
		if len(stack)-at > 1 || v.loops {
			out = append(out, append([]int32(nil), stack[at:]...))
		}
		stack = stack[:at]
	}
	for _, root := range nodes {
		if number[root] != none {
			continue
		}
		enter(root)
		for len(path) > 0 {
			v := &path[len(path)-1]
			if len(v.next) == 0 {
				done := *v
				path = path[:len(path)-1]
				leave(done)
				if len(path) > 0 {
					up := path[len(path)-1].pc
					low[up] = min(low[up], low[done.pc])
				}
				continue
			}
			to := v.next[0]
			v.next = v.next[1:]
			n, ok := number[to]
			switch {
			case !ok:
			case to == v.pc:
				v.loops = true
			case n == none:
				enter(to)
			case on[to]:
				low[v.pc] = min(low[v.pc], n)
			}
		}
	}
	return out
}

// charge counts an instruction that is looked at.
func (v *verifier) charge(r *region) error {
	v.work--
	if v.work < 0 {
		return fault(r.where(), "it takes too long to verify: set operations share too much code")
	}
	return nil
}
