package check

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// What a simulated world has to set, to measure and to be loaded with. It is the runtime's to say: tests of drivers/sim and
// of runtime/data hold this to it.

// Constant is what a scenario may set: of which type, and from what to what, in the units of registers.
type Constant struct {
	Name        string
	Type        bundle.BaseType
	Least, Most float64
}

// Constants are all of them.
var Constants = []Constant{
	{"think", bundle.Duration, 0.01, aDay}, {"jitter", bundle.Percent, 0, 1},
	{"bandwidth", bundle.Rate, 1e6, 1e13}, {"dirty_rate", bundle.Bytes, 0, 1e12},
	{"migration_downtime", bundle.Duration, 0, aDay}, {"migration_cpu", bundle.Percent, 0, 1},
	{"create_time", bundle.Duration, 0, aDay}, {"destroy_time", bundle.Duration, 0, aDay},
	{"boot_time", bundle.Duration, 0, aDay}, {"boot_cpu", bundle.Percent, 0, 1}, {"shutdown_time", bundle.Duration, 0, aDay},
	{"start_time", bundle.Duration, 0, aDay}, {"start_cpu", bundle.Percent, 0, 1}, {"stop_time", bundle.Duration, 0, aDay},
	{"restart_time", bundle.Duration, 0, aDay}, {"operation_time", bundle.Duration, 0, aDay},
	{"power_on_time", bundle.Duration, 0, aDay}, {"power_off_time", bundle.Duration, 0, aDay}, {"fence_time", bundle.Duration, 0, aDay},
	{"detect_time", bundle.Duration, 0, aDay}, {"failover_time", bundle.Duration, 0, aDay}, {"guest_memory", bundle.Percent, 0, 1},
}

const aDay = 86400 // seconds

// Measured says what the simulator can measure of things of a kind.
func Measured(kind bundle.Kind) []string {
	if kind == bundle.Component {
		return []string{"process.cpu"}
	}
	return []string{"cpu", "memory"}
}

// recorded are the days of PlanetLab of which there is a record.
var recorded = []string{
	"planetlab/20110303", "planetlab/20110306", "planetlab/20110309", "planetlab/20110322", "planetlab/20110325",
	"planetlab/20110403", "planetlab/20110409", "planetlab/20110411", "planetlab/20110412", "planetlab/20110420",
}

// KnownData says whether loads of this name are known, be there a file or not.
func KnownData(fun, name string) bool {
	if fun == "trace" {
		return slices.Contains(recorded, name)
	}
	return name == "worldcup98"
}

// setting reads what a scenario sets. A constant with a unit is set with one.
func (c *checker) setting(out *bundle.Scenario, d *lang.Setting) {
	i := slices.IndexFunc(Constants, func(k Constant) bool { return k.Name == d.Name.Text })
	if i < 0 {
		c.constVal(c.system, d.Value)
		c.noConstant(d.Name)
		return
	}
	k := Constants[i]
	if n, isNumber := d.Value.(*lang.Number); isNumber && n.Unit == "" && n.Int && n.Value > 0 && k.Name == "dirty_rate" {
		kib := decimal(n.Value) + "KiB" // what is written anew each second is less than what there is
		c.report("TUNE0205", c.system, n.Span, "dirty_rate is bytes, not an int", "write "+kib)
		c.change(c.system, n.Span, kib)
		c.guess()
		return
	}
	v, ok := c.constant(c.system, d.Value, base(k.Type), k.Name)
	if !ok {
		return
	}
	if v < k.Least || v > k.Most {
		c.report("TUNE0214", c.system, d.Value.Pos(), k.Name+" is from "+inUnit(k.Least, k.Type)+" to "+inUnit(k.Most, k.Type), "")
		return
	}
	c.twice(d.Span, k.Name, slices.ContainsFunc(out.Settings, func(other bundle.Setting) bool { return other.Name == k.Name }))
	out.Settings = append(out.Settings, bundle.Setting{Name: k.Name, Type: k.Type, Value: v})
}

