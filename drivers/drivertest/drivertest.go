// Package drivertest checks that a driver keeps what package drivers promises: any driver, in virtual time or on the wall
// clock. A driver's own test calls Run with a factory of Harnesses; each check gets a fresh one, opens and closes it.
//
// The suite sees what a manager sees: results, frames, facts and Query. Where that isn't enough to tell the truth from a
// lie, such as whether a machine runs twice, it asks the harness's Probe, if there is one.
package drivertest

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tune-autonomic/tune/drivers"
)

// T is what the suite needs of a *testing.T, so that a failure can be looked at as well. FailNow doesn't return.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
	FailNow()
}

// Probe looks past the driver at what is the case.
type Probe interface {
	// Running is the hosts on which a machine computes now.
	Running(machine drivers.Ref) []drivers.Ref
}

// Harness is a driver that hasn't been opened, with a site of at least one family of two hosts that are on, and two
// machines of it; nothing is created. Software on the machines or the hosts, and probes, are checked if there are any.
type Harness struct {
	Driver drivers.Driver
	Site   drivers.Site
	Probe  Probe // nil if there is no way to look
	// Crashes is when, in the driver's time, the first host of the family ends with all that is on it, as when its power fails,
	// and the driver isn't told: long after every other check is over. 0 if there is no way to do that.
	Crashes time.Duration
	// Patience is how long any command may take, in the driver's time: 10 min if it is 0.
	Patience time.Duration
}

// Check is one promise.
type Check struct {
	Name  string
	Needs func(drivers.Capabilities) bool // nil if any driver must keep it
	run   func(*rig)
}

// Run checks every promise, each in a subtest of its own.
func Run(t *testing.T, factory func(T) Harness) {
	t.Helper()
	for _, c := range Checks {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, factory) })
	}
}

// Run checks one promise, of a fresh driver.
func (c Check) Run(t T, factory func(T) Harness) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	h := factory(t)
	if c.Needs != nil && !c.Needs(h.Driver.Capabilities()) {
		t.Logf("the driver doesn't claim to be able to")
		return
	}
	r := newRig(t, h)
	defer r.close() // if the check ends early
	c.run(r)
	r.close()
	if err := goleak.Find(before); err != nil {
		t.Errorf("after Close the driver still has goroutines: %v", err)
	}
}

// Checks is the promises, the plainest first.
var Checks = []Check{
	{Name: "a command ends in exactly one result", run: oneResult},
	{Name: "Start doesn't wait for an outcome", run: startReturns},
	{Name: "done means that it is so", run: doneIsSo},
	{Name: "failed means that nothing has changed", run: failedChangesNothing},
	{Name: "a repeated command is not carried out again", run: repeated},
	{Name: "a batch begins in order", run: inOrder},
	{Name: "Query tells the truth", run: queried},
	{Name: "an old epoch is refused", run: oldEpoch},
	{Name: "a late command is refused", run: lateCommand},
	{Name: "a command gives up in time", run: givesUp},
	{Name: "what the driver cannot do it refuses", run: unsupported},
	{Name: "a commit moves", Needs: canMigrate, run: commitMoves},
	{Name: "an abort resumes the source", Needs: canMigrate, run: abortResumes},
	{Name: "an abort ends a preparation", Needs: canMigrate, run: abortEndsPreparation},
	{Name: "a migration that can't be leaves the source alone", Needs: canMigrate, run: migrationRefused},
	{Name: "operations of software", Needs: canOperate, run: operations},
	{Name: "power", Needs: canPower, run: power},
	{Name: "a fenced host runs nothing", Needs: canFence, run: fenced},
	{Name: "what was on a dead host isn't gone before it is fenced", Needs: canFence, run: silent},
	{Name: "frames come in order and on time", Needs: hasStats, run: frames},
	{Name: "a paused probe is silent", Needs: hasStats, run: pausedProbe},
	{Name: "facts are true", run: factsAreTrue},
	{Name: "Close ends everything", run: closed},
}

func canMigrate(c drivers.Capabilities) bool { return c.LiveMigration && c.Create }
func canOperate(c drivers.Capabilities) bool { return c.Operations && c.Create }
func canPower(c drivers.Capabilities) bool   { return c.Power }
func canFence(c drivers.Capabilities) bool   { return c.Fencing && c.Create }
func hasStats(c drivers.Capabilities) bool   { return c.Stats && c.Create }
