package drivertest

import (
	"time"

	"github.com/tune-autonomic/tune/drivers"
)

// lives carries a machine from creation to its end, and returns the commands of that.
func (r *rig) lives(m, host drivers.Ref) []drivers.Command {
	r.Helper()
	var all []drivers.Command
	for _, verb := range []drivers.Verb{drivers.Create, drivers.Start, drivers.Stop, drivers.Destroy} {
		on := drivers.NoRef
		if verb == drivers.Create {
			on = host
		}
		c := r.command(verb, m, on)
		r.must(c)
		all = append(all, c)
	}
	return all
}

func (r *rig) creates() bool { return r.Driver.Capabilities().Create }

func oneResult(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	commands := r.lives(r.machine(0), r.host(0))
	r.settle()
	for _, c := range commands {
		if n := len(r.resultsOf(c)); n != 1 {
			r.fatalf("%s has %d results: it must have exactly one", verbName(c.Verb), n)
		}
	}
}

// startReturns begins what takes longest. Whether Start returned is for start to see.
func startReturns(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	r.must(r.command(drivers.Create, r.machine(0), r.host(0)))
	r.must(r.command(drivers.Start, r.machine(0), drivers.NoRef))
}

func doneIsSo(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	m := r.machine(0)
	r.must(r.command(drivers.Create, m, r.host(0)))
	r.runs(m, drivers.NoRef, "created but not started,")
	r.must(r.command(drivers.Start, m, drivers.NoRef))
	r.runs(m, r.host(0), "started,")
	r.must(r.command(drivers.Stop, m, drivers.NoRef))
	r.runs(m, drivers.NoRef, "stopped,")
	r.must(r.command(drivers.Start, m, drivers.NoRef))
	r.runs(m, r.host(0), "started again,")
	r.must(r.command(drivers.Stop, m, drivers.NoRef))
	r.must(r.command(drivers.Destroy, m, drivers.NoRef))
	r.mustFail(r.command(drivers.Start, m, drivers.NoRef), "the machine was destroyed")
	r.must(r.command(drivers.Create, m, r.host(1)))
}

func failedChangesNothing(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	m := r.machine(0)
	r.mustFail(r.command(drivers.Start, m, drivers.NoRef), "there is no such machine")
	r.runs(m, drivers.NoRef, "after a start that failed")
	r.launch(m, r.host(0))
	r.mustFail(r.command(drivers.Create, m, r.host(1)), "the machine is there already")
	r.settle()
	r.runs(m, r.host(0), "after a second creation that failed")
	r.mustFail(r.command(drivers.Start, drivers.Ref{Space: r.guests, Index: 1 << 20}, drivers.NoRef), "there is no such instance")
	r.mustFail(r.command(drivers.Create, r.machine(1), drivers.NoRef), "there is no such host")
	r.must(r.command(drivers.Create, r.machine(1), r.host(1)))
}

// repeated gives a command again after its effect was undone: had it been carried out again, there would be a machine.
func repeated(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	first := r.command(drivers.Create, r.machine(0), r.host(0))
	r.must(first)
	r.must(r.command(drivers.Destroy, r.machine(0), drivers.NoRef))
	r.start(first)
	r.let(r.Patience, func() bool { return len(r.resultsOf(first)) >= 2 })
	all := r.resultsOf(first)
	r.expect(len(all) == 2, "a command that was given twice must be reported again, but it has %d results", len(all))
	r.expect(all[1].Outcome == all[0].Outcome, "a command that was given again is %s, and was %s: it was carried out again",
		outcomeName(all[1].Outcome), outcomeName(all[0].Outcome))
	r.settle()
	one := r.do(r.command(drivers.Create, r.machine(0), r.host(1)))
	r.expect(one.Outcome == drivers.Done, "a Create that was given again was carried out again: there is a machine (%s)", one.Reason)

	failed := r.command(drivers.Create, r.machine(0), r.host(0))
	r.mustFail(failed, "the machine is there already")
	r.must(r.command(drivers.Destroy, r.machine(0), drivers.NoRef))
	r.start(failed)
	r.let(r.Patience, func() bool { return len(r.resultsOf(failed)) >= 2 })
	all = r.resultsOf(failed)
	r.expect(len(all) == 2 && all[1].Outcome == drivers.Failed, "a command that failed and was given again must have failed again")
}

func inOrder(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	first := r.command(drivers.Create, r.machine(0), r.host(0))
	second := r.command(drivers.Create, r.machine(0), r.host(1))
	r.start(first, second)
	a, b := r.await(first), r.await(second)
	r.expect(a.Outcome == drivers.Done && b.Outcome == drivers.Failed,
		"two creations of one machine in a batch: the first must be done and the second fail, but they are %s and %s: out of order",
		outcomeName(a.Outcome), outcomeName(b.Outcome))
}

