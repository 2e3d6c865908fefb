package report

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"
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
	c.Flush()
	if err := c.Error(); err != nil {
		return err
	}
	places, names := newPlaces(r), quoted(r.hosts)
	var line []byte
	for i, s := range r.samples {
		line = append(line[:0], seconds(s.at)...)
		line = strconv.AppendInt(append(line, ','), int64(s.on), 10)
		line = appendDecimals(append(line, ','), r.rate(i, drawn), 3)
		line = appendDecimals(append(line, ','), s.done, 1)
		line = appendDecimals(append(line, ','), s.lost, 1)
		line = strconv.AppendInt(append(line, ','), int64(s.migrations), 10)
		for _, v := range r.cpuOf(i) {
			line = appendDecimals(append(line, ','), float64(v), 4)
		}
		for _, host := range places.at(s.at) {
			line = append(line, ',')
			if host >= 0 {
				line = append(line, names[host]...)
			}
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// quoted is each name as a CSV file has it.
func quoted(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		var b strings.Builder
		c := csv.NewWriter(&b)
		c.Write([]string{name}) // a Builder takes everything
		c.Flush()
		all[i] = strings.TrimSuffix(b.String(), "\n")
	}
	return all
}

func drawn(s sample) float64 { return s.joules }

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

func decimals(v float64, n int) string { return string(appendDecimals(nil, v, n)) }

// appendDecimals appends v with n digits behind the point, or nothing if there is no value.
func appendDecimals(to []byte, v float64, n int) []byte {
	if math.IsNaN(v) {
		return to
	}
	return strconv.AppendFloat(to, v, 'f', n, 64)
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
