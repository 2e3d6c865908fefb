package check

import (
	"slices"

	"github.com/tune-autonomic/tune/lang"
)

// What a policy has made is gone once it is undone: on the way of an `on failure undo` its names stand for nothing any more,
// or, worse, for what somebody else has made since.

// madeBy is the names of what a body makes.
func madeBy(body []lang.Stmt) []string {
	var names []string
	for _, s := range body {
		switch s := s.(type) {
		case *lang.Create:
			names = append(names, s.Bind.Text)
		case *lang.Fork:
			names = append(names, madeBy(s.Body)...)
		}
	}
	return names
}

// takeBack forgets what was made, in whatever state.
func takeBack(avail map[string]*stateFlow) {
	for name, by := range avail {
		if slices.Contains(by.made, name) {
			delete(avail, name)
		}
	}
}

// whereBound says where a name is bound, for who can't use it.
func (f *flow) whereBound(st *stateFlow, name string) string {
	undoes := slices.ContainsFunc(f.states, func(s *stateFlow) bool {
		return slices.ContainsFunc(s.edges, func(e *edge) bool { return e.tr.Failure && e.tr.Undo })
	})
	if undoes && slices.Contains(st.made, name) {
		return st.decl.Name.Text + ", and gone where that is undone"
	}
	return st.decl.Name.Text
}
