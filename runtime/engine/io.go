// Package engine is the pure heart of the runtime: Step(state, input) → (state, outputs). It has no clock, does no I/O,
// starts no goroutine, and draws no random number: the same bundle and inputs give the same outputs, byte for byte.
//
// Everything that happens comes in as an Input, stamped and numbered by whoever leads; everything that is to happen goes
// out in Outputs. Records must be kept before commands are sent.
package engine

import (
	"strings"

	"github.com/tune-autonomic/tune/drivers"
)

// Time is nanoseconds since the run's start.
type Time = int64

// Input is one thing that happened. Exactly one of the fields after At is set; an Input with none of them is the timer
// that Outputs.Wake asked for.
type Input struct {
	N  uint64
	At Time

	Frame   *drivers.Frame
	Results []drivers.Result
	Fact    *drivers.Fact
	Command *Operator
}

// Operator is what an operator, or a scenario in the place of one, tells the engine.
type Operator struct {
	Who, Why string
	// Verb is "deploy" or "shutdown" (Classes; empty: all), "emit" (Event, Payload: its parameters, instances as numbers),
	// one of the bundle's answers: "clear" (Instance that is stuck; 0: all of Policy that are), "approve" or "refuse" (Instance
	// that asks; 0: all of Policy that ask); or one of its
	// wishes: "pause" (Policy; -1: all), "ignore", "pin" and "maintain" (Things), "resume" (Policy or Things; Wish:
	// what ends, empty: all; with neither policy nor things: everything).
	Verb     string
	Wish     string
	Things   []drivers.Ref
	Classes  []int32
	Event    int32
	Payload  []float64
	Instance uint64
	Policy   int32
}

// Outputs is what a step asks of the world, in this order: keep Records, then send Commands, then tell Notices. The
// slices belong to the engine and hold until the next Step.
type Outputs struct {
	Records  []Record
	Commands []drivers.Command
	Notices  []Notice
	// Declined are the policies that an event would have started, had their guards been true.
	Declined []int32
	// Wake is when the engine wants to be called if nothing else happens before; at most now means at once: a long plan
	// has more to think. Negative: never.
	Wake Time
}

// Record is an instance's state after a transition, to be kept: Data replaces all earlier records of Subject, and is never
// empty. Rev is 1 for the first, and grows by 1. What has ended leaves a record too: it keeps the revision, and the number
// of the instance, so that neither is ever given again.
type Record struct {
	Subject string
	Rev     uint64
	Data    []byte
}

// NoticeKind is what a Notice is about.
type NoticeKind uint8

const (
	// NoticeText is a policy's notify(…).
	NoticeText NoticeKind = iota
	// NoticeEvent: an event held; NoticeStart, NoticeState, NoticeEnd: a policy instance started, entered a state, ended.
	NoticeEvent
	NoticeStart
	NoticeState
	NoticeEnd
	// NoticeStuck: an undo failed, or a migration can't be taken back; an operator must look.
	NoticeStuck
	// NoticeMoved: Text tells what moved from where to where. NoticeFailed: an action failed, and why.
	NoticeMoved
	NoticeFailed
	// NoticeWait: an instance waits for a claim or a budget.
	NoticeWait
	// NoticeFact: something was noticed: a host went down, a machine ended.
	NoticeFact
	// NoticePower: a host was switched on or off. Deployed: an instance of software or a machine is ready.
	NoticePower
	NoticeDeployed
	// NoticeFault: a fault of the scenario struck, or waits for something to strike. The engine never tells it; whoever
	// plays the scenario does.
	NoticeFault
)

// What stands for the policy of a deployment, or of its contrary, that the program doesn't do itself.
const (
	DefaultDeploy   = "deploy"
	DefaultShutdown = "shutdown"
)

// Notice tells people what happened. Policy and State are names, Thing what the instance is about, "" if nothing.
type Notice struct {
	Kind     NoticeKind
	At       Time
	Instance uint64
	Policy   string
	State    string
	Thing    string
	Text     string
	// Anew, of a state: the instance had to wait, and chooses anew from here; what it entered since it was here last, it did
	// nothing in.
	Anew bool
	// Again, of an event: it was told before and has gone on since, and nothing comes of it now that isn't told.
	Again bool
	// Arrow, of a state, is the pc of the GOTO that led there, plus one; 0 if none did.
	Arrow int32
}

// Written says whether a state stands in the source: those that count how often an arrow was taken don't, and nobody is to see
// them. One of them has no name, the others that of the state that the arrow leaves, and a word behind it.
func Written(state string) bool { return state != "" && !strings.Contains(state, " ") }
