package lang

import (
	"slices"
	"strings"
)

// Kinds of words, for editors and for messages.
const (
	WordReserved    = "reserved"    // can never be a name
	WordDeclaration = "declaration" // begins a declaration
	WordMember      = "member"      // begins a line of a declaration's block
	WordStatement   = "statement"   // begins a statement
	WordClause      = "clause"      // goes on with what another word began
	WordType        = "type"        // a built-in type
	WordUnit        = "unit"        // stands right behind a number
)

// Word is a word that has a meaning of its own somewhere. All but the reserved ones may be names elsewhere.
type Word struct{ Text, Kind string }

// Words lists the words of the language, each kind in a fixed order.
func Words() []Word {
	var all []Word
	for _, group := range wordGroups {
		for _, w := range group.words {
			all = append(all, Word{w, group.kind})
		}
	}
	for _, u := range Units {
		all = append(all, Word{u.Name, WordUnit})
	}
	return all
}

var reservedWords = []string{
	"let", "var", "for", "in", "if", "then", "else", "and", "or", "not", "true", "false", "none",
	"where", "by", "while", "when", "otherwise", "exists", "within",
	"policy", "state", "final", "plan", "fork", "join", "func",
}

var declarationWords = []string{
	"system", "module", "import", "param", "hosts", "vm", "component", "link", "probe", "event", "policy", "use", "func",
	"require", "budget", "scenario", "test",
}

var wordGroups = []struct {
	kind  string
	words []string
}{
	{WordReserved, reservedWords},
	{WordDeclaration, declarationWords},
	{WordMember, []string{"attr", "op", "ready", "state", "final", "at", "clients", "requests", "load", "work", "until",
		"fidelity", "set", "always", "never", "eventually", "seed", "seeds"}},
	{WordStatement, []string{"let", "var", "for", "if", "fork", "join", "plan", "migrate", "start", "stop", "restart",
		"allocate", "release", "fence", "pause", "resume", "notify", "emit", "ask", "wait", "add", "remove", "lift",
		"back", "place", "pick", "all", "give", "apply"}},
	{WordClause, []string{"on", "of", "to", "from", "initially", "stateful", "interrupts", "unless", "drained", "drains", "undrains", "weighs", "every",
		"stale", "silent", "lossless", "cooldown", "success", "failure", "undo", "undoable", "skip", "most", "times", "time",
		"one", "a", "once", "desc", "over", "last", "per", "across", "host", "deploy", "shutdown", "approve", "refuse", "clear", "pin", "ignore", "maintain", "crash", "fail", "stall", "silence",
		"lie", "expect", "operator", "nothing", "up", "safely", "as", "listed"}},
	{WordType, []string{"bool", "int", "float", "string", "percent", "duration", "bytes", "rate", "secret"}},
}

// wordsOf lists the words of some kinds.
func wordsOf(kinds ...string) []string {
	var words []string
	for _, g := range wordGroups {
		if slices.Contains(kinds, g.kind) {
			words = append(words, g.words...)
		}
	}
	return words
}

var reserved, declares = setOf(reservedWords), setOf(declarationWords)

// Types are the words for types, which can't be the names of classes.
func Types() []string { return wordsOf(WordType) }

// Reserved says whether a word can never be a name.
func Reserved(word string) bool { return reserved[word] }

// Declares says whether a word begins declarations.
func Declares(word string) bool { return declares[word] }

func setOf(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// The fields of families of hosts, and of classes of virtual machines.
var (
	HostFields = []string{"driver", "nodes", "cores", "mips", "memory", "inventory", "watts"}
	VMFields   = []string{"count", "vcpus", "mips", "memory", "image", "place", "inventory", "initially"}
)

// Unit is what may stand right behind a number. A number's value in the base unit of its type (a fraction of 1, seconds,
// bytes, bit/s) is the number times Factor.
type Unit struct {
	Name   string
	Type   string // percent, duration, bytes, rate
	Factor float64
}

// Units lists the units.
var Units = []Unit{
	{"%", "percent", 0.01},
	{"ns", "duration", 1e-9}, {"us", "duration", 1e-6}, {"ms", "duration", 1e-3}, {"s", "duration", 1},
	{"min", "duration", 60}, {"h", "duration", 3600}, {"d", "duration", 86400},
	{"B", "bytes", 1}, {"KiB", "bytes", 1 << 10}, {"MiB", "bytes", 1 << 20}, {"GiB", "bytes", 1 << 30}, {"TiB", "bytes", 1 << 40},
	{"bit/s", "rate", 1}, {"kbit/s", "rate", 1e3}, {"Mbit/s", "rate", 1e6}, {"Gbit/s", "rate", 1e9},
}

// UnitOf finds a unit by its name.
func UnitOf(name string) (Unit, bool) {
	for _, u := range Units {
		if u.Name == name {
			return u, true
		}
	}
	return Unit{}, false
}

// nearest is the candidate that is spelled most like a word, "" if none is near. It is for hints.
func nearest(word string, candidates []string) string {
	best, least := "", len(word)
	for _, c := range candidates {
		most := min(least, Likeness(min(len(word), len(c))))
		d := Distance(word, c, most)
		if d > most || best != "" && d == least && (best[0] == word[0] || c[0] != word[0]) { // the first letter is seldom wrong
			continue
		}
		best, least = c, d
	}
	return best
}

// Likeness is how many letters of a word of n may be wrong if it is to be taken for another one: of a short one, few.
func Likeness(n int) int {
	switch {
	case n < 2:
		return 0
	case n < 5:
		return 1
	default:
		return 1 + n/4
	}
}

// Slip says whether a word is surely one of some others that was misspelt, so that no person need be asked: one letter of
// it is wrong, or two of a long word, no digit is, and no other word is as near.
func Slip(word, meant string, among []string) bool {
	if len(word) < 3 || len(meant) < 3 || digits(word) != digits(meant) {
		return false
	}
	most := 1
	if min(len(word), len(meant)) >= 8 {
		most = 2
	}
	least := Distance(strings.ToLower(word), strings.ToLower(meant), most)
	if least > most {
		return false
	}
	return !slices.ContainsFunc(among, func(other string) bool {
		return other != meant && other != word && Distance(strings.ToLower(word), strings.ToLower(other), least) <= least
	})
}

// letters are those of a word, in the order of the alphabet.
func letters(word string) string {
	sorted := []byte(strings.ToLower(word))
	slices.Sort(sorted)
	return string(sorted)
}

// digits are the digits of a word.
func digits(word string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, word)
}

// Distance counts the letters of a to change, add, drop or swap with their neighbour to make it b (optimal string
// alignment); beyond most it only says that it is more. It is for hints.
func Distance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most || len(a) > 64 || len(b) > 64 {
		return most + 1
	}
	before, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(b)]
}
