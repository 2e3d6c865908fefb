package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

const (
	cache int32 = mysql + 1 + iota
	store
)

// openCached is the shop without its database: Tomcats may have a cache, and a cache needs a store.
func openCached(t *testing.T, optional bool) *stage {
	t.Helper()
	site := shop()
	site.Spaces[tomcat].On = rack
	site.Spaces = append(site.Spaces,
		drivers.SpaceSpec{Name: "Cache", On: front, Software: true},
		drivers.SpaceSpec{Name: "Store", On: front, Software: true})
	cfg := shopConfig(600)
	cfg.Links = []Link{{Left: apache, Right: tomcat}, {Left: tomcat, Right: cache, Optional: optional}, {Left: cache, Right: store}}
	s := open(t, cfg, site)
	s.launch(tomcat1, node1)
	s.launch(apache1, web1)
	return s
}

func TestRequestsGoOnWithoutWhatNobodyMustHave(t *testing.T) {
	s := openCached(t, true)
	s.wait(time.Minute)
	m := s.Metrics()
	require.Greater(t, m.Requests.Done, 80.0*50, "a role that may be empty keeps nobody from being served")
	require.Zero(t, m.Requests.Lost)
	require.InDelta(t, 0.017, m.Requests.MeanSec, 0.015, "nor does what isn't visited take time")

	s.launch(drivers.Ref{Space: cache}, web1)
	s.wait(10 * time.Second)
	before := s.Metrics().Requests.Lost
	s.wait(time.Minute)
	require.InDelta(t, 600.0/7*60, s.Metrics().Requests.Lost-before, 20, "a cache that is there has nowhere to go on to")

	s.launch(drivers.Ref{Space: store}, db1)
	s.wait(time.Second)
	before = s.Metrics().Requests.Lost
	s.wait(time.Minute)
	require.Zero(t, s.Metrics().Requests.Lost-before)

	s.must(simple(drivers.Stop, drivers.Ref{Space: cache}))
	s.wait(time.Minute)
	require.Less(t, s.Metrics().Requests.Lost-before, 10.0, "what was in service there, and none after it")
}

func TestRequestsThatFindNobodyWhereSomebodyMustBeAreLost(t *testing.T) {
	s := openCached(t, false)
	s.wait(time.Minute)
	m := s.Metrics()
	require.InDelta(t, 600.0/7*60, m.Requests.Lost, 20, "they are counted, and not kept out")
	require.Zero(t, m.Requests.Done)
}

func TestNobodyAsksBeforeTheEntryIsThere(t *testing.T) {
	s := open(t, shopConfig(600), shop())
	s.wait(time.Minute)
	require.Zero(t, s.Metrics().Requests.Lost)
}