func queried(r *rig) {
	r.Helper()
	never := drivers.CommandID{Instance: 99, Step: 1}
	one := r.Driver.Query(never)
	r.expect(one.Outcome == drivers.Failed && one.ID == never, "Query of a command that was never given must be failed, but is %s", outcomeName(one.Outcome))
	if !r.creates() {
		return
	}
	create := r.command(drivers.Create, r.machine(0), r.host(0))
	r.start(create)
	early := r.Driver.Query(create.ID).Outcome
	if len(r.resultsOf(create)) == 0 {
		r.expect(early == drivers.Running || early == drivers.Done, "Query of a command under way must be running, but is %s", outcomeName(early))
	}
	r.await(create)
	r.agrees(create)
	failed := r.command(drivers.Create, r.machine(0), r.host(0))
	r.mustFail(failed, "the machine is there already")
	r.agrees(failed)
	r.agrees(create)
}

// agrees checks that Query says what the result said.
func (r *rig) agrees(c drivers.Command) {
	r.Helper()
	told, asked := r.resultsOf(c)[0], r.Driver.Query(c.ID)
	r.expect(asked.ID == c.ID && asked.Outcome == told.Outcome, "%s was reported %s, but Query says %s", verbName(c.Verb),
		outcomeName(told.Outcome), outcomeName(asked.Outcome))
}

func oldEpoch(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	current := r.command(drivers.Create, r.machine(0), r.host(0))
	current.Epoch = 7
	r.must(current)
	old := r.command(drivers.Destroy, r.machine(0), drivers.NoRef)
	old.Epoch = 6
	one := r.do(old)
	r.expect(one.Outcome == drivers.Failed, "a command of epoch 6 after one of epoch 7 must be refused, but is %s", outcomeName(one.Outcome))
	r.settle()
	start := r.command(drivers.Start, r.machine(0), drivers.NoRef)
	start.Epoch = 8
	one = r.do(start)
	r.expect(one.Outcome == drivers.Done, "what an old leader ordered was carried out: the machine can't be started (%s)", one.Reason)
}

// lateCommand gives a machine's commands out of their order, under a new leader too, and one again that is long done. Other
// targets have numbers of their own.
func lateCommand(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	numbered := func(verb drivers.Verb, m, host drivers.Ref, epoch, seq uint64) drivers.Command {
		c := r.command(verb, m, host)
		c.Epoch, c.Seq = epoch, seq
		return c
	}
	m, other := r.machine(0), r.machine(1)
	create := numbered(drivers.Create, m, r.host(0), 5, 10)
	r.must(create)
	r.must(numbered(drivers.Start, m, drivers.NoRef, 5, 12))
	for _, epoch := range []uint64{5, 6} {
		one := r.do(numbered(drivers.Stop, m, drivers.NoRef, epoch, 11))
		r.expect(one.Outcome == drivers.Failed, "command 11 of a target after its command 12 must be refused, but is %s", outcomeName(one.Outcome))
		r.expect(one.Reason != "", "a late command was refused without a reason for a person")
	}
	r.settle()
	r.runs(m, r.host(0), "after a stop that came late")

	r.start(create)
	r.let(r.Patience, func() bool { return len(r.resultsOf(create)) >= 2 })
	again := r.resultsOf(create)
	r.expect(len(again) == 2 && again[1].Outcome == drivers.Done, "a command that is known must be reported again, though later ones of its target have come")
	r.must(numbered(drivers.Create, other, r.host(1), 6, 1))
	r.must(numbered(drivers.Stop, m, drivers.NoRef, 6, 13))
}

// givesUp asks for a boot within a moment: it ends in any way, soon, and if it failed nothing runs.
func givesUp(r *rig) {
	r.Helper()
	if !r.creates() {
		return
	}
	r.must(r.command(drivers.Create, r.machine(0), r.host(0)))
	c := r.command(drivers.Start, r.machine(0), drivers.NoRef)
	c.Timeout = time.Millisecond
	r.start(c)
	r.let(10*time.Second, func() bool { return len(r.resultsOf(c)) > 0 })
	all := r.resultsOf(c)
	r.expect(len(all) > 0, "a Start that must be given up after %v has no result after 10 s", c.Timeout)
	r.settle()
	if all[0].Outcome == drivers.Failed {
		r.runs(r.machine(0), drivers.NoRef, "after a start that was given up")
		r.must(r.command(drivers.Start, r.machine(0), drivers.NoRef))
	}
}

