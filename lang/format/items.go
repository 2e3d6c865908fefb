package format

import (
	"sort"

	"github.com/tune-autonomic/tune/lang"
)

// kind is what an item is, so far as its layout depends on it.
type kind uint8

const (
	noItem kind = iota
	lineItem
	fieldItem
	attrItem
	opItem // and ready
	linkItem
	probeItem
	eventItem
	funcItem
	machinesItem // hosts and vm
	stateItem
	finalItem
	arrowItem
	atItem
	workItem
	expectItem
	letItem
	stepItem
)

// kindOf is the kind of the item that a node is.
func kindOf(n lang.Node) kind {
	switch n.(type) {
	case *lang.Hosts, *lang.VM:
		return machinesItem
	case *lang.Field, *lang.Setting:
		return fieldItem
	case *lang.Attr:
		return attrItem
	case *lang.Op:
		return opItem
	case *lang.Link:
		return linkItem
	case *lang.Probe:
		return probeItem
	case *lang.Event:
		return eventItem
	case *lang.Func:
		return funcItem
	case *lang.State:
		return stateItem
	case *lang.Transition:
		return arrowItem
	case *lang.DeployAt, *lang.EmitAt, *lang.AnswerAt, *lang.WishAt, *lang.Fault:
		return atItem
	case *lang.WorkOf:
		return workItem
	case *lang.Expect:
		return expectItem
	case *lang.Let:
		return letItem
	case lang.Stmt:
		return stepItem
	case lang.Decl, lang.ScenarioItem, *lang.Seeds:
		return lineItem
	}
	return noItem
}

// item is a declaration, a line of a block or a statement.
type item struct {
	kind        kind
	first, last int // tokens
	blocks      []block
	oneLine     bool // its blocks stand in its line
	begins      int  // its first line in the result
}

// block is what stands in braces, with the items in it.
type block struct {
	open, close int
	items       []*item
}

// itemsIn finds the items among the tokens from one to before another.
func (f *file) itemsIn(from, to int) []*item {
	var all []*item
	for i := from; i < to; i++ {
		if k := f.tokens[i].begins; k != noItem {
			all = append(all, &item{kind: k, first: i})
		}
		it := all[len(all)-1]
		if f.tokens[i].text == "{" {
			end := f.tokens[i].closes
			it.blocks = append(it.blocks, block{i, end, f.itemsIn(i+1, end)})
			i = end
		}
		it.last = i
	}
	return all
}

// markItems notes which kind of item each token begins. The `if` behind an `else` goes on with the statement.
func (f *file) markItems() {
	for i := range f.tokens {
		t := &f.tokens[i]
		k := f.marks.begins[t.Span.Start]
		switch {
		case i == 0:
			k = lineItem
		case f.tokens[i-1].text == "else":
			k = noItem
		case k == stateItem && t.text == "final":
			k = finalItem
		}
		t.begins = k
	}
}

// tokenAt is the token that begins at an offset, or the first one behind it.
func (f *file) tokenAt(offset int) int {
	return sort.Search(len(f.tokens)-1, func(i int) bool { return f.tokens[i].Span.Start >= offset })
}

// wasOneLine says whether each block of an item was in one line of the source, or has nothing in it.
func (f *file) wasOneLine(it *item) bool {
	for _, b := range it.blocks {
		empty := b.close == b.open+1 && len(f.tokens[b.close].before) == 0
		if !empty && f.tokens[b.open].row != f.tokens[b.close].row {
			return false
		}
	}
	return true
}
