package bundle

import "fmt"

// Instr is one instruction: an opcode, three registers and a number. The zero value of a field that its opcode doesn't
// use is the only one allowed.
type Instr struct {
	Op      Op_
	A, B, C uint8
	K       int32
}

// Op_ is an opcode. What it does to its operands is said once, in Opcodes.
type Op_ uint8

// The opcodes, in the order of Opcodes.
const (
	NOP Op_ = iota

	MOV
	NUM
	BOOL
	NONE
	INST
	COL
	NAV
	NAVS
	NAVA
	CLASS
	EMPTY

	ADD
	SUB
	MUL
	DIV
	MIN
	MAX
	NEG
	ABS
	SQRT
	WATTS
	FITS
	LT
	LE
	EQ
	NE
	SAME
	DIFF
	AND
	OR
	NOT
	KNOWN
	ISSET
	IN
	TOBOOL
	TONUM

	JMP
	JT
	JF
	JNLT
	JNLE
	JNEQ
	JNNE

	SETOP
	COUNT
	SNAP
	SORT
	NEXT
	POOL
	PICK
	COPY
	SADD
	SDEL
	SJOIN
	SMINUS

	HIST
	SERSUM
	SERMUL
	SERDIV
	SERFUN

	LIFT
	PLACE
	BACK
	MARK
	UNDO
	APPLY

	CLAIM
	CLAIMS
	CLAIMC
	ACT
	FORK
	JOIN
	END
	GOTO
	RET

	NumOps
)

// Content is what a register holds, as far as an opcode cares.
type Content uint8

const (
	Nothing   Content = iota // the opcode has no such operand
	Whatever                 // any type; written: the type of r[B]
	Number                   // float64 bits; any numeric BaseType
	Truth                    // Bool
	Instance                 // Inst
	Members                  // Set, Iter or Pool, read; a Set if written
	OwnSet                   // a Set that COPY or EMPTY made: it may be changed in place
	Iterator                 // Iter; the value carries its position
	PickPool                 // Pool; the value carries what is left
	SeriesVal                // Series
	MarkVal                  // a mark of the scratch model; it has no BaseType and never outlives a suspension
	Result                   // RET only: what the region owes: a truth value (guards), a number or series (keys), an instance (placement), nothing (claims)
)

// Operand says what an opcode does with one register.
type Operand struct {
	Content Content
	// Write: the register gets a new value. Otherwise it is read; what its value refers to may still change (SADD, NEXT,
	// PICK).
	Write bool
}

// KKind is what the number K of an opcode means.
type KKind uint8

const (
	KNone    KKind = iota // 0
	KConst                // index into Consts
	KTruth                // 0 false, 1 true, 2 unknown
	KSpace                // index into Spaces
	KInst                 // Insts
	KColumn               // Columns
	KNav                  // Navs
	KClass                // Classes
	KSetOp                // SetOps
	KHist                 // Hists
	KSerFun               // a series function
	KAction               // Actions
	KPC                   // an instruction of the same region
	KState                // a state of the same policy
	KOutcome              // 0 success, 1 failure
	KApply                // 0 safely, 1 as listed
)

// Flow is where control goes after an opcode.
type Flow uint8

const (
	FlowNext    Flow = iota // to the next instruction
	FlowJump                // to K
	FlowBranch              // to K or the next instruction
	FlowSuspend             // Run comes back; later the next instruction, and only registers of Policy.Regs have survived
	FlowFork                // Run comes back; a branch begins at K, the next instruction goes on beside it
	FlowEnd                 // Run comes back for good
	FlowClaim               // Run comes back and is called again at the next instruction at once; all registers survive
)

// OpInfo is what is known of an opcode.
type OpInfo struct {
	Name    string
	A, B, C Operand
	K       KKind
	Flow    Flow
	Doc     string // r[X] is register X
}

func in(c Content) Operand  { return Operand{Content: c} }
func out(c Content) Operand { return Operand{Content: c, Write: true} }

func arith(name, doc string) OpInfo {
	return OpInfo{Name: name, A: out(Number), B: in(Number), C: in(Number), Doc: doc}
}

func compare(name, doc string) OpInfo {
	return OpInfo{Name: name, A: out(Truth), B: in(Number), C: in(Number), Doc: doc}
}

