package format

import "slices"

// cell is where a part of an item begins that stands in one column with the same part of its neighbours.
type cell struct {
	token int
	part  string
}

// align puts the parts of consecutive items of one kind into columns. A blank line, a comment on a line of its own, and an
// item of many lines end a table.
func (f *file) align(items []*item) {
	for from := 0; from < len(items); {
		to := from + 1
		for to < len(items) && f.goesOn(items[to-1], items[to]) {
			to++
		}
		f.alignCells(f.rows(items[from:to]), 0)
		from = to
	}
}

func (f *file) goesOn(last, next *item) bool {
	t := &f.tokens[next.first]
	if f.tokens[last.last].line > 0 {
		return false
	}
	return last.kind == next.kind && last.oneLine && !t.blank && !t.ownLine()
}

// rows are the cells of items, of those that have any.
func (f *file) rows(items []*item) [][]cell {
	var rows [][]cell
	for _, it := range items {
		var row []cell
		for _, c := range f.cells(it) {
			if f.tokens[c.token].line > 0 {
				break
			}
			row = append(row, c)
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// alignCells aligns the nth cells of rows whose cells before are aligned.
func (f *file) alignCells(rows [][]cell, n int) {
	for from := 0; from < len(rows); {
		if n >= len(rows[from]) {
			from++
			continue
		}
		var same [][]cell
		to := from
		for ; to < len(rows); to++ {
			if n >= len(rows[to]) {
				continue
			}
			if rows[to][n].part != rows[from][n].part {
				break
			}
			same = append(same, rows[to])
		}
		f.pad(same, n)
		f.alignCells(same, n+1)
		from = to
	}
}

func (f *file) pad(rows [][]cell, n int) {
	at := func(row []cell) int {
		col := f.tokens[row[n].token].col
		for _, c := range row[:n] {
			col += f.tokens[c.token].pad
		}
		return col
	}
	most := 0
	for _, row := range rows {
		most = max(most, at(row))
	}
	for _, row := range rows {
		f.tokens[row[n].token].pad = most - at(row)
	}
}

// cells are the parts of an item behind its first.
func (f *file) cells(it *item) []cell {
	switch it.kind {
	case fieldItem, opItem:
		return f.find(it, "=")
	case attrItem:
		return append([]cell{{it.first + 3, "type"}}, f.find(it, "=")...)
	case letItem:
		if f.tokens[it.first+2].text == "=" {
			return []cell{{it.first + 2, "="}}
		}
	case probeItem:
		return append([]cell{{it.first + 3, "type"}}, f.find(it, "on", "every", "stale", "=")...)
	case eventItem:
		return f.first(it, "when", "silent", "every")
	case linkItem:
		return append(f.find(it, "[", "--"), cell{it.last - 2, "other"})
	case arrowItem:
		if it.last > it.first+1 {
			return []cell{{it.first + 2, "when"}}
		}
	case workItem:
		return []cell{{it.first + 2, "cost"}}
	case atItem:
		cells := f.first(it, "deploy", "shutdown", "emit", "crash", "fail", "stall", "silence", "lie")
		for i := range cells {
			cells[i].part = "what"
		}
		return cells
	case expectItem:
		return f.find(it, "expect")
	case machinesItem:
		return append(f.find(it, "on"), f.lineOfFields(it)...)
	case finalItem:
		return f.lineOfBlock(it)
	}
	return nil
}

// lineOfBlock is the brace of a block that stands in its item's line.
func (f *file) lineOfBlock(it *item) []cell {
	if !it.oneLine || len(it.blocks) == 0 {
		return nil
	}
	return []cell{{it.blocks[0].open, "{"}}
}

// lineOfFields is that, with the fields in it.
func (f *file) lineOfFields(it *item) []cell {
	cells := f.lineOfBlock(it)
	if cells == nil {
		return nil
	}
	for _, field := range it.blocks[0].items {
		name := f.tokens[field.first].text
		if field.kind == attrItem {
			name += " " + f.tokens[field.first+1].text
		}
		cells = append(cells, cell{field.first, name})
	}
	return cells
}

// find gives the first of each of some words in an item, so far as they stand in this order, outside of brackets.
func (f *file) find(it *item, words ...string) []cell {
	var cells []cell
	for i := it.first + 1; i <= it.last && f.tokens[i].text != "{"; i++ {
		t := &f.tokens[i]
		if n := slices.Index(words, t.text); n >= 0 && f.tokens[i-1].text != "." {
			cells = append(cells, cell{i, t.text})
			words = words[n+1:]
		}
		if t.text == "(" || t.text == "[" {
			i = t.closes
		}
	}
	return cells
}

// first gives the first of some words.
func (f *file) first(it *item, words ...string) []cell {
	cells := f.find(it, words...)
	return cells[:min(len(cells), 1)]
}