func (c *checker) noConstant(name lang.Name) {
	if name.Text == "" {
		return
	}
	names := make([]string, len(Constants))
	for i, k := range Constants {
		names[i] = k.Name
	}
	msg := "the simulated world has no constant " + name.Text
	if nearest(name.Text, names) == "" {
		c.report("TUNE0213", c.system, name.Span, msg, "it has "+list(names))
		return
	}
	c.unknown("TUNE0213", c.system, name, msg, names, "")
}

// inUnit is a number of a type as the source would have it.
func inUnit(v float64, t bundle.BaseType) string {
	switch t {
	case bundle.Percent:
		return decimal(100*v) + "%"
	case bundle.Duration:
		return decimal(v) + "s"
	case bundle.Bytes:
		return decimal(v) + "B"
	}
	return decimal(v) + "bit/s"
}

// measurable warns of a probe of what nothing measures: its hosts' driver is the simulator, which can't. What other drivers
// can is not known here.
func (c *checker) measurable(d *lang.Probe, cl *class, t typ) {
	source, can := probeSource(d), Measured(cl.kind)
	if source == "" || !cl.simulated() {
		return
	}
	if slices.Contains(can, source) {
		c.asShare(d, source, t)
		return
	}
	at := d.Name.Span
	if d.Source != nil {
		at = d.Source.Pos()
	}
	msg, best := "nothing measures "+source+" of "+cl.name, nearest(source, can)
	if best == "" {
		c.report("TUNE0313", c.system, at, msg, "the simulator measures "+strings.Join(can, " and ")+": say which behind `=`")
		if d.Source == nil && here(source, can) == "" && !c.hushed { // it may be asked for by that name
			for _, text := range can {
				c.told[c.metricKey(text, cl)] = len(c.findings) - 1
			}
		}
		return
	}
	c.report("TUNE0313", c.system, at, msg, "did you mean "+best+"?")
	if d.Source != nil {
		c.change(c.system, at, best)
	} else if !c.hushed {
		c.told[c.metricKey(best, cl)] = len(c.findings) - 1
		if _, told := c.told[lacks(best)]; !told {
			c.tellLack(best, cl.name, len(c.findings)-1)
		}
	}
}

// metricKey is the key of what tells that a class has no metric of a name.
func (c *checker) metricKey(name string, cl *class) string {
	return c.keyOf("TUNE0203", c.system, lang.Name{Text: name}, cl.name, "", "")
}

// isShare says whether a metric lies between 0 and 1: all that the simulator measures does, as long as no scenario lets it lie.
func (c *checker) isShare(d *lang.Probe, cl *class) bool {
	return cl.simulated() && slices.Contains(Measured(cl.kind), probeSource(d)) && !c.lying[d.Name.Text]
}

// lyingIn are the metrics that a scenario or a test of a file lets lie.
func lyingIn(f *lang.File) map[string]bool {
	lying := map[string]bool{}
	note := func(items []lang.ScenarioItem) {
		for _, item := range items {
			if f, isFault := item.(*lang.Fault); isFault && f.Kind.Text == "lie" {
				lying[f.What.Text] = true
			}
		}
	}
	for _, d := range each[*lang.Scenario](f) {
		note(d.Items)
	}
	for _, d := range each[*lang.Test](f) {
		note(d.Items)
	}
	return lying
}

// asShare warns of a metric that isn't a share: all that the simulator measures is.
func (c *checker) asShare(d *lang.Probe, source string, t typ) {
	if t.Base == bundle.Percent || t.Base == bundle.Float {
		return
	}
	c.report("TUNE0313", c.system, d.Type.Span, "the simulator measures "+source+" as a share, and not as "+c.aType(t), "declare it percent, and reckon with the size of what it is a share of")
	c.change(c.system, d.Type.Span, "percent")
	c.guess()
}

