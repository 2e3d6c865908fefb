package bundle

// Instr is one instruction: an opcode, three registers and a number.
type Instr struct {
	Op      Op_
	A, B, C uint8
	K       int32
}

// Op_ is an opcode. Each is declared once, in Opcodes, with what it does to its operands.
type Op_ uint8

// The opcodes. In the comments, r[X] is register X; jumps go to the absolute pc K.
const (
	NOP Op_ = iota

	MOV   // r[A] = r[B]
	NUM   // r[A] = Consts[K]
	BOOL  // r[A] = K: 0 false, 1 true, 2 unknown
	NONE  // r[A] = no instance (of space K)
	INST  // r[A] = Insts[K]
	COL   // r[A] = column K of r[B]; unknown if r[B] is none
	NAV   // r[A] = what navigation K leads to from r[B], or none
	NAVS  // r[A] = the set that navigation K leads to from r[B]
	NAVA  // r[A] = all that navigation K (one or many) leads to from the set r[B], each once
	CLASS // r[A] = all instances of class K
	EMPTY // r[A] = the empty set (of space K)

	ADD
	SUB
	MUL
	DIV // unknown if the divisor is 0
	MIN
	MAX // r[A] = r[B] op r[C]
	NEG
	ABS
	SQRT  // r[A] = op r[B]; the root of a negative number is unknown
	WATTS // r[A] = watts of the host r[B] at load r[C] (0..1), between the points of its curve
	FITS  // r[A] = whether VM r[B] may stand on host r[C] of the (scratch) model: every require on it would still hold, moves under way included
	LT
	LE
	EQ
	NE // r[A] = r[B] op r[C], numbers; unknown if either is
	SAME
	DIFF // r[A] = whether instances r[B], r[C] are (not) the same; unknown never
	AND
	OR     // r[A] = r[B] op r[C] in three-valued logic
	NOT    // r[A] = not r[B]
	KNOWN  // r[A] = whether number r[B] is known
	ISSET  // r[A] = whether instance r[B] exists
	IN     // r[A] = whether instance r[B] is in set r[C]
	TOBOOL // r[A] = number r[B] != 0, unknown if it is
	TONUM  // r[A] = 1 or 0 for bool r[B], unknown if it is

	JMP  // goto K
	JT   // goto K if r[A] is true
	JF   // goto K unless r[A] is true
	JNLT // goto K unless r[A] < r[B]
	JNLE // goto K unless r[A] <= r[B]
	JNEQ // goto K unless r[A] == r[B], numbers
	JNNE // goto K unless r[A] != r[B], numbers

	SETOP  // r[A] = SetOps[K] over the set r[B]
	COUNT  // r[A] = number of elements of set r[B]
	SNAP   // r[A] = an iter over set r[B] as it is now
	SORT   // r[A] = an iter over set r[B] in the order of SetOps[K]
	NEXT   // r[A] = next element of iter r[B], whose position is r[C]; goto K after the last
	POOL   // r[A] = a pool of the elements of set r[B]
	PICK   // r[A] = SetOps[K] (ArgMin, ArgMax) over pool r[B], taken out of it; none if there is none
	COPY   // r[A] = a set of its own with the elements of r[B]
	SADD   // add instance r[B] to the set r[A]
	SDEL   // remove instance r[B] from the set r[A]
	SJOIN  // add the elements of set r[B] to the set r[A]
	SMINUS // remove the elements of set r[B] from the set r[A]

	HIST   // r[A] = Hists[K] of r[B], a series
	SERSUM // r[A] = r[B] + r[C], series; the shorter one counts as zero where it ends
	SERMUL // r[A] = series r[B] times number r[C]
	SERDIV // r[A] = series r[B] over number r[C]
	SERFUN // r[A] = function K of series r[B]: see SeriesFuncs

	LIFT  // take VM r[A] off its host in the scratch model
	PLACE // put VM r[A] on host r[B] in the scratch model, off its host first
	BACK  // put VM r[A] where it is in the model
	MARK  // r[A] = a mark in the list of changes of the scratch model
	UNDO  // undo all changes since mark r[A]
	APPLY // carry out the moves: K 0 safely, 1 as listed; suspends. Fails as ACT does, to pc -1

	CLAIM  // claim instance r[A] (of space K)
	CLAIMS // claim the instances of set r[A] (of space K)
	CLAIMC // claim the count of class K
	ACT    // carry out Actions[K]; suspends
	FORK   // begin a branch at K
	JOIN   // wait for all branches; fails if one failed
	END    // the branch, body or search for a transition ends: K 0 success, 1 failure
	GOTO   // the transition to state K is taken; A 1: undo first
	RET    // code ends with r[A]

	NumOps
)

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

// NoFail marks an Action without a place of its own to go on after a failure.
const NoFail int32 = -1
