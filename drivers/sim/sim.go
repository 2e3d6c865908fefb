// Package sim is a world in virtual time behind the driver interface: hosts and machines that share CPU, memory and
// power, software that serves requests, and what goes wrong with them. It starts no goroutine, reads no clock and draws
// only from its seed: the same Config and commands give the same run.
package sim

import "fmt"

// New is the world that cfg describes. What is wrong with cfg is told by Open.
func New(cfg Config) World {
	if cfg.Fidelity == "cloudsim" {
		return newCloudsim(cfg)
	}
	w := newGeneral(cfg)
	if cfg.Fidelity != "" && w.err == nil {
		w.err = fmt.Errorf("the simulator has no fidelity %q: it has cloudsim, and its own if none is named", cfg.Fidelity)
	}
	return w
}
