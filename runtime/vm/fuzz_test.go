package vm_test

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/bundle/bundletest"
	"github.com/tune-autonomic/tune/runtime/vm"
)

// FuzzVerifyRun changes a valid program at random. What Verify then passes must neither crash nor hang the machine, in
// worlds in which anything may be unknown, missing or astray.
func FuzzVerifyRun(f *testing.F) {
	f.Add([]byte{})
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 0))
		var data []byte
		for range 4 * (1 + rng.IntN(4)) {
			data = binary.LittleEndian.AppendUint16(data, uint16(rng.Uint32()))
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := bundletest.Sample()
		mutate(p, data)
		if bundle.Verify(p) != nil {
			return
		}
		for seed := range uint64(3) {
			runAll(t, p, rand.New(rand.NewPCG(seed, uint64(len(data)))))
		}
	})
}

// TestRandomChanges is a fuzzer for every day: changes that are likely to leave a program valid.
func TestRandomChanges(t *testing.T) {
	passed := 0
	for seed := range uint64(6_000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p := bundletest.Sample()
		if seed%2 == 0 {
			bundletest.Scramble(p, rng, 1+rng.IntN(4))
		} else {
			data := make([]byte, 8*(1+rng.IntN(3)))
			for i := range data {
				data[i] = byte(rng.Uint32())
			}
			mutate(p, data)
		}
		if bundle.Verify(p) != nil {
			continue
		}
		passed++
		runAll(t, p, rng)
	}
	require.Greater(t, passed, 500, "changes should leave enough programs valid to be a test")
}

// mutate changes p as data says, eight bytes a change.
func mutate(p *bundle.Program, data []byte) {
	for len(data) >= 8 && len(data) < 1<<10 {
		d := data[:8]
		data = data[8:]
		in := &p.Code[int(binary.LittleEndian.Uint16(d[1:]))%len(p.Code)]
		k := int32(int16(binary.LittleEndian.Uint16(d[4:])))
		switch d[0] % 12 {
		case 0:
			in.A = d[3] % 40
		case 1:
			in.B = d[3] % 40
		case 2:
			in.C = d[3] % 40
		case 3:
			in.K = k % 16
		case 4:
			in.K = (k%int32(len(p.Code)) + int32(len(p.Code))) % int32(len(p.Code))
		case 5:
			in.Op = bundle.Op_(d[3] % uint8(bundle.NumOps))
		case 6:
			*in = p.Code[int(d[3])%len(p.Code)]
		case 7:
			changeOp(p, &p.SetOps[int(d[3])%len(p.SetOps)], d)
		case 8:
			a := &p.Actions[int(d[3])%len(p.Actions)]
			a.Target, a.Dest, a.Result = a.Target^d[4]%4, a.Dest^d[5]%4, a.Result^d[6]%4
		case 9:
			p.Actions[int(d[3])%len(p.Actions)].OnFail = int32(d[4])
		case 10:
			s := &p.Policies[int(d[3])%2].States[int(d[4])%3]
			*[]*int32{&s.Body, &s.Next, &s.Claims, &s.Fail, &s.Again}[int(d[5])%5] = int32(d[6]) - 1
		case 11:
			pol := &p.Policies[int(d[3])%2]
			pol.Regs[int(d[4])%len(pol.Regs)].Base = bundle.BaseType(d[5] % 16)
		}
	}
}

func changeOp(p *bundle.Program, op *bundle.SetOp, d []byte) {
	switch d[4] % 8 {
	case 0:
		op.Kind = bundle.SetOpKind(d[5] % 13)
	case 1:
		op.KeyColumn = int32(d[5]%9) - 1
	case 2:
		op.KeyPC = int32(d[5]) - 1
	case 3:
		op.Where.PC = int32(d[5]) - 1
	case 4:
		op.Elem = d[5] % 40
	case 5:
		op.Without = append(op.Without, d[5]%40)
	case 6:
		op.Except = append(op.Except, d[5]%40)
	case 7:
		op.Pure, op.Desc = !op.Pure, d[5]%2 == 0
	}
}

