package engine

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/drivers"
	"github.com/tune-autonomic/tune/runtime/model"
)

func number(bits uint64) float64 { return math.Float64frombits(bits) }

// takeFact takes in what a driver noticed by itself.
func (s *State) takeFact(f drivers.Fact) {
	if s.m.Class(f.Ref.Space, f.Ref.Index) == none {
		return
	}
	name := s.m.Name(f.Ref.Space, f.Ref.Index)
	isHost := s.p.Spaces[f.Ref.Space].Kind == bundle.Host
	if isHost {
		s.things.touch(f.Ref)
	}
	switch {
	case f.Kind == drivers.Gone && !isHost:
		if s.m.Life(f.Ref.Space, f.Ref.Index) == model.Absent {
			return
		}
		s.noticef(NoticeFact, nil, "%s has ended", name)
		s.lose(f.Ref)
	case f.Kind == drivers.Paused && !isHost:
		text := name + " stands still for about " + roughly(f.For) + " while it is moved"
		if f.Why != "" {
			text += ": " + f.Why
		}
		s.notice(NoticeFact, nil, text)
	case f.Kind == drivers.Resumed && !isHost:
		s.noticef(NoticeFact, nil, "%s runs again, on %s: it stood still for %s", name, s.m.Name(s.m.On(f.Ref.Space), s.m.Node(f.Ref.Space, f.Ref.Index)), roughly(f.For))
	case f.Kind == drivers.Down && isHost && s.m.IsFenced(f.Ref.Space, f.Ref.Index): // it is off, and nobody needs to be told
	case f.Kind == drivers.Down && isHost:
		s.noticef(NoticeFact, nil, "%s doesn't answer", name)
		s.m.Blank(f.Ref.Space, f.Ref.Index, s.lost)
		s.m.SetDown(f.Ref.Space, f.Ref.Index, true)
	case f.Kind == drivers.Up && isHost:
		s.noticef(NoticeFact, nil, "%s answers again", name)
		s.m.SetDown(f.Ref.Space, f.Ref.Index, false)
		if s.m.IsFenced(f.Ref.Space, f.Ref.Index) { // somebody has switched it on: what runs there now isn't fenced
			s.m.Power(f.Ref.Space, f.Ref.Index, true)
			s.heard(f.Ref)
		}
		s.stirred = true
	}
}

// roughly is a duration for people: to a second, or to a tenth if it is short.
func roughly(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(time.Second / 10).String()
	}
	return d.Round(time.Second).String()
}

// obey does what an operator says. What makes no sense is told, and changes nothing.
func (s *State) obey(o *Operator) {
	switch o.Verb {
	case "deploy", "shutdown":
		if why := s.undeployable(o.Classes); why != "" {
			s.noticef(NoticeFailed, nil, "%s: %s; nothing is done", o.Verb, why)
			return
		}
		trigger := bundle.OnDeploy
		if o.Verb == "shutdown" {
			trigger = bundle.OnShutdown
		}
		s.deploy(trigger, o.Classes)
	case "emit":
		if o.Event < 0 || int(o.Event) >= len(s.events) || !s.events[o.Event].def.External {
			s.noticef(NoticeFailed, nil, "emit: event %d isn't one that comes from outside", o.Event)
			return
		}
		if why := s.unfit(o); why != "" {
			s.noticef(NoticeFailed, nil, "emit %s: %s", s.events[o.Event].def.Name, why)
			return
		}
		s.emitted = append(s.emitted, emission{o.Event, o.Payload})
	case bundle.AnswerClear, bundle.AnswerApprove, bundle.AnswerRefuse:
		if o.Instance == 0 {
			s.answerAll(o)
			return
		}
		s.answer(o, o.Instance)
	case bundle.WishPause, bundle.WishIgnore, bundle.WishPin, bundle.WishMaintain, bundle.WishResume:
		s.wish(o)
	default:
		s.noticef(NoticeFailed, nil, "an operator said %q: known are deploy, shutdown, emit, clear, approve, refuse, pause, ignore, pin, maintain, resume", o.Verb)
	}
}

// unfit says why what an operator emits can't come in; "" if it can.
func (s *State) unfit(o *Operator) string {
	types := bundle.Types(s.events[o.Event].def.Payload)
	if len(o.Payload) != len(types) {
		return fmt.Sprintf("it brings %d values, not %d", len(types), len(o.Payload))
	}
	for i, t := range types {
		v := o.Payload[i]
		if t.Base != bundle.Inst {
			continue
		}
		if v != math.Trunc(v) || v < 0 || v >= float64(s.m.Size(t.Space)) || t.Class >= 0 && s.m.Class(t.Space, int32(v)) != t.Class {
			return "it is about something that there is not"
		}
		if i == 0 && s.m.Life(t.Space, int32(v)) == model.Absent { // what else it brings may be what was lost
			return s.m.Name(t.Space, int32(v)) + " is not there"
		}
	}
	return ""
}

// undeployable says why some classes can't be deployed or shut down; "" if they can.
func (s *State) undeployable(asked []int32) string {
	for _, c := range asked {
		switch {
		case c < 0 || int(c) >= len(s.p.Classes):
			return fmt.Sprintf("there is no class %d%s", c, s.deployable())
		case s.p.Classes[c].Kind == bundle.Host:
			return s.p.Classes[c].Name + " are hosts, which are there from the beginning" + s.deployable()
		}
	}
	return ""
}

// deployable lists what can be deployed.
func (s *State) deployable() string {
	var names []string
	for c := range s.p.Classes {
		if s.p.Classes[c].Kind != bundle.Host {
			names = append(names, fmt.Sprintf("%s (%d)", s.p.Classes[c].Name, c))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ": there are " + strings.Join(names, ", ")
}

// answerAll answers all instances of a policy that wait for that.
func (s *State) answerAll(o *Operator) {
	if o.Policy < 0 || int(o.Policy) >= len(s.p.Policies) {
		s.noticef(NoticeFailed, nil, "%s: there is no policy %d", o.Verb, o.Policy)
		return
	}
	waits, none := (*instance).asks, "asks anything"
	if o.Verb == bundle.AnswerClear {
		waits, none = (*instance).isStuck, "is stuck"
	}
	var ids []uint64
	for _, in := range s.live {
		if in.policy == o.Policy && waits(in) {
			ids = append(ids, in.id)
		}
	}
	if len(ids) == 0 {
		s.noticef(NoticeFailed, nil, "no run of %s %s", s.p.Policies[o.Policy].Name, none)
	}
	for _, id := range ids {
		s.answer(o, id)
	}
}

func (in *instance) isStuck() bool { return in.phase == phaseStuck }

func (in *instance) asks() bool {
	return slices.ContainsFunc(in.tasks, func(t task) bool { return !t.done && t.kind == bundle.ActAsk })
}

// answer ends what an instance asked an operator, or one that is stuck.
func (s *State) answer(o *Operator, id uint64) {
	if o.Verb == bundle.AnswerClear {
		s.clear(id)
		return
	}
	in := s.instances[id]
	if in == nil {
		s.noticef(NoticeFailed, nil, "there is no instance %d that asks", id)
		return
	}
	for ti := range in.tasks {
		if t := &in.tasks[ti]; !t.done && t.kind == bundle.ActAsk {
			s.finishTask(in, ti, o.Verb == bundle.AnswerApprove, "the operator refused")
			return
		}
	}
	s.notice(NoticeFailed, in, "it asks nothing")
}
