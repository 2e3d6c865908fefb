package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

const (
	periodFormat = "2006-01-02 15:04:05"
	minuteFormat = "2006-01-02 15:04"
	// maxMinutes bounds counts to five years.
	maxMinutes = 5 * 366 * 24 * 60
)

// Counts is how many requests a site had in each minute from Start on.
type Counts struct {
	Start  time.Time // UTC, a whole minute
	Minute []float64
	// Origin says in one line, for a person, where the counts come from.
	Origin string
}

// Rates is the load as requests a second, a value a minute, from the day or minute called from (YYYY-MM-DD, or with HH:MM;
// empty: from the start), for at most long (0: to the end of the counts), and times scale.
func (c Counts) Rates(from string, long time.Duration, scale float64) ([]float64, error) {
	start, err := c.startOf(from)
	if err != nil {
		return nil, err
	}
	first := int(start.Sub(c.Start) / time.Minute)
	if first < 0 && !start.Before(c.Start.Truncate(24*time.Hour)) { // the counts begin later on that day: there were none before
		c.Minute, first = append(make([]float64, -first), c.Minute...), 0
	}
	if first < 0 || first >= len(c.Minute) {
		end := c.Start.Add(time.Duration(len(c.Minute)) * time.Minute)
		return nil, fmt.Errorf("counts: nothing from %s on; they reach from %s to %s", from, c.Start.Format(minuteFormat), end.Format(minuteFormat))
	}
	n := len(c.Minute) - first
	if long > 0 {
		n = min(n, int((long+time.Minute-1)/time.Minute))
	}
	rates := make([]float64, n)
	for i := range rates {
		rates[i] = c.Minute[first+i] / 60 * scale
	}
	return rates, nil
}

func (c Counts) startOf(from string) (time.Time, error) {
	if from == "" {
		return c.Start, nil
	}
	for _, layout := range []string{time.DateOnly, minuteFormat, periodFormat} {
		if t, err := time.Parse(layout, from); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("counts: from: %q is not a date like 1998-07-06", from)
}

// Digest is the SHA-256, in hex, of the canonical form: a header "period,count" and a line for each minute with requests.
func (c Counts) Digest() string {
	sum := sha256.Sum256(c.csv())
	return hex.EncodeToString(sum[:])
}

func (c Counts) csv() []byte {
	b := []byte("period,count\n")
	for i, n := range c.Minute {
		if n == 0 {
			continue
		}
		b = c.Start.Add(time.Duration(i)*time.Minute).AppendFormat(b, periodFormat)
		b = append(b, ',')
		b = strconv.AppendInt(b, int64(n), 10)
		b = append(b, '\n')
	}
	return b
}

// ReadCounts reads a .csv or .csv.gz of requests a minute: a header "period,count", then lines like
// "1998-07-06 00:00:00,1234" in the order of time. Minutes that aren't there had no requests.
func ReadCounts(path string) (Counts, error) {
	f, err := os.Open(path)
	if err != nil {
		return Counts{}, fmt.Errorf("counts: %w", err)
	}
	defer f.Close()
	r, _, err := unpack(f, path)
	if err != nil {
		return Counts{}, err
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return Counts{}, fmt.Errorf("%s: %w", path, err)
	}
	c, err := parseCounts(path, unmarked(b))
	if err != nil {
		return Counts{}, err
	}
	c.Origin = path
	return c, nil
}

func parseCounts(where string, b []byte) (Counts, error) {
	if err := mustBeText(where, b); err != nil {
		return Counts{}, err
	}
	header, b := cutLine(b)
	if string(header) != "period,count" {
		return Counts{}, fmt.Errorf("%s:1: the header is %q; \"period,count\" is expected", where, shorten(header))
	}
	var c Counts
	for n := 2; len(b) > 0; n++ {
		var line []byte
		line, b = cutLine(b)
		if len(line) == 0 && len(bytes.TrimSpace(b)) == 0 {
			break
		}
		if err := c.addLine(line); err != nil {
			return Counts{}, fmt.Errorf("%s:%d: %w", where, n, err)
		}
	}
	if len(c.Minute) == 0 {
		return Counts{}, fmt.Errorf("%s: no minute in it", where)
	}
	return c, nil
}

func (c *Counts) addLine(line []byte) error {
	when, count, ok := bytes.Cut(line, []byte{','})
	if !ok || bytes.IndexByte(count, ',') >= 0 {
		return errors.New("two columns are expected: period,count")
	}
	t, err := time.Parse(periodFormat, string(when))
	if err != nil || t.Second() != 0 {
		return fmt.Errorf("%q is not a minute like 1998-07-06 00:00:00", shorten(when))
	}
	n, err := strconv.ParseUint(string(count), 10, 40)
	if err != nil {
		return fmt.Errorf("%q is not a number of requests", shorten(count))
	}
	if len(c.Minute) == 0 {
		c.Start = t
	}
	at := int(t.Sub(c.Start) / time.Minute)
	if at < len(c.Minute) {
		return fmt.Errorf("%s comes twice, or out of order", when)
	}
	if at >= maxMinutes {
		return fmt.Errorf("%s is more than five years after the first minute", when)
	}
	for len(c.Minute) < at {
		c.Minute = append(c.Minute, 0)
	}
	c.Minute = append(c.Minute, float64(n))
	return nil
}
