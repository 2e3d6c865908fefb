package emit

import (
	"bytes"
	"flag"
	"math/rand"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/compiler/ir"
)

var update = flag.Bool("update", false, "rewrite the listings in testdata")

// TestListings compiles small programs, one for each thing that a program can say, and compares the listings with
// those in testdata, which a person has read. What is emitted must pass the verifier, too.
func TestListings(t *testing.T) {
	for _, c := range listings {
		t.Run(c.name, func(t *testing.T) {
			p := c.program()
			out, err := Emit(p)
			require.NoError(t, err)
			var listing bytes.Buffer
			require.NoError(t, bundle.Disasm(&listing, out, bundle.View{}))
			compare(t, c.name, c.says, listing.String())
			require.NoError(t, bundle.Verify(out))
		})
	}
}

func compare(t *testing.T, name, says, listing string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txtar")
	got := txtar.Format(&txtar.Archive{
		Files: []txtar.File{{Name: "source", Data: []byte(says + "\n")}, {Name: "listing", Data: []byte(listing)}},
	})
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run with -update and read what it writes")
	require.Equal(t, string(want), string(got))
}

// The same program gives the same code, and isn't changed by compiling it.
func TestEmitIsDeterministic(t *testing.T) {
	for _, c := range listings {
		p := c.program()
		first, err := Emit(p)
		require.NoError(t, err)
		second, err := Emit(p)
		require.NoError(t, err)
		require.Equal(t, first, second, c.name)
	}
}

// Each kind of expression and statement has a listing.
func TestEveryNodeHasAListing(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range listings {
		note(seen, c.program())
	}
	for _, want := range []any{
		&ir.Num{}, &ir.Truth{}, &ir.None{}, &ir.Named{}, &ir.Ref{}, &ir.Col{}, &ir.Nav{}, &ir.NavAll{}, &ir.Members{},
		&ir.EmptySet{}, &ir.SetList{}, &ir.Unary{}, &ir.Binary{}, &ir.Cond{}, &ir.SetOp{}, &ir.Count{}, &ir.Hist{},
		&ir.SerFun{}, &ir.Let{}, &ir.Assign{}, &ir.Action{}, &ir.For{}, &ir.Fork{}, &ir.If{}, &ir.Pick{}, &ir.SetEdit{},
		&ir.Lift{}, &ir.Back{}, &ir.Put{}, &ir.AllOrNothing{}, &ir.GiveUp{}, &ir.Apply{},
	} {
		require.True(t, seen[nodeName(want)], "no listing has a %T", want)
	}
}

func TestTooManyRegistersAreRefused(t *testing.T) {
	var steps []ir.Stmt
	var sum ir.Expr = num(0)
	for i := 0; i < 300; i++ {
		v := aNumber("n")
		steps = append(steps, let(v, num(float64(i))))
		sum = op(bundle.ADD, sum, ref(v))
	}
	p := policyOf(bundle.OnDeploy, nil, &ir.State{
		Name: "Many", Body: steps, Next: []ir.Transition{{Guard: lt(num(0), sum), To: 0}},
	})
	_, err := Emit(p)
	require.EqualError(t, err, "policy P keeps 300 values across its actions, 255 are possible: split it")
}

// A comparison with a constant becomes an interval that holds exactly where the comparison does.
func TestIntervals(t *testing.T) {
	h := aHost("h")
	x := func() ir.Expr { return col(ref(h), cpu) }
	for _, c := range []struct {
		cond    ir.Expr
		in, out []float64
	}{
		{lt(x(), num(0.5)), []float64{-1, 0, 0.49999999999999994}, []float64{0.5, 1}},
		{le(x(), num(0.5)), []float64{-1, 0.5}, []float64{0.5000000000000001}},
		{lt(num(0.5), x()), []float64{0.5000000000000001, 7}, []float64{0.5, 0}},
		{le(num(0.5), x()), []float64{0.5}, []float64{0.49999999999999994}},
		{op(bundle.EQ, x(), num(0)), []float64{0}, []float64{5e-324, -5e-324}},
		{lt(x(), num(0)), []float64{-5e-324}, []float64{0}},
		{not(lt(x(), num(0.5))), []float64{0.5}, []float64{0.49999999999999994}},
	} {
		test, ok := interval(simplify(c.cond), h)
		require.True(t, ok)
		for _, v := range c.in {
			require.True(t, test.Lo <= v && v <= test.Hi, "%v in %v", v, test)
		}
		for _, v := range c.out {
			require.False(t, test.Lo <= v && v <= test.Hi, "%v out of %v", v, test)
		}
	}
	for _, other := range []ir.Expr{
		op(bundle.NE, x(), num(0)), lt(x(), x()), lt(col(ref(aHost("g")), cpu), num(1)),
	} {
		_, ok := interval(other, h)
		require.False(t, ok)
	}
}

// each and mapExpr walk the same parts in the same order.
func TestWalkersAgree(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	g := &generator{r, []*ir.Var{aHost("h")}}
	for range 200 {
		var by, of []ir.Expr
		x := g.truth(4)
		ir.Each(x, func(y ir.Expr) { by = append(by, y) })
		mapExpr(x, func(y ir.Expr) ir.Expr {
			of = append(of, y)
			return y
		})
		require.Equal(t, of, by)
	}
}
