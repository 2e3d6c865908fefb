package report

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"time"
)

// writeTimeline writes a line a sample: time, what holds of all, each host's CPU (a fraction of 1, empty while it is
// off), and on which host each machine stands (empty for none). Power and CPU are means of the step that ends there.
func (r *Recorder) writeTimeline(w io.Writer) error {
	c := csv.NewWriter(w)
	head := []string{"time_s", "hosts_on", "power_w", "requests_done", "requests_lost", "migrations"}
	for _, h := range r.hosts {
		head = append(head, "cpu."+h)
	}
	for _, v := range r.vms {
		head = append(head, "host."+v)
	}
	if err := c.Write(head); err != nil {
		return err
	}
	places := newPlaces(r)
	line := make([]string, 0, len(head))
	for i, s := range r.samples {
		line = append(line[:0], seconds(s.at), strconv.Itoa(s.on), decimals(r.rate(i, drawn), 3),
			decimals(s.done, 1), decimals(s.lost, 1), strconv.Itoa(s.migrations))
		for _, v := range r.cpuOf(i) {
			line = append(line, decimals(float64(v), 4))
		}
		for _, host := range places.at(s.at) {
			line = append(line, r.hostName(host))
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func drawn(s sample) float64 { return s.joules }

func (r *Recorder) hostName(i int) string {
	if i < 0 {
		return ""
	}
	return r.hosts[i]
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

func decimals(v float64, n int) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', n, 64)
}

// places replays the moves.
type places struct {
	moves []move
	host  []int
}

func newPlaces(r *Recorder) *places {
	p := &places{r.moves, make([]int, len(r.vms))}
	for i := range p.host {
		p.host[i] = -1
	}
	return p
}

// at is where each machine stands at time t; times only grow.
func (p *places) at(t time.Duration) []int {
	for len(p.moves) > 0 && p.moves[0].at <= t {
		p.host[p.moves[0].vm] = p.moves[0].host
		p.moves = p.moves[1:]
	}
	return p.host
}
