// Package drivers is what the runtime asks of a thing that can hold and move machines, and nothing more. A driver knows
// no policy: it carries out commands, reports what came of them, and samples what it is asked to watch.
//
// A driver's life: Open with the site and a Sink; Start with batches of commands, any number; Close. Between them the
// driver calls the Sink with results, frames of samples, and facts that nobody asked for. Start never waits for an
// outcome. Every command ends in exactly one Result: done, failed (and then nothing has changed), or unknown (and then
// Query tells what is true). A command that is started again under the same ID is not carried out again; its result is
// reported again.
//
// Silence is not death. As long as a host doesn't answer and isn't fenced, nothing is Done that would make the runtime believe
// that what was there is gone: Stop and Destroy of it, or Create of it elsewhere. They fail, or are unknown.
package drivers

import (
	"context"
	"errors"
	"time"
)

// Ref is an instance: a number in a space of the bundle.
type Ref struct{ Space, Index int32 }

// NoRef is no instance.
var NoRef = Ref{-1, -1}

// CommandID names a command for ever: the policy instance that gave it, and which of its steps.
type CommandID struct {
	Instance uint64
	Step     uint32
}

// Verb is what a command does.
type Verb uint8

const (
	// Create makes machine or software Target on Host; it isn't started. Destroy undoes that. A machine that was lost is made
	// with the disk that it had, if that can be, and software that is on its machine's disk already is kept.
	Create Verb = iota
	Destroy
	// Start boots a machine or starts software, and is done when it is ready. Stop ends it.
	Start
	Stop
	// Operate runs operation Op of the software Target, after those of it that came before. One that drains is done when what it is about gets no more requests
	// from Target, and none that came from there are in flight; failed, they come as before. One that weighs is done when
	// Target deals its requests so; it fails if the weight isn't a number above 0, and then they are dealt as before.
	Operate
	// MigratePrepare brings a copy of running machine Target from From to Host, and is done when the source is stopped and
	// will not resume by itself, and the copy is loaded and paused. Failed: the source runs, there is no copy.
	MigratePrepare
	// MigrateCommit lets the copy run; then the source is discarded. MigrateAbort discards the copy and resumes the source,
	// as far as there are any; it fails if the machine runs on Host, or lives only in the copy.
	MigrateCommit
	MigrateAbort
	// PowerOn and PowerOff switch host Target. PowerOn is done when it answers; what a crash had ended there is told to be Gone
	// before that.
	PowerOn
	PowerOff
	// Fence makes sure that nothing runs on host Target, and is done only when that is certain. Of a host that is fenced
	// already, or by another command, it is done then.
	Fence
	// PauseProbe and ResumeProbe stop and resume the sampling of Probe of Target.
	PauseProbe
	ResumeProbe
	NumVerbs
)

// Command is one thing to do.
type Command struct {
	ID CommandID
	// Epoch is the leader's, Seq counts the commands of one target, whoever gives them. A driver refuses (Failed) a lower
	// Epoch than it has seen, and a lower Seq than it has seen for the target: such a command was late, and what has come
	// since counts on its not being carried out. An ID that it knows it answers again before it looks at either.
	Epoch, Seq uint64
	Verb       Verb
	Target     Ref
	Host, From Ref // NoRef if the verb has none
	Op         int32
	Probe      int32
	Args       []string
	// Insts are the instances among an operation's arguments, in order. An operation that drains, undrains or weighs is about
	// them; without any it drains or undrains Target itself, whoever sends it requests.
	Insts []Ref
	// Timeout is when the driver gives up by itself; 0 for its own default.
	Timeout time.Duration
}

// Outcome is how a command ended.
type Outcome uint8

const (
	Done Outcome = iota
	Failed
	// Unknown: the command may have had its effect. Query tells.
	Unknown
	// Running is an answer of Query only.
	Running
)

// Result is a command's end.
type Result struct {
	ID      CommandID
	Outcome Outcome
	Reason  string // for a person, if not Done
}

// Sample is one measured value.
type Sample struct {
	Probe int32 // index in Site.Probes
	Index int32 // instance in the probe's space
	Value float64
}