// simulated says whether the simulator drives the hosts on which a class stands.
func (cl *class) simulated() bool {
	host := cl.hosts()
	return host != nil && host.table.Driver == "sim"
}

// hosts is the family on which a class stands in the end; nil if that isn't known.
func (cl *class) hosts() *class {
	for cl != nil && cl.kind != bundle.Host {
		cl = cl.on
	}
	return cl
}

// dataArgs are what may be said of loads besides their name, and of which types.
var dataArgs = map[string]map[string]bool{"counts": {"from": true, "scale": false}, "trace": {}}

// dataArg is an argument of counts(…) or trace(…).
func (c *checker) dataArg(fun string, a *lang.Arg) (bundle.Setting, bool) {
	isText, known := dataArgs[fun][a.Name.Text]
	if !known {
		c.unknownOf(fun, "TUNE0207", c.system, a.Name, fun+"(…) has no argument "+a.Name.Text, sortedKeys(dataArgs[fun]), "it has")
		return bundle.Setting{}, false
	}
	s, ok := c.settingOf(a.Name.Text, a.Value)
	if isNumber := s.Type == bundle.Int || s.Type == bundle.Float; ok && (isText != (s.Type == bundle.Text_) || !isText && !isNumber) {
		want := map[bool]string{true: `a text, such as "1998-07-12"`, false: "a number, such as 0.5"}
		c.report("TUNE0205", c.system, a.Value.Pos(), a.Name.Text+" is "+want[isText], "")
		return s, false
	}
	_, known = dayOf(s.Text)
	switch {
	case ok && isText && !known:
		c.report("TUNE0214", c.system, a.Value.Pos(), a.Name.Text+" is a day, or a minute of one", `such as "1998-07-12", or "1998-07-12 15:04"`)
		return s, false
	case ok && !isText:
		ok = c.notNegative(s.Value, a.Value, a.Name.Text)
	}
	return s, ok
}

// dayOf is the day of the calendar, or the minute of one, that a text says, as counts begin at.
func dayOf(text string) (day time.Time, ok bool) {
	for _, layout := range []string{time.DateOnly, minuteFormat, time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

const minuteFormat = "2006-01-02 15:04"

// The record of the World Cup's site: its first minute, and the one behind its last.
var (
	cupStart = time.Date(1998, time.April, 30, 21, 30, 0, 0, time.UTC)
	cupEnd   = time.Date(1998, time.July, 26, 22, 0, 0, 0, time.UTC)
)

// inRecord reports counts that begin where their record has nothing.
func (c *checker) inRecord(name string, s bundle.Setting, at posed) {
	if name != "worldcup98" || s.Name != "from" {
		return
	}
	if day, ok := dayOf(s.Text); ok && (day.Before(cupStart) || !day.Before(cupEnd)) {
		c.report("TUNE0214", c.system, at.Pos(), "worldcup98 reaches from "+cupStart.Format(minuteFormat)+" to "+cupEnd.Format(minuteFormat), `such as "1998-07-12"`)
	}
}

// findable warns of loads that aren't known, and are no file beside the program either. Above its folder nothing is seen.
func (c *checker) findable(fun, name string, at posed) {
	full := path.Join(path.Dir(c.files.Main.Path), name)
	if name == "" || KnownData(fun, name) || c.files.FS == nil || path.IsAbs(name) || !fs.ValidPath(full) {
		return
	}
	if _, err := fs.Stat(c.files.FS, full); err == nil {
		return
	}
	hint, known := "a file is looked for where tune runs; known is worldcup98", []string{"worldcup98"}
	if fun == "trace" {
		hint, known = "a file is looked for where tune runs; known are days of PlanetLab, planetlab/YYYYMMDD: "+strings.ReplaceAll(list(recorded), "planetlab/", ""), nil
	}
	if best := nearest(name, known); best != "" {
		hint = "did you mean " + best + "?"
	}
	c.report("TUNE0312", c.system, at.Pos(), "no loads are known by the name "+quote(name)+", and there is no such file beside the program", hint)
}
