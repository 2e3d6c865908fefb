package replicas

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/examples/exampletest"
)

func TestTheReplicasTestsHold(t *testing.T) {
	told, failed := exampletest.Tests(t, "replicas.tune")
	require.Zero(t, failed, told)
}

func TestABrokenPolicyFailsTheReplicasTests(t *testing.T) {
	for name, edit := range map[string][2]string{
		"Apache isn't told of a new Tomcat": {"fork { new.front.configureWorkers; new.front.restart }", "fork { new.front.configureWorkers }"},
		"more than there may be":            {"policy Add on more when count(Tomcat) < 3", "policy Add on more when count(Tomcat) < 2"},
		"it never shrinks":                  {"t.load over 10s) < 20%", "t.load over 10s) < 0%"},
		"it never grows":                    {"t.load over 10s) > 80%", "t.load over 10s) > 100%"},
	} {
		t.Run(name, func(t *testing.T) {
			told, failed := exampletest.Tests(t, "replicas.tune", edit[0], edit[1])
			require.Positive(t, failed, told)
		})
	}
}
