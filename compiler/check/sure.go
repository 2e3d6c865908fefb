package check

import (
	"maps"
	"math"
	"slices"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// What is certain at a place of a policy, whatever way led there: what guards have asked, and what actions did. An action
// that may have failed, a branch or a turn of a loop that may run beside or before, takes certainty away and gives none.

// sure is something that is certain: that a path exists, that a host is empty, that software is drained, and by whom.
type sure struct {
	kind sureKind
	path lang.Expr
	by   lang.Expr // a second path, of those that have one
}

type sureKind byte

const (
	sureExists  sureKind = 'e'
	sureEmpty   sureKind = 'n'
	sureDrained sureKind = 'd' // by itself
	sureGone    sureKind = 'g' // removed
	sureHalted  sureKind = 'h' // stopped by what is at work, whose start would take that back
	sureOfAll   sureKind = '*' // whatever is asked of what the path begins with, or without a path, of anything
	sureDone    sureKind = '+' // whatever an action may have done

	sureDrainedBy    sureKind = 'b'
	sureDrainedByAll sureKind = 'a' // of a set
	sureSame         sureKind = 's'
	sureFewer        sureKind = 'f' // of a class than of another
	sureOther        sureKind = 'o' // than a second path's
)

func (s sure) key() string {
	if s.by == nil {
		return string(s.kind) + lang.Print(s.path)
	}
	return string(s.kind) + lang.Print(s.path) + " by " + lang.Print(s.by)
}

// meaning is what the architecture says of names that stand in a policy.
type meaning struct {
	classes          map[string]*class
	system           map[string]*class // by their own names
	named            map[string]*class // of what the policy's names stand for
	drains, undrains map[string]bool   // operations, by name
	// op is the operation that a name stands for, another one only in a module.
	op func(name string) string
	// backs are the names of the role that leads back from what a class's role leads to, if it leads to one thing.
	backs   func(cl *class, role string) []string
	across  func(cl *class, role string) []string // the same of any role
	trusted map[lang.Node]bool                    // guards and actions that are wrong
	lost    *lost
	source  string
}

// surety is what is certain at one place: facts by what they say, and between what the numbers of classes lie. A class
// that isn't in counts has as many as its bounds allow. Beside them, what may be out of service, here and on the way here.
type surety struct {
	of        *meaning
	facts     map[string]sure
	counts    map[*class]between
	out, seen outs
}

// between is a range of numbers, both ends included.
type between struct{ least, most int }

// many stands for any number.
const many = math.MaxInt32

func newSurety(of *meaning) surety {
	return surety{of: of, facts: map[string]sure{}, counts: map[*class]between{}, out: newOuts(), seen: newOuts()}
}

func (s surety) copy() surety {
	out := newSurety(s.of)
	out.out = s.out.copy()
	for k, v := range s.facts {
		out.facts[k] = v
	}
	for k, v := range s.counts {
		out.counts[k] = v
	}
	return out
}

// meet keeps what is certain on another way as well, and says whether that changed anything. With wide, a range that
// would grow is given up: walks come to an end.
func (s surety) meet(other surety, wide bool) bool {
	if other.trusts("") {
		return false
	}
	changed := s.trusts("")
	if changed {
		clear(s.facts)
		clear(s.counts)
		maps.Copy(s.facts, other.facts)
		maps.Copy(s.counts, other.counts)
		s.out.join(other.out, false)
		return true
	}
	changed = s.out.join(other.out, wide)
	relied, relies := s.relied(), other.relied()
	for key, one := range s.facts {
		if _, too := other.facts[key]; !too && !(relies && one.doing()) {
			delete(s.facts, key)
			changed = true
		}
	}
	if relied && !relies {
		s.adopt(other)
	}
	for cl, mine := range s.counts {
		if relied || relies {
			break
		}
		theirs, too := other.counts[cl]
		hull := between{least: min(mine.least, theirs.least), most: max(mine.most, theirs.most)}
		switch {
		case too && hull == mine:
			continue
		case !too || wide:
			delete(s.counts, cl)
		default:
			s.counts[cl] = hull
		}
		changed = true
	}
	return changed
}

// adopt takes over what another way made certain by what it did, where on the ways until here anything may have been done.
func (s surety) adopt(other surety) {
	for key, one := range other.facts {
		if one.doing() {
			s.facts[key] = one
		}
	}
	clear(s.counts)
	maps.Copy(s.counts, other.counts)
}

// doing says whether an action or a count can have made this certain, and not a question alone.
func (s sure) doing() bool {
	return s.kind != sureExists && s.kind != sureOfAll && s.kind != sureDone
}

func (s surety) add(kind sureKind, path lang.Expr) {
	if path == nil || rootOf(path) == "" {
		return
	}
	s.note(sure{kind: kind, path: path})
}

func (s surety) note(one sure) { s.facts[one.key()] = one }

func (s surety) has(kind sureKind, path lang.Expr) bool {
	return s.holds(kind, path, nil)
}

// trust makes all certain of what begins with a name, or with "", everything.
func (s surety) trust(name string) {
	s.note(sure{kind: sureOfAll, path: &lang.Ident{Name: lang.Name{Text: name}}})
}

func (s surety) trusts(name string) bool {
	_, ok := s.facts[string(sureOfAll)+name]
	return ok
}

// relies takes an action that is wrong as having done what it was to do.
func (s surety) relies() { s.facts[string(sureDone)] = sure{kind: sureDone} }

func (s surety) relied() bool {
	_, ok := s.facts[string(sureDone)]
	return ok
}

func (s surety) holds(kind sureKind, path, by lang.Expr) bool {
	if s.trusts("") || s.trusts(rootOf(path)) || kind != sureExists && s.relied() {
		return true
	}
	_, ok := s.facts[sure{kind: kind, path: path, by: by}.key()]
	return ok
}

// count is between what the number of a class's instances lies.
func (s surety) count(cl *class) between {
	if s.trusts("") || s.trusts(cl.name) || s.relied() {
		return between{least: many, most: -1}
	}
	if known, ok := s.counts[cl]; ok {
		return known
	}
	all := between{least: int(cl.table.Min), most: cl.most()}
	if all.most < 0 {
		all.most = many
	}
	return all
}

// startsEmpty is what a deployment finds: of each class as many as were made before, which may be none.
func (s surety) startsEmpty() {
	for _, cl := range s.of.system {
		if cl != nil && cl.kind != bundle.Host { // nil stands for what is told to be wrong
			s.counts[cl] = between{most: s.count(cl).most}
		}
	}
}

// learn adds what a condition says that is true, or (unless holds) not true. One that is wrong may say anything but that
// something exists which it doesn't name.
func (s surety) learn(e lang.Expr, holds bool) {
	if e == nil || !s.of.trusted[e] {
		s.learnRight(e, holds)
		return
	}
	if mayAsk(e, func(name string) bool { _, known := s.of.named[name]; return known }) {
		s.trust("")
		return
	}
	s.learnRight(e, holds)
	s.relies()
}

func (s surety) learnRight(e lang.Expr, holds bool) {
	switch e := e.(type) {
	case *lang.Exists:
		if holds {
			s.add(sureExists, e.X)
		}
	case *lang.Unary:
		if e.Op == "not" {
			s.learn(e.X, !holds)
		}
	case *lang.Call:
		if e.Func.Text == "empty" && len(e.Args) == 1 && e.Where == nil && holds {
			s.add(sureEmpty, e.Args[0].Value)
		}
		s.learnSome(e, holds)
	case *lang.Binary:
		switch {
		case e.Op == "and" && holds, e.Op == "or" && !holds:
			s.learn(e.X, holds)
			s.learn(e.Y, holds)
		case e.Op == "!=" && holds, e.Op == "==" && !holds:
			if _, isNone := e.Y.(*lang.None); isNone {
				s.add(sureExists, e.X)
			}
			if _, isNone := e.X.(*lang.None); isNone {
				s.add(sureExists, e.Y)
			}
			s.other(e.X, e.Y)
		case e.Op == "==" && holds, e.Op == "!=" && !holds:
			s.same(e.X, e.Y)
		case e.Op == "in" && holds, e.Op == "not in" && !holds:
			s.among(e.X, e.Y)
		}
		s.learnCount(e, holds)
	}
}

// learnSome learns from some(Class where it != x) that there are two, and from empty(Class) that there is none.
func (s surety) learnSome(e *lang.Call, holds bool) {
	if len(e.Args) != 1 || e.Func.Text != "some" && e.Func.Text != "empty" {
		return
	}
	cl := s.of.classes[setName(e.Args[0].Value)]
	if _, isName := e.Args[0].Value.(*lang.Ident); isName && cl != nil && e.Where == nil && holds == (e.Func.Text == "empty") {
		known := s.count(cl)
		known.most = 0
		s.counts[cl] = known
	}
	if holds != (e.Func.Text == "some") {
		return
	}
	where := e.Where
	if f, isFilter := e.Args[0].Value.(*lang.Filter); isFilter {
		where = f.Where
	}
	if cl == nil || !asksOther(where) {
		return
	}
	known := s.count(cl)
	known.least = max(known.least, 2)
	s.counts[cl] = known
}

// chosen notes of which things one is none: those that the choice of it leaves out.
func (s surety) chosen(name *lang.Ident, choice lang.Expr) {
	call, isCall := choice.(*lang.Call)
	if !isCall || len(call.Args) != 1 || call.Func.Text != "min" && call.Func.Text != "max" {
		return
	}
	s.among(name, call.Args[0].Value)
	asked := newSurety(s.of)
	asked.learn(call.Where, true)
	if f, isFilter := call.Args[0].Value.(*lang.Filter); isFilter {
		asked.learn(f.Where, true)
	}
	for _, one := range asked.facts {
		if id, isName := one.path.(*lang.Ident); one.kind == sureOther && isName && id.Text == "it" {
			s.other(name, one.by)
		}
	}
}

// asksOther says whether a filter leaves out something that a name stands for.
func asksOther(where lang.Expr) bool {
	b, isBinary := where.(*lang.Binary)
	if !isBinary {
		return false
	}
	if b.Op == "and" {
		return asksOther(b.X) || asksOther(b.Y)
	}
	x, y := rootOf(b.X), rootOf(b.Y)
	return b.Op == "!=" && x != "" && y != "" && (lang.Print(b.X) == "it") != (lang.Print(b.Y) == "it") && x != y
}

var (
	mirrored = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
	negated  = map[string]string{"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
)

// learnCount learns from a comparison of count(Class) with a constant.
func (s surety) learnCount(e *lang.Binary, holds bool) {
	op, x, y := e.Op, e.X, e.Y
	if _, isNumber := x.(*lang.Number); isNumber {
		op, x, y = mirrored[op], y, x
	}
	if !holds {
		op = negated[op]
	}
	n, isNumber := y.(*lang.Number)
	cl := s.counted(x)
	if other := s.counted(y); cl != nil && other != nil {
		switch op {
		case "<":
			s.note(sure{kind: sureFewer, path: className(cl), by: className(other)})
		case ">":
			s.note(sure{kind: sureFewer, path: className(other), by: className(cl)})
		}
	}
	if !isNumber || cl == nil || math.Abs(n.Value) > many || n.Unit != "" {
		return
	}
	known := s.count(cl)
	up, down := int(math.Ceil(n.Value)), int(math.Floor(n.Value))
	switch {
	case op == "<":
		known.most = min(known.most, up-1)
	case op == "<=":
		known.most = min(known.most, down)
	case op == ">":
		known.least = max(known.least, down+1)
	case op == ">=":
		known.least = max(known.least, up)
	case op == "==":
		known = between{least: max(known.least, up), most: min(known.most, down)}
	case op == "!=" && up == down && known.least == up:
		known.least++
	case op == "!=" && up == down && known.most == up:
		known.most--
	}
	s.counts[cl] = known
}

// counted is the class of which an expression is the number, nil if it is none.
func (s surety) counted(e lang.Expr) *class {
	call, isCall := e.(*lang.Call)
	if !isCall || call.Func.Text != "count" || len(call.Args) != 1 || call.Where != nil {
		return nil
	}
	id, isName := call.Args[0].Value.(*lang.Ident)
	if !isName {
		return nil
	}
	return s.of.classes[id.Text]
}

// turn enters a loop: earlier turns have been there, and what its filters ask is asked anew for each element.
func (s surety) turn(loop *lang.For) {
	effect := s.of.effect(loop.Body).repeated()
	s.disturb(effect)
	s.elsewhere()
	asked := newSurety(s.of)
	filters := []lang.Expr{loop.Where, loop.While}
	if f, isFilter := loop.Set.(*lang.Filter); isFilter {
		filters = append(filters, f.Where)
	}
	for _, f := range filters {
		asked.learn(f, true)
		if loop.AtMost <= 1 {
			s.learn(f, true)
		}
	}
	if asked.trusts("") {
		s.trust("")
	}
	if !effect.senders() {
		s.among(&lang.Ident{Name: loop.Var}, loop.Set)
	}
	for _, one := range asked.facts {
		one.path = renamed(one.path, loop.Var)
		if one.by != nil {
			one.by = renamed(one.by, loop.Var)
		}
		s.note(one)
	}
}

// renamed is a path with `it` replaced by the loop's own name.
func renamed(path lang.Expr, name lang.Name) lang.Expr {
	switch p := path.(type) {
	case *lang.Ident:
		if p.Text == "it" {
			return &lang.Ident{Name: name}
		}
	case *lang.Select:
		return &lang.Select{Span: p.Span, X: renamed(p.X, name), Name: p.Name}
	}
	return path
}

// body takes a state's actions in, all of which succeed.
func (s surety) body(stmts []lang.Stmt) {
	for len(stmts) > 0 {
		if n := forks(stmts); n > 0 {
			s.forks(stmts[:n])
			stmts = stmts[n:]
			continue
		}
		s.stmt(stmts[0])
		stmts = stmts[1:]
	}
}

func (s surety) stmt(st lang.Stmt) {
	effect := s.of.effect([]lang.Stmt{st})
	var turn walked
	loop, isLoop := st.(*lang.For)
	if isLoop = isLoop && len(s.of.drains) > 0; isLoop {
		turn = s.turns(loop)
	}
	s.serves(st)
	for cl, n := range effect.made {
		if known, ok := s.counts[cl]; ok && n < many {
			s.counts[cl] = between{least: known.least + n, most: known.most}
		}
	}
	var drainers, gone []lang.Expr // before its own doing makes them uncertain
	switch st := st.(type) {
	case *lang.OpCall:
		if s.of.drains[st.Op.Text] {
			drainers = s.names(st.Object)
		}
	case *lang.Remove:
		gone = s.bareNames(st.Target)
	}
	s.disturb(effect)
	if s.of.trusted[st] {
		s.relies()
	}
	switch st := st.(type) {
	case *lang.Wait:
		s.learn(st.Cond, true)
	case *lang.Remove:
		for _, name := range gone {
			s.add(sureGone, name)
		}
	case *lang.OpCall:
		if s.of.drains[st.Op.Text] {
			s.drained(st, drainers)
		}
		s.halted(st.Object, s.of.op(st.Op.Text))
	case *lang.Act:
		s.halted(st.Object, st.Verb.Text)
	case *lang.Let:
		s.same(&lang.Ident{Name: st.Name}, st.Value)
		s.chosen(&lang.Ident{Name: st.Name}, st.Value)
	}
	if isLoop {
		s.all(loop, turn.last)
		s.out.become(turn.behind)
		s.seen.join(turn.seen, false)
		s.seen.join(turn.behind, false)
	}
}

// forks takes branches in that run together: what one makes certain is certain behind the join, unless another may take it
// back.
func (s surety) forks(branches []lang.Stmt) {
	after := newSurety(s.of)
	beside := s.of.beside(branches)
	walks := s.branches(branches)
	for i, own := range walks {
		own.forget(beside[i])
		own.elsewhere()
		for key, one := range own.facts {
			after.facts[key] = one
		}
	}
	s.joined(walks)
	all := s.of.effect(branches)
	for cl, n := range all.made {
		if known, ok := s.counts[cl]; ok && n < many {
			s.counts[cl] = between{least: known.least + n, most: known.most}
		}
	}
	s.disturb(all)
	clear(s.facts)
	for key, one := range after.facts {
		s.facts[key] = one
	}
}

func farther(path lang.Expr) bool {
	_, isName := path.(*lang.Ident)
	return !isName
}

// rebind forgets what was known of names that get new values.
func (s surety) rebind(names []string) {
	s.out.unname(func(name string) bool { return slices.Contains(names, name) }, 1, "")
	for key, one := range s.facts {
		if slices.Contains(names, rootOf(one.path)) || one.by != nil && slices.Contains(names, rootOf(one.by)) {
			delete(s.facts, key)
		}
	}
}

// rootOf is the name that a path begins with, or "" if it is no path.
func rootOf(e lang.Expr) string {
	switch e := e.(type) {
	case *lang.Ident:
		return e.Text
	case *lang.Select:
		return rootOf(e.X)
	}
	return ""
}
