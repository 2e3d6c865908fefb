package lang

import "slices"

// testWords begin the lines of a test that a scenario has not.
var testWords = []string{"always", "never", "eventually", "seed", "seeds"}

// atWords follow the time of a line that begins with `at`.
var atWords = []string{"expect", "deploy", "shutdown", "emit", "approve", "refuse", "clear", "pause", "resume", "pin", "ignore", "maintain", "crash", "fail", "stall", "silence", "lie"}

// test reads a test: the lines of a scenario, seeds, and what is expected.
func (p *parser) test(start int) {
	l, ok := read[testHead](p, "a test")
	d := &Test{Name: p.plain(l.Name), NameSpan: spanOf(l.Name), Scenario: optional(l.Scenario)}
	p.add(d)
	of := lines{begins: beginsWithName, owns: "require", words: append(testWords, scenarioWords...)}
	of.read = func() { p.testLine(d) }
	if p.opened(ok, nil) {
		p.block(of)
	}
	d.Span = p.since(start)
}

// testLine reads a line of a test. Its own words come first: all others are a scenario's.
func (p *parser) testLine(d *Test) {
	t := *p.peek()
	start := t.Pos.Offset
	switch t.Value {
	case "always", "never":
		l, _ := read[expectLine](p, "an expectation")
		d.Expects = append(d.Expects, &Expect{p.since(start), t.Value, nil, p.x(&l.Cond)})
	case "eventually":
		l, _ := read[expectWithinLine](p, "an expectation")
		d.Expects = append(d.Expects, &Expect{p.since(start), t.Value, p.x(&l.At), p.x(&l.Cond)})
	case "seed", "seeds":
		p.seeds(d, start)
	case "at":
		if p.expects() {
			l, _ := read[expectAtLine](p, "an expectation")
			d.Expects = append(d.Expects, &Expect{p.since(start), t.Value, p.x(&l.At), p.x(&l.Cond)})
			return
		}
		d.Items = append(d.Items, p.atLine(start))
	default:
		if p.meant("in a test", append(testWords, scenarioWords...)...) {
			p.testLine(d)
			return
		}
		if !slices.Contains(scenarioWords, t.Value) {
			p.unexpected("in a test", nearHint(t, append(testWords, scenarioWords...)...).or(say("a test has at, always, never, eventually, seed, seeds, and the lines of a scenario")))
			return
		}
		d.Items = append(d.Items, p.scenarioLine()...)
	}
}

// expects says whether a line that begins with `at` is an expectation rather than something that happens: which of the
// words that follow a time comes first, or is meant; if there is none, whether something is compared.
func (p *parser) expects() bool {
	compares := false
	for n := 1; ; n++ {
		t := p.ahead(n)
		if t.EOF() || t.Pos.Line != p.peek().Pos.Line {
			return compares
		}
		compares = compares || binds[t.Value] == bindCompare
		if t.Type == tokIdent && nearest(t.Value, atWords) != "" {
			return nearest(t.Value, atWords) == "expect"
		}
	}
}

func (p *parser) seeds(d *Test, start int) {
	l, _ := read[seedLine](p, "the seeds of a test")
	s := &Seeds{From: p.integer(l.From)}
	s.To = s.From
	if l.To.Value != "" {
		s.To = p.integer(l.To)
	}
	s.Span = p.since(start)
	if d.Seeds != nil {
		p.fail(s.Span, CodeTwice, "the seeds are given twice", "keep one of the lines")
	}
	d.Seeds = s
}