// runAll runs all code of a program: every event's condition, and every policy from state to state.
func runAll(t *testing.T, p *bundle.Program, rng *rand.Rand) {
	t.Helper()
	w := randomWorld(p, rng, 1+rng.IntN(6), true)
	m := vm.New(p, w)
	var f vm.Frame
	for i := range p.Events {
		e := &p.Events[i]
		if e.Every > 0 || e.Silent > 0 || e.External {
			continue
		}
		for subject := range int32(8) {
			require.LessOrEqual(t, m.Test(&e.Cond, subject-1, e.Thing, &f), vm.Unknown)
		}
	}
	for i := range p.Policies {
		r := &runner{t: t, p: p, m: m, pol: &p.Policies[i], rng: rng}
		r.run()
		m.ResetArena()
	}
}

// runner is an engine that decides at random: whether actions succeed, and what they give.
type runner struct {
	t   *testing.T
	p   *bundle.Program
	m   *vm.Machine
	pol *bundle.Policy
	rng *rand.Rand

	f    vm.Frame
	fuel int // used
}

func (r *runner) run() {
	for i := range r.f.R {
		r.f.R[i] = r.rng.Uint64() // whatever was there before
	}
	for i, typ := range r.pol.Regs {
		r.f.R[i] = r.any(typ)
	}
	if r.pol.Guard >= 0 {
		r.code(r.pol.Guard)
	}
	state := int32(0)
	for range 4 {
		s := &r.pol.States[state]
		if s.Claims >= 0 {
			r.code(s.Claims)
		}
		next := s.Next
		if !r.body(s.Body, 0) {
			next = s.Fail
		}
		if next < 0 {
			return
		}
		stop := r.code(next)
		if stop.Kind != vm.StopGoto {
			return
		}
		state = stop.K
	}
}

// any is some value of a type, for parameters.
func (r *runner) any(t bundle.Type) uint64 {
	if t.Base == bundle.Inst {
		return uint64(uint32(int32(r.rng.IntN(4) - 1)))
	}
	if t.Numeric() {
		return 0x3FE0000000000000
	}
	return 0
}

// code runs until something other than a claim or a lack of fuel stops it.
func (r *runner) code(pc int32) vm.Stop {
	for {
		stop, left := r.m.Run(&r.f, pc, 100)
		r.fuel += 100 - left
		require.Less(r.t, r.fuel, 10_000_000, "it never ends")
		if stop.Kind != vm.StopFuel && stop.Kind != vm.StopClaim {
			return stop
		}
		pc = stop.PC
	}
}

// body runs a body or branch, its registers written down and read back at each suspension. False: it has failed.
func (r *runner) body(pc int32, depth int) bool {
	var branches []int32
	for {
		stop := r.code(pc)
		pc = stop.PC
		failed := r.rng.IntN(4) == 0
		switch stop.Kind {
		case vm.StopEnd:
			return stop.K == 0
		case vm.StopFork:
			branches = append(branches, stop.K)
			continue
		case vm.StopJoin:
			failed = false
			r.suspend()
			for _, b := range branches {
				failed = !r.body(b, depth+1) || failed
			}
			branches = nil
			if failed {
				return false
			}
		case vm.StopAct:
			act := &r.p.Actions[stop.K]
			for _, text := range r.p.Texts {
				if act.Kind == bundle.ActNotify {
					r.m.Format(&text, &r.f)
				}
			}
			r.suspend()
			if act.WaitPC >= 0 && act.Kind == bundle.ActWait {
				r.code(act.WaitPC)
			}
			if failed {
				if pc = act.OnFail; pc < 0 {
					return false
				}
				continue
			}
			if act.Kind == bundle.ActCreate {
				r.f.SetInst(act.Result, int32(r.rng.IntN(3)))
			}
		case vm.StopApply:
			r.suspend()
			if failed {
				return false
			}
		default:
			require.Failf(r.t, "stopped", "by %+v in a body", stop)
		}
	}
}

// suspend keeps what the policy says and loses all else.
func (r *runner) suspend() {
	values := r.m.Export(&r.f, r.pol.Regs)
	r.m.ResetArena()
	for i := range r.f.R {
		r.f.R[i] = r.rng.Uint64()
	}
	_ = r.m.Import(&r.f, r.pol.Regs, values) // astray instances are refused; what is there by then is as good
}