// Frame is everything that one source measured at one time.
type Frame struct {
	At      time.Duration // since the run's start
	Samples []Sample
}

// FactKind is something that a driver noticed by itself.
type FactKind uint8

const (
	// Gone: the machine Ref, or the software Ref of a host, has ended and is no longer there.
	Gone FactKind = iota
	// Down: the host Ref doesn't answer. Silence is not death: what ran there may still run.
	Down
	// Up: the host Ref answers again.
	Up
	// Paused: the machine Ref stands still from now on, for about For, because it is moved. Resumed: it runs again, and stood
	// for For. They are told of pauses of LongPause or more; their end, too, if only it turned out to be one.
	Paused
	Resumed
)

// LongPause is a pause that those who ask the machine for something notice.
const LongPause = time.Second

// Fact is something that a driver noticed by itself.
type Fact struct {
	Kind FactKind
	Ref  Ref
	For  time.Duration
	Why  string // for a person; of Paused, if there is more to say
}

// Sink takes what a driver has to say. Its methods may be called from any goroutine, and don't block for long. What
// they are given belongs to the driver again when they return.
type Sink interface {
	Results([]Result)
	Frame(Frame)
	Fact(Fact)
}

// Capabilities are declared, never assumed.
type Capabilities struct {
	Create, LiveMigration, Stats, Power, Operations, Fencing bool
	// Lossless says that a live migration loses no request as long as its downtime stays below 10 s.
	Lossless bool
}

// HostSpec, MachineSpec and SoftwareSpec say what there is or may be.
type HostSpec struct {
	Name   string
	Cores  float64
	MIPS   float64 // a core
	Memory float64 // bytes
	// Watts at equal steps of load from 0 to 100 %; empty if not known.
	Watts []float64
}

// MachineSpec is a virtual machine's size.
type MachineSpec struct {
	Name   string
	VCPUs  float64
	MIPS   float64 // a vcpu
	Memory float64 // bytes
	Image  string
}

// OpSpec is an operation of software. UnlessDrained says that what is drained serves nothing that Interrupts could lose.
type OpSpec struct {
	Name             string
	Interrupts       bool
	UnlessDrained    bool
	Drains, Undrains bool
	// Weighs says that it sets how much of Target's requests an instance gets, as compared with the others that Target sends
	// requests to: argument Weight of Command.Args, a number above 0. Who was never weighed has 1.
	Weighs       bool
	Weight       int
	Exec         []string
	Template, To string
}

// ProbeSpec is something to watch.
type ProbeSpec struct {
	Name, Source string
	Space        int32
	Every        time.Duration
}

// SpaceSpec is a space of the site: exactly one of the three lists is set, or Ops for software.
type SpaceSpec struct {
	Name     string
	Hosts    []HostSpec
	On       int32 // space that its instances stand on; -1 for hosts
	Machines []MachineSpec
	Software bool
	Ops      []OpSpec
}

// Site is what a driver looks after. Spaces and instances are numbered as in the bundle.
type Site struct {
	System string
	Spaces []SpaceSpec
	Probes []ProbeSpec
}

// ErrUnsupported is the reason for refusing a verb that isn't among a driver's capabilities.
var ErrUnsupported = errors.New("the driver cannot do this")

// Driver holds and moves machines.
type Driver interface {
	Capabilities() Capabilities
	Open(ctx context.Context, site Site, sink Sink) error
	// Start begins the commands of one batch, in order. Commands of one batch begin at the same time. The batch belongs to
	// the caller again when Start returns.
	Start(batch []Command)
	// Query says what came of a command: Done, Failed, Running, or Unknown if even the driver can't tell. A command that
	// it never saw is Failed.
	Query(CommandID) Result
	Close() error
}

// Timed is a driver that lives in virtual time: nothing happens in it but within Start and Advance.
type Timed interface {
	Driver
	// Next is when something will happen next; false if nothing will.
	Next() (time.Duration, bool)
	// Advance lets time pass up to t, which is not after Next, and calls the sink with what happened.
	Advance(t time.Duration)
}
