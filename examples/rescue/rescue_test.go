package rescue

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/examples/exampletest"
	"github.com/tune-autonomic/tune/runtime/engine"
	"github.com/tune-autonomic/tune/runtime/manager"
)

// fault is when the scenario's fault comes, in seconds; soon is how long after it all runs again.
const (
	fault = 400.0
	soon  = 90.0
)

// lose plays the scenario with a fault in the place of the crash of node2.
func lose(t *testing.T, seed uint64, what string) *exampletest.Run {
	t.Helper()
	p := exampletest.Compile(t, "rescue.tune", "crash node2", what)
	return exampletest.Play(t, p, manager.SimOptions{Scenario: "crash", Seed: seed})
}

// start is something that began to run.
type start struct {
	at       float64
	what, on string
}

// starts are all starts before the fault, and all after it.
func starts(r *exampletest.Run) (before, after []start) {
	for _, n := range r.Notices {
		if n.Kind != engine.NoticeDeployed {
			continue
		}
		what, on, _ := strings.Cut(n.Text, " runs on ")
		if s := (start{time.Duration(n.At).Seconds(), what, on}); s.at < fault {
			before = append(before, s)
		} else {
			after = append(after, s)
		}
	}
	return before, after
}

// on are the machines of a host, and what stands on them.
func on(host string, all []start) (names []string) {
	for _, s := range all {
		if s.on == host {
			names = append(append(names, s.what), on(s.what, all)...)
		}
	}
	return names
}

func names(all []start) (names []string) {
	for _, s := range all {
		names = append(names, s.what)
	}
	return names
}

// when is the time of the first notice with a text.
func when(t *testing.T, r *exampletest.Run, kind engine.NoticeKind, text string) float64 {
	t.Helper()
	for _, n := range r.Notices {
		if n.Kind == kind && n.Text == text {
			return time.Duration(n.At).Seconds()
		}
	}
	require.Fail(t, "nobody said "+text)
	return 0
}

func TestWhateverHostIsLostAllThatItHeldRunsAgainOnce(t *testing.T) {
	for host := 1; host <= 4; host++ {
		for seed := range uint64(3) {
			node := fmt.Sprintf("node%d", host)
			r := lose(t, seed, "crash "+node)
			before, after := starts(r)
			require.NotEmpty(t, on(node, before))
			require.ElementsMatch(t, on(node, before), names(after), "%s, seed %d: what was lost is started again, once, and nothing else is", node, seed)
			require.Empty(t, on(node, after), "none of it on a host that is lost")

			fenced := when(t, r, engine.NoticeFact, node+" is fenced")
			require.Greater(t, after[0].at, fenced, "nothing is started before it is certain that it doesn't run")
			require.Less(t, after[len(after)-1].at, fault+soon)
			require.NotContains(t, strings.Join(r.Texts(engine.NoticeText), "\n"), "not all")
		}
	}
}

func TestWhatOthersNeedComesFirst(t *testing.T) {
	_, after := starts(lose(t, 1, "crash node2"))
	require.Equal(t, []string{"Data-1", "MySQL-1", "Servlet-1", "Tomcat-1"}, names(after))
}

// node2 has the only database: without it no request is answered.
func TestOnlyRequestsUntilTheServiceIsBackAreLost(t *testing.T) {
	for seed := range uint64(3) {
		r := lose(t, seed, "crash node2")
		_, after := starts(r)
		require.Equal(t, "MySQL-1", after[1].what)
		back := after[1].at
		rate := (r.At(fault, "requests_done") - r.At(fault-60, "requests_done")) / 60
		require.InDelta(t, 28.5, rate, 1, "200 clients, 7 s from one request to the next")
		require.Zero(t, r.At(fault, "requests_lost"))
		require.InDelta(t, float64(rate*(back-fault)), r.Summary.Requests.Lost, rate, "seed %d: it was away for %.1f s", seed, back-fault)
		require.Less(t, r.Summary.Requests.Lost, 1300.0)
		require.InDelta(t, r.Summary.Requests.Lost, r.At(back+1, "requests_lost"), rate)
		require.InDelta(t, float64(rate*100), r.At(800, "requests_done")-r.At(700, "requests_done"), rate, "requests flow as before")
	}
}

// Silence is not death: a host that only can't be heard goes on serving until it is fenced. Nothing runs on two hosts.
func TestAHostThatIsOnlySilentServesUntilItIsFenced(t *testing.T) {
	r := lose(t, 1, "silence cpu of node2")
	fenced := when(t, r, engine.NoticeFact, "node2 is fenced")
	require.Zero(t, r.At(fenced, "requests_lost"))
	before, after := starts(r)
	require.ElementsMatch(t, on("node2", before), names(after))
	require.Greater(t, after[0].at, fenced)
	require.Less(t, after[len(after)-1].at, fault+soon)
}
