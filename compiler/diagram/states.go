package diagram

import (
	"strconv"
	"strings"

	"github.com/tune-autonomic/tune/lang"
)

// states is the diagram of a policy that stands in the file f; on, of the program, says what starts it, and is nil where the
// policy says so itself.
func (p Program) states(policy *lang.Policy, f *lang.File, name string, on *lang.Trigger) Diagram {
	d := Diagram{Kind: State, Name: name, Notes: notes(policy, f)}
	d.Nodes = append(d.Nodes, Node{Shape: Start, In: -1})
	index := map[string]int{}
	for _, s := range policy.States {
		index[s.Name.Text] = len(d.Nodes)
		n := Node{Shape: StateBox, Name: s.Name.Text, Steps: steps(f, s.Body, 0), In: -1}
		if s.Final && len(n.Steps) == 0 {
			n.Shape = Final
		}
		d.Nodes = append(d.Nodes, n)
	}
	if len(policy.States) > 0 {
		d.Edges = append(d.Edges, Edge{From: 0, To: 1, Label: p.trigger(policy, f, on)})
	}
	for i, s := range policy.States {
		for _, t := range s.Transitions {
			if to, ok := index[t.To.Text]; ok {
				d.Edges = append(d.Edges, Edge{From: i + 1, To: to, Label: way(f, t)})
			}
		}
		if s.Final && d.Nodes[i+1].Shape == StateBox {
			d.Edges = append(d.Edges, Edge{From: i + 1, To: len(d.Nodes)})
			d.Nodes = append(d.Nodes, Node{Shape: Final, In: -1})
		}
	}
	return d
}

// notes is what holds of a policy as a whole.
func notes(policy *lang.Policy, f *lang.File) string {
	var all []string
	if policy.Lossless {
		all = append(all, "lossless")
	}
	if policy.Cooldown != nil {
		all = append(all, "cooldown "+text(f, policy.Cooldown.Pos()))
	}
	return strings.Join(all, ", ")
}

// trigger is what starts a policy: its event, when that happens, and the policy's guard.
func (p Program) trigger(policy *lang.Policy, f *lang.File, on *lang.Trigger) []string {
	from := p.main
	if on == nil {
		on, from = policy.On, f
	}
	if on == nil {
		return nil
	}
	lines := []string{text(from, on.Span)}
	module, own := on.Event.Cut()
	if m := p.modules[module.Text]; m != nil {
		from = m
	}
	for _, e := range of[*lang.Event](from) {
		if e.Name.Text == own.Text {
			lines = appendText(lines, text(from, lang.Span{Start: afterHead(from, e), End: e.Span.End}))
		}
	}
	if policy.When != nil {
		lines = append(lines, "["+text(f, policy.When.Pos())+"]")
	}
	return lines
}

// afterHead is where an event's name and parameters end.
func afterHead(f *lang.File, e *lang.Event) int {
	end := e.Name.Span.End
	if n := len(e.Params); n > 0 {
		end = e.Params[n-1].Span.End
		if i := strings.IndexByte(f.Source[end:e.Span.End], ')'); i >= 0 {
			end += i + 1
		}
	}
	return end
}

func appendText(lines []string, s string) []string {
	if s == "" {
		return lines
	}
	return append(lines, s)
}

// way is what a transition says.
func way(f *lang.File, t *lang.Transition) []string {
	var lines []string
	switch {
	case t.When != nil:
		lines = append(lines, "["+text(f, t.When.Pos())+"]")
	case t.Otherwise:
		lines = append(lines, "[otherwise]")
	case t.Success:
		lines = append(lines, "success")
	case t.Failure && t.Undo:
		lines = append(lines, "failure / undo")
	case t.Failure:
		lines = append(lines, "failure")
	}
	if t.AtMost > 0 {
		lines = append(lines, "{at most "+times(t.AtMost)+"}")
	}
	return lines
}

func times(n int) string {
	if n == 1 {
		return "1 time"
	}
	return strconv.Itoa(n) + " times"
}

// mostLines is how much of a plan is shown.
const mostLines = 16

// steps are a state's statements. Branches that stand together are one step.
func steps(f *lang.File, body []lang.Stmt, depth int) []Step {
	var all []Step
	for _, s := range body {
		switch s := s.(type) {
		case *lang.Fork:
			branch := steps(f, s.Body, 0)
			if n := len(all); n > 0 && all[n-1].Branches != nil {
				all[n-1].Branches = append(all[n-1].Branches, branch)
				continue
			}
			all = append(all, Step{Depth: depth, Branches: [][]Step{branch}})
		case *lang.Join:
		case *lang.For:
			all = append(all, Step{Text: head(f, s, s.Body), Depth: depth})
			all = append(all, steps(f, s.Body, depth+1)...)
		case *lang.Plan:
			all = append(all, Step{Text: "plan", Depth: depth})
			room := mostLines
			all = append(all, outline(f, s.Body, depth+1, &room)...)
		default:
			all = append(all, Step{Text: text(f, s.Pos()), Depth: depth})
		}
	}
	return all
}

// outline is a plan's statements, with what stands in their blocks, as far as there is room for lines.
func outline(f *lang.File, body []lang.Stmt, depth int, room *int) []Step {
	var all []Step
	for _, s := range body {
		if *room == 0 {
			*room = -1
			return append(all, Step{Text: "…", Depth: depth})
		}
		if *room < 0 {
			return all
		}
		*room--
		all = append(all, Step{Text: head(f, s, inside(s)), Depth: depth})
		all = append(all, outline(f, inside(s), depth+1, room)...)
		if branch, isIf := s.(*lang.If); isIf && len(branch.Else) > 0 && *room > 0 {
			*room--
			all = append(all, Step{Text: "else", Depth: depth})
			all = append(all, outline(f, branch.Else, depth+1, room)...)
		}
	}
	return all
}

// inside is the block of a statement that has one.
func inside(s lang.Stmt) []lang.Stmt {
	switch s := s.(type) {
	case *lang.For:
		return s.Body
	case *lang.Pick:
		return s.Body
	case *lang.If:
		return s.Then
	case *lang.AllOrNothing:
		return s.Body
	}
	return nil
}

// head is a statement up to its block.
func head(f *lang.File, s lang.Stmt, body []lang.Stmt) string {
	at := s.Pos()
	if len(body) == 0 {
		return text(f, at)
	}
	at.End = body[0].Pos().Start
	return strings.TrimRight(text(f, at), " {;")
}
