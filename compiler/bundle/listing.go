package bundle

import (
	"fmt"
	"slices"
)

// Line is an instruction of a listing for programs. Policy, State and Part say whose it is: Part is guard, claims, body,
// next or fail. Code of events and placements is no policy's. Source is where it comes from, "" if nobody knows.
type Line struct {
	PC     int32  `json:"pc"`
	Op     string `json:"op"`
	A      uint8  `json:"a"`
	B      uint8  `json:"b"`
	C      uint8  `json:"c"`
	K      int32  `json:"k"`
	Policy string `json:"policy,omitempty"`
	State  string `json:"state,omitempty"`
	Part   string `json:"part,omitempty"`
	Source string `json:"source,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Listing is p's code as it stands: all of it, or that of one policy ("" for all).
func Listing(p *Program, policy string) []Line {
	d := newDisassembler(p)
	owners := d.owners()
	lines := []Line{}
	for pc, i := range p.Code {
		of := owners[pc]
		if policy != "" && of.policy != policy {
			continue
		}
		l := Line{PC: int32(pc), Op: fmt.Sprint(i.Op), A: i.A, B: i.B, C: i.C, K: i.K, Policy: of.policy, State: of.state, Part: of.part}
		if pos, ok := d.position(int32(pc)); ok {
			l.Source = p.Sources[pos.File].Path
			l.Line, l.Column = d.lineOf(pos.File, pos.Start)
		}
		lines = append(lines, l)
	}
	return lines
}

// owner is whose an instruction is.
type owner struct{ policy, state, part string }

// owners says of each instruction whose it is, that of set operations and waits included.
func (d *disassembler) owners() []owner {
	all := make([]owner, len(d.p.Code))
	for i := range d.p.Policies {
		p := &d.p.Policies[i]
		d.own(all, p.Guard, owner{p.Name, "", "guard"})
		for _, s := range p.States {
			d.own(all, s.Claims, owner{p.Name, s.Name, "claims"})
			d.own(all, s.Body, owner{p.Name, s.Name, "body"})
			d.own(all, s.Next, owner{p.Name, s.Name, "next"})
			d.own(all, s.Fail, owner{p.Name, s.Name, "fail"})
		}
	}
	return all
}

func (d *disassembler) own(all []owner, pc int32, of owner) {
	for end := d.endOf(pc); pc >= 0 && pc < end && all[pc] == (owner{}); pc++ {
		all[pc] = of
		i := d.p.Code[pc]
		if i.Op >= NumOps || i.K < 0 {
			continue
		}
		switch k := Opcodes[i.Op].K; {
		case k == KSetOp && int(i.K) < len(d.p.SetOps):
			d.own(all, d.p.SetOps[i.K].Where.PC, of)
			d.own(all, d.p.SetOps[i.K].KeyPC, of)
		case k == KAction && int(i.K) < len(d.p.Actions):
			d.own(all, d.p.Actions[i.K].WaitPC, of)
		}
	}
}

// position is an instruction's, if it is one in a source.
func (d *disassembler) position(pc int32) (Pos, bool) {
	if int(pc) >= len(d.p.Pos) {
		return Pos{}, false
	}
	pos := d.p.Pos[pc]
	if pos.File < 0 || int(pos.File) >= len(d.p.Sources) || pos.Start < 0 || pos.Start >= pos.End {
		return Pos{}, false
	}
	return pos, int(pos.End) <= len(d.p.Sources[pos.File].Text)
}

func (d *disassembler) lineOf(file, offset int32) (line, column int) {
	if d.lines[file] == nil {
		d.lines[file] = []int32{0}
		for i, b := range []byte(d.p.Sources[file].Text) {
			if b == '\n' {
				d.lines[file] = append(d.lines[file], int32(i+1))
			}
		}
	}
	n, found := slices.BinarySearch(d.lines[file], offset)
	if !found {
		n--
	}
	return n + 1, int(offset-d.lines[file][n]) + 1
}
