package check

import (
	"github.com/tune-autonomic/tune/lang"
)

// A module without parameters is a library: who imports it calls its functions as MODULE.FUNCTION(…).

// asLibrary makes the names of a module that has no parameters.
func (c *checker) asLibrary(m *module) {
	if len(each[*lang.ModuleParam](m.file)) > 0 {
		return
	}
	m.library = c.newUnit(m.source)
	m.library.modules = m.imports
	c.declareFuncs(m.library, m.file)
}

// moduleCalled is the module whose function a call names: nil with ok if the module could not be read.
func (c *checker) moduleCalled(x ctx, e *lang.Method) (m *module, ok bool) {
	id, isName := e.X.(*lang.Ident)
	if !isName || x.lookup(id.Text) != nil {
		return nil, false
	}
	if m := x.unit.modules[id.Text]; m != nil {
		return m, true
	}
	for _, im := range c.sources[x.unit.file].Imports {
		if moduleNamed(im) == id.Text {
			return nil, true
		}
	}
	return nil, false
}

// libraryCall checks MODULE.FUNCTION(…).
func (c *checker) libraryCall(x ctx, e *lang.Method, m *module) val {
	f := c.libraryFunc(x.unit, m, e.X, e.Func)
	if f == nil {
		return badVal
	}
	return c.expand(x, &lang.Call{Span: e.Span, Func: e.Func, Args: e.Args}, f)
}

// libraryFunc is a function of a module, which is called so at a place; nil if there is none, which is reported.
func (c *checker) libraryFunc(u *unit, m *module, at posed, name lang.Name) *fn {
	if m == nil {
		return nil
	}
	c.refersModule(u, at.Pos(), m)
	if m.library == nil {
		c.report("TUNE0208", u, at.Pos(), "module "+m.name+" has parameters, which only a `use` gives: its functions are for its own policies",
			"move "+name.Text+" to a module without parameters, which both import")
		return nil
	}
	f := m.library.funcs[name.Text]
	if f == nil {
		c.unknownOf(m.name, "TUNE0208", u, name, "module "+m.name+" has no function "+name.Text, sortedKeys(m.library.funcs), "it has")
	}
	return f
}

// funcNames are the functions that others may call.
func (m *module) funcNames() []string {
	if m.library == nil {
		return nil
	}
	return sortedKeys(m.library.funcs)
}