// unsupported tries each verb that isn't among the capabilities.
func unsupported(r *rig) {
	r.Helper()
	can := r.Driver.Capabilities()
	for verb, able := range map[drivers.Verb]bool{
		drivers.Create: can.Create, drivers.Destroy: can.Create, drivers.MigratePrepare: can.LiveMigration,
		drivers.MigrateCommit: can.LiveMigration, drivers.MigrateAbort: can.LiveMigration, drivers.PowerOn: can.Power,
		drivers.PowerOff: can.Power, drivers.Operate: can.Operations, drivers.Fence: can.Fencing, drivers.NumVerbs: false,
	} {
		if able {
			continue
		}
		target := r.machine(0)
		if verb == drivers.PowerOn || verb == drivers.PowerOff || verb == drivers.Fence {
			target = r.host(0)
		}
		one := r.mustFail(r.command(verb, target, r.host(1)), "it isn't among the capabilities")
		r.expect(one.Reason == drivers.ErrUnsupported.Error(), "%s must be refused with %q, but the reason is %q", verbName(verb),
			drivers.ErrUnsupported, one.Reason)
	}
}

func operations(r *rig) {
	r.Helper()
	if r.software < 0 {
		r.Logf("the site has no software with operations on %s or its machines", r.Site.Spaces[r.family].Name)
		return
	}
	on := r.host(0)
	if r.Site.Spaces[r.software].On == r.guests {
		r.launch(r.machine(0), r.host(0))
		on = r.machine(0)
	}
	x := drivers.Ref{Space: r.software, Index: 0}
	r.mustFail(r.command(drivers.Start, x, drivers.NoRef), "the software isn't installed")
	r.must(r.command(drivers.Create, x, on))
	r.must(r.command(drivers.Start, x, drivers.NoRef))
	for i, op := range r.Site.Spaces[r.software].Ops {
		if op.Weighs {
			r.weighs(x, int32(i), op.Weight)
			continue
		}
		c := r.command(drivers.Operate, x, drivers.NoRef)
		c.Op = int32(i)
		r.must(c)
	}
	c := r.command(drivers.Operate, x, drivers.NoRef)
	c.Op = 1 << 20
	r.mustFail(c, "there is no such operation")
	r.must(r.command(drivers.Stop, x, drivers.NoRef))
	r.must(r.command(drivers.Destroy, x, drivers.NoRef))
}

// weighs gives an operation that weighs a weight, and some that are none.
func (r *rig) weighs(x drivers.Ref, op int32, arg int) {
	r.Helper()
	weighing := func(weight string) drivers.Command {
		c := r.command(drivers.Operate, x, drivers.NoRef)
		c.Op, c.Insts = op, []drivers.Ref{x}
		c.Args = append(make([]string, arg), weight)
		return c
	}
	r.must(weighing("2.5"))
	for _, bad := range []string{"0", "-1", "NaN", "+Inf", "much"} {
		r.mustFail(weighing(bad), bad+" is no weight")
	}
}

func power(r *rig) {
	r.Helper()
	h := r.host(1)
	r.must(r.command(drivers.PowerOff, h, drivers.NoRef))
	if r.creates() {
		r.mustFail(r.command(drivers.Create, r.machine(0), h), "the host is off")
	}
	r.must(r.command(drivers.PowerOn, h, drivers.NoRef))
	if r.creates() {
		r.launch(r.machine(0), h)
		r.runs(r.machine(0), h, "on a host that was switched on,")
	}
}

// silent lets a host crash. Until it is fenced, nobody can know that what was there doesn't run: nothing that would make the
// runtime believe so is done, neither before the driver has noticed nor after that.
func silent(r *rig) {
	r.Helper()
	if r.Crashes == 0 {
		r.Logf("the harness lets no host crash")
		return
	}
	m := r.machine(0)
	r.launch(m, r.host(0))
	r.let(r.Crashes-r.time(), func() bool { return false })
	for range 2 {
		for _, c := range []drivers.Command{
			r.command(drivers.Stop, m, drivers.NoRef), r.command(drivers.Destroy, m, drivers.NoRef), r.command(drivers.Create, m, r.host(1)),
		} {
			one := r.do(c)
			r.settle()
			r.expect(one.Outcome != drivers.Done && r.Driver.Query(c.ID).Outcome != drivers.Done,
				"%s of a machine on a dead host that isn't fenced must not be done: nobody can know", verbName(c.Verb))
		}
	}
	r.must(r.command(drivers.Fence, r.host(0), drivers.NoRef))
	r.must(r.command(drivers.Fence, r.host(0), drivers.NoRef))
	r.launch(m, r.host(1))
}

func fenced(r *rig) {
	r.Helper()
	r.launch(r.machine(0), r.host(0))
	r.launch(r.machine(1), r.host(1))
	r.must(r.command(drivers.Fence, r.host(0), drivers.NoRef))
	r.runs(r.machine(0), drivers.NoRef, "after its host was fenced")
	r.runs(r.machine(1), r.host(1), "after another host was fenced")
}
