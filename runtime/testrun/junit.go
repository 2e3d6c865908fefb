package testrun

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// The elements of JUnit's format that those who read it agree on.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// Played is what came of the tests of a system.
type Played struct {
	System string
	Report Report
}

// WriteJUnit writes what came of the tests of some systems as JUnit's XML, a suite each.
func WriteJUnit(w io.Writer, all []Played) error {
	var suites junitSuites
	var took Span
	for _, p := range all {
		s := junitSuiteOf(p.System, p.Report)
		suites.Suites = append(suites.Suites, s)
		suites.Tests += s.Tests
		suites.Failures += s.Failures
		took += p.Report.Wall
	}
	suites.Time = junitTime(took)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(suites); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func junitSuiteOf(system string, r Report) junitSuite {
	suite := junitSuite{Name: system, Tests: len(r.Tests), Failures: r.Failed(), Time: junitTime(r.Wall)}
	for _, t := range r.Tests {
		c := junitCase{Name: t.Name, Class: system, File: t.At.File, Line: t.At.Line, Time: junitTime(t.Wall)}
		if !t.OK() {
			c.Failure = junitFailureOf(t)
		}
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}

func junitFailureOf(t Test) *junitFailure {
	var text strings.Builder
	(&Printer{W: &text}).Test(t)
	if t.Error != "" {
		message, _, _ := strings.Cut(t.Error, "\n")
		return &junitFailure{message, text.String()}
	}
	f := t.Failures[0]
	return &junitFailure{fmt.Sprintf("%s:%d: at %s %s: %s", f.Expected.File, f.Expected.Line, f.Time, f.Why, f.Expected.Words), text.String()}
}

func junitTime(s Span) string { return fmt.Sprintf("%.3f", time.Duration(s).Seconds()) }
