package bundle

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the tables in docs/bundle.md")

const document = "../../docs/bundle.md"

// TestDocumentIsCurrent: the tables in docs/bundle.md are printed from the code. -update rewrites them.
func TestDocumentIsCurrent(t *testing.T) {
	old, err := os.ReadFile(document)
	require.NoError(t, err)
	current := string(old)
	for name, table := range map[string]string{
		"opcodes": opcodeTable(), "series functions": "`" + strings.Join(SeriesFuncs[:], "` `") + "`\n", "limits": limitTable(),
	} {
		begin, end := "<!-- "+name+" -->\n", "<!-- end -->"
		part := regexp.MustCompile("(?s)" + regexp.QuoteMeta(begin) + ".*?" + regexp.QuoteMeta(end))
		require.True(t, part.MatchString(current), "no place for %s", name)
		current = part.ReplaceAllLiteralString(current, begin+"\n"+table+"\n"+end)
	}
	if *update {
		require.NoError(t, os.WriteFile(document, []byte(current), 0o644))
		return
	}
	require.Equal(t, current, string(old), "go test ./compiler/bundle -run TestDocumentIsCurrent -update")
}

func opcodeTable() string {
	var b strings.Builder
	b.WriteString("| | opcode | A | B | C | K | then | |\n|---|---|---|---|---|---|---|---|\n")
	for op := range NumOps {
		i := &Opcodes[op]
		fmt.Fprintf(&b, "| %d | `%s` | %s | %s | %s | %s | %s | %s |\n",
			op, i.Name, operandName(i.A), operandName(i.B), operandName(i.C), kNames[i.K], flowNames[i.Flow], i.Doc)
	}
	return b.String()
}

var contentNames = map[Content]string{
	Whatever: "any", Number: "number", Truth: "truth", Instance: "instance", Members: "set", OwnSet: "own set",
	Iterator: "iter", PickPool: "pool", SeriesVal: "series", MarkVal: "mark", Result: "result",
}

var kNames = map[KKind]string{
	KConst: "constant", KTruth: "truth", KSpace: "space", KInst: "instance", KColumn: "column", KNav: "navigation",
	KClass: "class", KSetOp: "query", KHist: "history", KSerFun: "function", KAction: "action", KPC: "pc",
	KState: "state", KOutcome: "outcome", KApply: "how",
}

var flowNames = map[Flow]string{
	FlowJump: "K", FlowBranch: "next or K", FlowSuspend: "suspends", FlowFork: "next and K", FlowEnd: "ends",
	FlowClaim: "claims",
}

func operandName(o Operand) string {
	if o.Write {
		return "→ " + contentNames[o.Content]
	}
	return contentNames[o.Content]
}

func limitTable() string {
	var b strings.Builder
	b.WriteString("| | most |\n|---|---|\n")
	for _, l := range []struct {
		what string
		most int
	}{
		{"bytes of a file", MaxFile}, {"structures in the tables", maxStructs}, {"items in the tables", maxItems},
		{"entries of a table", MaxTable}, {"instructions", MaxCode}, {"bytes of a name", MaxName},
		{"bytes of a text", MaxText}, {"instances of a class", MaxInstances}, {"sets that a query leaves out", MaxExcluded},
		{"queries within each other", MaxNesting}, {"loops within each other", MaxLoops}, {"branches under way together", MaxBranches}, {"samples of a history", MaxHistory},
	} {
		fmt.Fprintf(&b, "| %s | %d |\n", l.what, l.most)
	}
	return b.String()
}

// Each opcode has an entry, a name of its own, and a line that says what it does to each operand that it has.
func TestEveryOpcodeIsDescribed(t *testing.T) {
	names := map[string]bool{}
	for op := range NumOps {
		i := Opcodes[op]
		require.NotEmpty(t, i.Name, "opcode %d", op)
		require.NotEmpty(t, i.Doc, i.Name)
		require.False(t, names[i.Name], i.Name)
		names[i.Name] = true
		for letter, o := range map[string]Operand{"A": i.A, "B": i.B, "C": i.C} {
			if o.Content != Nothing {
				require.Contains(t, i.Doc, "r["+letter+"]", i.Name)
			}
			require.Equal(t, o.Write, o.Write && letter == "A", "%s writes %s", i.Name, letter)
		}
		require.Equal(t, i.Name, op.String())
	}
	require.Equal(t, "Op_(255)", Op_(255).String())
}
