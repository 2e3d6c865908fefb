package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

const weighOp = 3

func openWeighable(t *testing.T) *stage {
	site := drainable()
	site.Spaces[apache].Ops = append(site.Spaces[apache].Ops, drivers.OpSpec{Name: "weigh", Weighs: true, Weight: 2})
	return openSpread(t, site)
}

// weighing is a command of an operation whose words are "weigh {to}".
func weighing(tomcat drivers.Ref, weight string) drivers.Command {
	c := about(apache1, weighOp, tomcat)
	c.Args = []string{"weigh", "{to}", weight}
	return c
}

// ratio is how much more work the first Tomcat has had than the second in a minute.
func (s *stage) ratio() float64 {
	w := s.World.(*general)
	first, second := w.programAt(tomcat1), w.programAt(tomcat2)
	before := [2]float64{first.work, second.work}
	s.wait(time.Minute)
	return (first.work - before[0]) / (second.work - before[1])
}

func TestRequestsAreDealtByWeight(t *testing.T) {
	s := openWeighable(t)
	require.InDelta(t, 1, s.ratio(), 1e-9, "who was never weighed has 1")
	s.must(weighing(tomcat1, "3"))
	s.wait(time.Second)
	require.InDelta(t, 3, s.ratio(), 1e-9)
	s.must(weighing(tomcat2, "1.5"))
	s.wait(time.Second)
	require.InDelta(t, 2, s.ratio(), 1e-9, "weights are only compared")
	require.Zero(t, s.Metrics().Lost())
}

// What goes down loses its part of the requests, and so its weight counts there, too.
func TestAPartIsThatOfTheWeight(t *testing.T) {
	s := openWeighable(t)
	s.must(weighing(tomcat1, "3"))
	w := s.World.(*general)
	f := w.traffic.flows[0]
	require.InDelta(t, 0.75, f.part(f.depth(w.traffic.bySpace[tomcat]), w.programAt(tomcat1)), 1e-9)
	require.InDelta(t, 1, f.part(f.depth(w.traffic.bySpace[mysql]), w.programAt(mysql1)), 1e-9)
}

func TestTheDrainedGetsNothingWhateverItsWeight(t *testing.T) {
	s := openWeighable(t)
	s.must(weighing(tomcat1, "3"))
	s.must(about(apache1, drainOp, tomcat1))
	s.wait(10 * time.Second)
	require.Zero(t, s.load(tomcat1))
	s.must(weighing(tomcat1, "4"))
	s.wait(10 * time.Second)
	require.Zero(t, s.load(tomcat1), "a weight lets nobody in")

	s.must(about(apache1, undrainOp, tomcat1))
	s.wait(time.Second)
	require.InDelta(t, 4, s.ratio(), 1e-9)
}

func TestAWeightEndsWithEither(t *testing.T) {
	for name, again := range map[string]func(*stage){
		"who deals":    func(s *stage) { s.remove(apache1); s.launch(apache1, web1) },
		"who is dealt": func(s *stage) { s.remove(tomcat1); s.launch(tomcat1, vm1) },
		"who is dealt, before it is weighed": func(s *stage) {
			s.remove(tomcat1)
			s.must(weighing(tomcat1, "3"))
			s.launch(tomcat1, vm1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openWeighable(t)
			s.must(weighing(tomcat1, "3"))
			again(s)
			s.wait(time.Minute)
			require.InDelta(t, 1, s.ratio(), 1e-9)
		})
	}
}

func (s *stage) remove(x drivers.Ref) {
	s.must(simple(drivers.Stop, x))
	s.must(simple(drivers.Destroy, x))
}

func TestAWeightThatIsNoneIsRefusedAndTheOldOneStays(t *testing.T) {
	s := openWeighable(t)
	s.must(weighing(tomcat1, "3"))
	for _, weight := range []string{"0", "-1", "NaN", "+Inf", "1e300", "much", ""} {
		s.fails(weighing(tomcat1, weight), "a weight is a number above 0")
	}
	short := weighing(tomcat1, "2")
	short.Args = short.Args[:2]
	s.fails(short, "argument 2 is to be a weight, and there are 2")
	soon := weighing(tomcat1, "2")
	soon.Timeout = time.Millisecond
	s.fails(soon, "given up after 1ms")
	s.wait(time.Second)
	require.InDelta(t, 3, s.ratio(), 1e-9)
}

// Where fewer requests go to a slow one, a visit takes less time on the average.
func TestAVisitTakesAsLongAsItDoesWhereRequestsGo(t *testing.T) {
	slow := openWeighable(t)
	w := slow.World.(*general)
	w.programAt(tomcat1).machine.spec.MIPS /= 2
	w.programAt(tomcat1).machine.size /= 2
	slow.wait(time.Minute)
	even := w.traffic.bySpace[tomcat].residence
	slow.must(weighing(tomcat1, "0.5"))
	slow.wait(time.Minute)
	require.Less(t, w.traffic.bySpace[tomcat].residence, even*0.95)
}