func compareJump(name, doc string) OpInfo {
	return OpInfo{Name: name, A: in(Number), B: in(Number), K: KPC, Flow: FlowBranch, Doc: doc}
}

// Opcodes is the table of all opcodes: String, Disasm, Verify and docs/bundle.md come from it.
var Opcodes = [NumOps]OpInfo{
	NOP: {Name: "NOP", Doc: "nothing"},

	MOV:   {Name: "MOV", A: out(Whatever), B: in(Whatever), Doc: "r[A] = r[B]"},
	NUM:   {Name: "NUM", A: out(Number), K: KConst, Doc: "r[A] = Consts[K]"},
	BOOL:  {Name: "BOOL", A: out(Truth), K: KTruth, Doc: "r[A] = K: 0 false, 1 true, 2 unknown"},
	NONE:  {Name: "NONE", A: out(Instance), K: KSpace, Doc: "r[A] = no instance of space K"},
	INST:  {Name: "INST", A: out(Instance), K: KInst, Doc: "r[A] = Insts[K]"},
	COL:   {Name: "COL", A: out(Number), B: in(Instance), K: KColumn, Doc: "r[A] = column K of r[B]; unknown if r[B] is none"},
	NAV:   {Name: "NAV", A: out(Instance), B: in(Instance), K: KNav, Doc: "r[A] = the one that navigation K leads to from r[B], or none"},
	NAVS:  {Name: "NAVS", A: out(Members), B: in(Instance), K: KNav, Doc: "r[A] = the set that navigation K leads to from r[B]; empty if r[B] is none"},
	NAVA:  {Name: "NAVA", A: out(Members), B: in(Members), K: KNav, Doc: "r[A] = all that navigation K (one or many) leads to from the set r[B], each once"},
	CLASS: {Name: "CLASS", A: out(Members), K: KClass, Doc: "r[A] = all instances of class K"},
	EMPTY: {Name: "EMPTY", A: out(OwnSet), K: KSpace, Doc: "r[A] = a new, empty set of space K"},

	ADD:    arith("ADD", "r[A] = r[B] + r[C]"),
	SUB:    arith("SUB", "r[A] = r[B] - r[C]"),
	MUL:    arith("MUL", "r[A] = r[B] * r[C]"),
	DIV:    arith("DIV", "r[A] = r[B] / r[C]; unknown if r[C] is 0"),
	MIN:    arith("MIN", "r[A] = the lesser of r[B] and r[C]; unknown if either is"),
	MAX:    arith("MAX", "r[A] = the greater of r[B] and r[C]; unknown if either is"),
	NEG:    {Name: "NEG", A: out(Number), B: in(Number), Doc: "r[A] = -r[B]"},
	ABS:    {Name: "ABS", A: out(Number), B: in(Number), Doc: "r[A] = r[B] without its sign"},
	SQRT:   {Name: "SQRT", A: out(Number), B: in(Number), Doc: "r[A] = the square root of r[B]; unknown if r[B] is negative"},
	WATTS:  {Name: "WATTS", A: out(Number), B: in(Instance), C: in(Number), K: KSpace, Doc: "r[A] = watts of host r[B] of space K at load r[C] (0..1), between the points of its curve"},
	FITS:   {Name: "FITS", A: out(Truth), B: in(Instance), C: in(Instance), K: KSpace, Doc: "r[A] = whether VM r[B] of space K may stand on host r[C] of the (scratch) model: each capacity required there would still hold, moves under way included"},
	LT:     compare("LT", "r[A] = r[B] < r[C]; unknown if either is"),
	LE:     compare("LE", "r[A] = r[B] <= r[C]; unknown if either is"),
	EQ:     compare("EQ", "r[A] = r[B] == r[C], numbers; unknown if either is"),
	NE:     compare("NE", "r[A] = r[B] != r[C], numbers; unknown if either is"),
	SAME:   {Name: "SAME", A: out(Truth), B: in(Instance), C: in(Instance), Doc: "r[A] = whether r[B] and r[C] are the same; never unknown, and none is none"},
	DIFF:   {Name: "DIFF", A: out(Truth), B: in(Instance), C: in(Instance), Doc: "r[A] = whether r[B] and r[C] are not the same; never unknown"},
	AND:    {Name: "AND", A: out(Truth), B: in(Truth), C: in(Truth), Doc: "r[A] = r[B] and r[C], three-valued"},
	OR:     {Name: "OR", A: out(Truth), B: in(Truth), C: in(Truth), Doc: "r[A] = r[B] or r[C], three-valued"},
	NOT:    {Name: "NOT", A: out(Truth), B: in(Truth), Doc: "r[A] = not r[B]; unknown stays unknown"},
	KNOWN:  {Name: "KNOWN", A: out(Truth), B: in(Number), Doc: "r[A] = whether number r[B] is known"},
	ISSET:  {Name: "ISSET", A: out(Truth), B: in(Instance), Doc: "r[A] = whether instance r[B] exists"},
	IN:     {Name: "IN", A: out(Truth), B: in(Instance), C: in(Members), Doc: "r[A] = whether instance r[B] is in set r[C]"},
	TOBOOL: {Name: "TOBOOL", A: out(Truth), B: in(Number), Doc: "r[A] = r[B] != 0; unknown if r[B] is"},
	TONUM:  {Name: "TONUM", A: out(Number), B: in(Truth), Doc: "r[A] = 1 if r[B] is true, 0 if false; unknown if it is"},

	JMP:  {Name: "JMP", K: KPC, Flow: FlowJump, Doc: "goto K"},
	JT:   {Name: "JT", A: in(Truth), K: KPC, Flow: FlowBranch, Doc: "goto K if r[A] is true"},
	JF:   {Name: "JF", A: in(Truth), K: KPC, Flow: FlowBranch, Doc: "goto K unless r[A] is true"},
	JNLT: compareJump("JNLT", "goto K unless r[A] < r[B]"),
	JNLE: compareJump("JNLE", "goto K unless r[A] <= r[B]"),
	JNEQ: compareJump("JNEQ", "goto K unless r[A] == r[B], numbers"),
	JNNE: compareJump("JNNE", "goto K unless r[A] != r[B], numbers; unknown is not true"),

	SETOP:  {Name: "SETOP", A: out(Whatever), B: in(Members), K: KSetOp, Doc: "r[A] = SetOps[K] over the set r[B]; its kind says what"},
	COUNT:  {Name: "COUNT", A: out(Number), B: in(Members), Doc: "r[A] = number of elements of set r[B]"},
	SNAP:   {Name: "SNAP", A: out(Iterator), B: in(Members), Doc: "r[A] = an iter over the elements of set r[B] as they are now"},
	SORT:   {Name: "SORT", A: out(Iterator), B: in(Members), K: KSetOp, Doc: "r[A] = an iter over the elements of set r[B] as they are now, in the order of SetOps[K]"},
	NEXT:   {Name: "NEXT", A: out(Instance), B: in(Iterator), K: KPC, Flow: FlowBranch, Doc: "r[A] = next element of iter r[B], which moves on; after the last: goto K, r[A] as it was"},
	POOL:   {Name: "POOL", A: out(PickPool), B: in(Members), Doc: "r[A] = a pool of the elements of set r[B] as they are now"},
	PICK:   {Name: "PICK", A: out(Instance), B: in(PickPool), K: KSetOp, Doc: "r[A] = SetOps[K] (least or greatest) over pool r[B], taken out of it; none if there is none"},
	COPY:   {Name: "COPY", A: out(OwnSet), B: in(Members), Doc: "r[A] = a new set with the elements of r[B]"},
	SADD:   {Name: "SADD", A: in(OwnSet), B: in(Instance), Doc: "add instance r[B] to the end of set r[A], unless it is none or in it"},
	SDEL:   {Name: "SDEL", A: in(OwnSet), B: in(Instance), Doc: "remove instance r[B] from the set r[A]"},
	SJOIN:  {Name: "SJOIN", A: in(OwnSet), B: in(Members), Doc: "add the elements of set r[B] to the end of set r[A], each unless it is in it"},
	SMINUS: {Name: "SMINUS", A: in(OwnSet), B: in(Members), Doc: "remove the elements of set r[B] from the set r[A]"},

	HIST:   {Name: "HIST", A: out(SeriesVal), B: in(Instance), K: KHist, Doc: "r[A] = Hists[K] of r[B], a series; empty if r[B] is none"},
	SERSUM: {Name: "SERSUM", A: out(SeriesVal), B: in(SeriesVal), C: in(SeriesVal), Doc: "r[A] = r[B] + r[C], sample by sample; the shorter one counts as zero where it ends"},
	SERMUL: {Name: "SERMUL", A: out(SeriesVal), B: in(SeriesVal), C: in(Number), Doc: "r[A] = each sample of r[B] times r[C]"},
	SERDIV: {Name: "SERDIV", A: out(SeriesVal), B: in(SeriesVal), C: in(Number), Doc: "r[A] = each sample of r[B] over r[C]; unknown if r[C] is 0"},
	SERFUN: {Name: "SERFUN", A: out(Number), B: in(SeriesVal), K: KSerFun, Doc: "r[A] = series function K of r[B]; unknown if it needs more samples"},

	LIFT:  {Name: "LIFT", A: in(Instance), K: KSpace, Doc: "take VM r[A] of space K off its host in the scratch model"},
	PLACE: {Name: "PLACE", A: in(Instance), B: in(Instance), K: KSpace, Doc: "put VM r[A] of space K on host r[B] in the scratch model, off its host first"},
	BACK:  {Name: "BACK", A: in(Instance), K: KSpace, Doc: "put VM r[A] of space K where it is in the model"},
	MARK:  {Name: "MARK", A: out(MarkVal), Doc: "r[A] = a mark in the list of changes of the scratch model"},
	UNDO:  {Name: "UNDO", A: in(MarkVal), Doc: "undo all changes of the scratch model since mark r[A]"},
	APPLY: {Name: "APPLY", K: KApply, Flow: FlowSuspend, Doc: "carry out the moves: K 0 safely, 1 as listed; a failure fails the body"},

	CLAIM:  {Name: "CLAIM", A: in(Instance), K: KSpace, Flow: FlowClaim, Doc: "claim instance r[A] of space K; nothing if it is none; B (a number, not a register) 1: shared"},
	CLAIMS: {Name: "CLAIMS", A: in(Members), K: KSpace, Flow: FlowClaim, Doc: "claim the instances of set r[A] of space K; B (a number, not a register) 1: shared"},
	CLAIMC: {Name: "CLAIMC", K: KClass, Flow: FlowClaim, Doc: "claim the count of class K"},
	ACT:    {Name: "ACT", K: KAction, Flow: FlowSuspend, Doc: "carry out Actions[K]; a failure goes on at its OnFail, or fails the body"},
	FORK:   {Name: "FORK", K: KPC, Flow: FlowFork, Doc: "begin a branch at K"},
	JOIN:   {Name: "JOIN", Flow: FlowSuspend, Doc: "wait for all branches; fails if one failed"},
	END:    {Name: "END", K: KOutcome, Flow: FlowEnd, Doc: "the branch, body or search for a transition ends: K 0 success, 1 failure"},
	GOTO:   {Name: "GOTO", A: Operand{}, K: KState, Flow: FlowEnd, Doc: "the transition to state K is taken; A (a number, not a register) 1: undo first"},
	RET:    {Name: "RET", A: in(Result), Flow: FlowEnd, Doc: "code ends with r[A]"},
}

// String returns the opcode's name.
func (op Op_) String() string {
	if op < NumOps {
		return Opcodes[op].Name
	}
	return fmt.Sprintf("Op_(%d)", uint8(op))
}

// Series functions, K of SERFUN.
const (
	SerLen int32 = iota
	SerAvg
	SerMin
	SerMax
	SerStddev
	SerMedian
	SerMad      // median of the distances from the median
	SerIqr      // x[round(.75(n+1))] - x[round(.25(n+1))], 1-based, x sorted
	SerForecast // least-squares line through the samples, one step ahead
	NumSerFuncs
)

// SeriesFuncs are the names of the series functions.
var SeriesFuncs = [NumSerFuncs]string{"len", "avg", "min", "max", "stddev", "median", "mad", "iqr", "forecast"}

// Shared, in B of CLAIM and CLAIMS, claims a node as something's destination: many may come to it at one time, but who
// claims it alone waits until they are there.
const Shared = 1

// NoFail marks an Action without a place of its own to go on after a failure.
const NoFail int32 = -1
