package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/drivers"
)

func TestShopIsSizedAsInThePaper(t *testing.T) {
	s := openShop(t, shopConfig(600))
	s.wait(60 * time.Second)
	both := s.cpu(node1)
	t.Logf("both %.3f, machines %.3f %.3f, %+v", both, s.cpu(vm1), s.cpu(vm2), s.Metrics().Requests)
	require.InDelta(t, 0.51, both, 0.02, "600 clients, 85 requests/s of 12 ms on two cores")

	s.must(moving(drivers.MigratePrepare, vm1, node1, node2))
	s.must(moving(drivers.MigrateCommit, vm1, node1, node2))
	s.wait(10 * time.Second)
	require.InDelta(t, both/2, s.cpu(node1), 0.02)
	require.InDelta(t, both/2, s.cpu(node2), 0.02)
	require.Zero(t, s.Metrics().Requests.Lost, "a live migration loses nothing")
}
