package sim

import "time"

// At is the number of clients at a time.
func (c Clients) At(t time.Duration) float64 {
	n, since := 0.0, time.Duration(0)
	for _, p := range c.Points {
		switch {
		case t >= p.At:
			n, since = p.N, p.At
		case !p.To:
			return p.N
		default:
			return n + float64((p.N-n)*(float64(t-since)/float64(p.At-since)))
		}
	}
	return n
}

// most is how many clients there were at once before a time.
func (c Clients) most(before time.Duration) float64 {
	n, since := c.At(before), time.Duration(0)
	for _, p := range c.Points {
		if since >= before {
			break
		}
		if !p.To || p.At <= before {
			n = max(n, p.N)
		}
		since = p.At
	}
	return n
}

// wake is the first time from now on at which there are clients; false if there will be none.
func (c Clients) wake(now time.Duration) (time.Duration, bool) {
	n, since := 0.0, time.Duration(0)
	for _, p := range c.Points {
		if p.At > now && (p.N > 0 || p.To && n > 0) {
			return max(now, since), true
		}
		n, since = p.N, p.At
	}
	return max(now, since), n > 0
}

// at is the requests a second at a time; none after the end.
func (r Requests) at(t time.Duration) float64 {
	if k := int(t / r.Step); k < len(r.Rate) {
		return r.Rate[k]
	}
	return 0
}

// wake is the first time from now on at which requests come; false if none will.
func (r Requests) wake(now time.Duration) (time.Duration, bool) {
	for k := int(now / r.Step); k < len(r.Rate); k++ {
		if r.Rate[k] > 0 {
			return max(now, multiple(k, r.Step)), true
		}
	}
	return 0, false
}
