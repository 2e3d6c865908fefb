package engine

import (
	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// encode writes an instance down: all that is needed to go on with it in another process.
func (s *State) encode(w *writer, in *instance) {
	w.uint(in.id)
	w.int32(in.policy)
	w.int32(in.space)
	w.int32(in.thing)
	w.int32(in.state)
	w.int32(in.next)
	ph := in.phase
	if ph == phaseThink {
		// A plan thinks again from its beginning.
		ph = phaseBody
	}
	w.uint(uint64(ph))
	w.uint(uint64(in.step))
	w.int32(in.serial)
	w.bools(in.acted, in.passed, in.failed, in.waits, in.deploy.begun, in.deploy.failed, in.deploy.own, in.deploy.acted, in.deploy.waited)
	s.encodeValues(w, in)
	w.uint(uint64(len(in.threads)))
	for _, t := range in.threads {
		w.int32(t.pc)
		w.uint(uint64(t.state))
		w.int32(t.parent)
		w.int32(t.turn)
	}
	w.uint(uint64(in.pending))
	for k := range in.tasks {
		if t := &in.tasks[k]; !t.done {
			encodeTask(w, t)
		}
	}
	encodeApply(w, in.apply)
	w.uint(uint64(len(in.undo)))
	for _, u := range in.undo {
		w.uint(uint64(u.kind))
		encodeRef(w, u.target)
		w.int32(u.dest)
		w.int32(u.probe)
		w.int32(u.op)
		encodeArguments(w, u.args, u.insts)
		w.int32(u.thread)
		w.int32(u.serial)
	}
	encodeClaims(w, in.claims)
	encodeClaims(w, in.held)
	encodeClaims(w, in.want)
	w.bools(in.lacks != nil)
	if in.lacks != nil {
		encodeRef(w, in.lacks.target)
		w.int32(in.lacks.dest)
	}
	for _, classes := range [][]int32{in.deploy.classes, in.deploy.done} {
		w.uint(uint64(len(classes)))
		for _, c := range classes {
			w.int32(c)
		}
	}
	w.uint(in.deploy.first)
	w.int32(in.deploy.rounds)
}

func (s *State) encodeValues(w *writer, in *instance) {
	w.uint(uint64(len(in.vals)))
	for r := range in.vals {
		v := &in.vals[r]
		switch t := s.p.Policies[in.policy].Regs[r]; t.Base {
		case bundle.Set, bundle.Iter, bundle.Pool:
			w.uint(uint64(len(v.Set)))
			for _, i := range v.Set {
				w.int32(i)
			}
		case bundle.Series:
			w.uint(uint64(len(v.Series)))
			for _, x := range v.Series {
				w.float(x)
			}
		case bundle.Inst, bundle.Bool:
			w.uint(v.Bits)
		default:
			w.bits(v.Bits)
		}
	}
}

func encodeTask(w *writer, t *task) {
	w.uint(uint64(t.kind))
	w.int32(t.owner)
	w.int32(t.item)
	w.int32(t.action)
	w.int32(t.serial)
	encodeRef(w, t.target)
	w.int32(t.dest)
	w.int32(t.from)
	w.int32(t.op)
	w.int32(t.probe)
	encodeArguments(w, t.args, t.insts)
	w.bools(t.undoing, t.undoable, t.starts, t.admit, t.expected, t.spent, t.aborts, t.lost, t.void, t.broken)
	w.int32(t.tries)
	w.uint(uint64(t.verb))
	w.uint(uint64(t.step))
	w.uint(t.seq)
	w.int(t.deadline)
	w.int(t.patience)
}

func encodeArguments(w *writer, args []string, insts []drivers.Ref) {
	w.uint(uint64(len(args)))
	for _, a := range args {
		w.text(a)
	}
	w.uint(uint64(len(insts)))
	for _, x := range insts {
		encodeRef(w, x)
	}
}

func decodeArguments(r *reader) (args []string, insts []drivers.Ref) {
	for range r.count() {
		args = append(args, r.text())
	}
	for range r.count() {
		insts = append(insts, decodeRef(r))
	}
	return args, insts
}

func encodeApply(w *writer, a *apply) {
	w.bools(a != nil)
	if a == nil {
		return
	}
	w.int32(a.thread)
	w.bools(a.listed, a.failed)
	w.uint(uint64(len(a.moves)))
	for _, m := range a.moves {
		encodeRef(w, m.vm)
		w.int32(m.to)
		w.uint(uint64(m.state))
	}
}

func encodeClaims(w *writer, cs []claim) {
	w.uint(uint64(len(cs)))
	for _, c := range cs {
		w.int32(c.space)
		w.int32(c.i)
		w.bools(c.shared)
	}
}

func encodeRef(w *writer, r drivers.Ref) {
	w.int32(r.Space)
	w.int32(r.Index)
}

// decode reads an instance that encode wrote, and checks that it belongs to the program.
func (s *State) decode(r *reader) (*instance, error) {
	in := &instance{told: never, woken: never}
	in.id = r.uint()
	in.policy, in.space, in.thing, in.state, in.next = r.int32(), r.int32(), r.int32(), r.int32(), r.int32()
	in.phase, in.step, in.serial = phase(r.uint()), uint32(r.uint()), r.int32()
	r.bools(&in.acted, &in.passed, &in.failed, &in.waits, &in.deploy.begun, &in.deploy.failed, &in.deploy.own, &in.deploy.acted, &in.deploy.waited)
	s.decodeValues(r, in)
	for range r.count() {
		in.threads = append(in.threads, thread{pc: r.int32(), state: threadState(r.uint()), parent: r.int32(), turn: r.int32()})
	}
	in.pending = r.count()
	for range in.pending {
		in.tasks = append(in.tasks, decodeTask(r))
	}
	in.apply = decodeApply(r)
	for range r.count() {
		u := undoItem{kind: bundle.ActionKind(r.uint()), target: decodeRef(r), dest: r.int32(), probe: r.int32(), op: r.int32()}
		u.args, u.insts = decodeArguments(r)
		u.thread, u.serial = r.int32(), r.int32()
		in.undo = append(in.undo, u)
	}
	in.claims, in.held, in.want = decodeClaims(r), decodeClaims(r), decodeClaims(r)
	var lacks bool
	if r.bools(&lacks); lacks {
		in.lacks = &budgetWait{target: decodeRef(r), dest: r.int32()}
	}
	for _, classes := range []*[]int32{&in.deploy.classes, &in.deploy.done} {
		for range r.count() {
			*classes = append(*classes, r.int32())
		}
	}
	in.deploy.first, in.deploy.rounds = r.uint(), r.int32()
	if r.err == nil && !s.fitsProgram(in) {
		r.err = errRecord
	}
	return in, r.err
}

func (s *State) decodeValues(r *reader, in *instance) {
	n := r.count()
	if in.policy >= 0 && (int(in.policy) >= len(s.p.Policies) || n != len(s.p.Policies[in.policy].Regs)) || in.policy < 0 && n > 0 {
		r.fail()
		return
	}
	in.vals = make([]vm.Value, n)
	for k := range in.vals {
		v := &in.vals[k]
		switch t := s.p.Policies[in.policy].Regs[k]; t.Base {
		case bundle.Set, bundle.Iter, bundle.Pool:
			v.Set = []int32{}
			for range r.count() {
				v.Set = append(v.Set, r.int32())
			}
		case bundle.Series:
			v.Series = []float64{}
			for range r.count() {
				v.Series = append(v.Series, r.float())
			}
		case bundle.Inst, bundle.Bool:
			v.Bits = r.uint()
		default:
			v.Bits = r.bits()
		}
	}
}

func decodeTask(r *reader) task {
	t := task{kind: bundle.ActionKind(r.uint()), owner: r.int32(), item: r.int32(), action: r.int32(), serial: r.int32()}
	t.target, t.dest, t.from, t.op, t.probe = decodeRef(r), r.int32(), r.int32(), r.int32(), r.int32()
	t.args, t.insts = decodeArguments(r)
	r.bools(&t.undoing, &t.undoable, &t.starts, &t.admit, &t.expected, &t.spent, &t.aborts, &t.lost, &t.void, &t.broken)
	t.tries = r.int32()
	t.verb, t.step, t.seq, t.deadline, t.patience = drivers.Verb(r.uint()), uint32(r.uint()), r.uint(), r.int(), r.int()
	return t
}

func decodeApply(r *reader) *apply {
	var is bool
	if r.bools(&is); !is {
		return nil
	}
	a := &apply{thread: r.int32()}
	r.bools(&a.listed, &a.failed)
	for range r.count() {
		m := move{vm: decodeRef(r), to: r.int32(), state: moveState(r.uint())}
		a.moves = append(a.moves, m)
		switch m.state {
		case moveWaits:
			a.waits++
		case moveRuns:
			a.runs++
		}
	}
	return a
}

func decodeClaims(r *reader) []claim {
	var cs []claim
	for range r.count() {
		c := claim{space: r.int32(), i: r.int32()}
		r.bools(&c.shared)
		cs = append(cs, c)
	}
	return cs
}

func decodeRef(r *reader) drivers.Ref { return drivers.Ref{Space: r.int32(), Index: r.int32()} }
