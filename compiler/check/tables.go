package check

import "github.com/tune-autonomic/tune/compiler/bundle"

// The bundle's tables get an entry when something first uses it, and every later use shares it.

type columnKey struct {
	space int32
	kind  bundle.ColumnKind
	name  string
}

type navKey struct {
	from, to int32
	kind     bundle.NavKind
	ref      int32
	right    bool
}

func (c *checker) column(key columnKey, t typ) int32 {
	if i, known := c.columns[key]; known {
		return i
	}
	i := int32(len(c.tables.Columns))
	c.columns[key] = i
	c.tables.Columns = append(c.tables.Columns, bundle.Column{
		Space: key.space, Kind: key.kind, Name: key.name, Type: bundle.Type{Base: t.Base},
	})
	return i
}

func (c *checker) nav(n bundle.Nav) int32 {
	key := navKey{from: n.From, to: n.To, kind: n.Kind, ref: n.Ref, right: n.Right}
	if i, known := c.navs[key]; known {
		return i
	}
	i := int32(len(c.tables.Navs))
	c.navs[key] = i
	c.tables.Navs = append(c.tables.Navs, n)
	return i
}

// navHost leads from an instance to the node that it stands on.
func (c *checker) navHost(from *space) int32 {
	node := from.classes[0].on
	name := "host"
	if node.kind == bundle.VM {
		name = "vm"
	}
	return c.nav(bundle.Nav{Name: name, From: from.index, To: node.space.index, Kind: bundle.NavHost})
}

func (c *checker) navHome(vms *space) int32 {
	return c.nav(bundle.Nav{Name: "home", From: vms.index, To: vms.family.space.index, Kind: bundle.NavHome})
}

// navGuests leads from a node to the instances of one space that stand on it.
func (c *checker) navGuests(node, guests *space) int32 {
	name := guests.name
	if guests.kind == bundle.VM {
		name = "vms"
	}
	return c.nav(bundle.Nav{Name: name, From: node.index, To: guests.index, Many: true, Kind: bundle.NavGuests})
}

// roleNav enters the navigation of a role; every link has both.
func (c *checker) roleNav(cl *class, name string) int32 {
	r := cl.members[name].role
	return c.nav(bundle.Nav{
		Name: name, From: cl.space.index, To: r.to.space.index, Many: r.bounds.Max != 1,
		Kind: bundle.NavRole, Ref: r.link, Right: r.right,
	})
}

func (c *checker) hist(h bundle.Hist) int32 {
	if i, known := c.hists[h]; known {
		return i
	}
	i := int32(len(c.tables.Hists))
	c.hists[h] = i
	c.tables.Hists = append(c.tables.Hists, h)
	return i
}

// window enters a statistic over a column, and the column that holds it.
func (c *checker) window(w bundle.Window, name string, t typ) int32 {
	ref, known := c.windows[w]
	if !known {
		ref = int32(len(c.tables.Windows))
		c.windows[w] = ref
		c.tables.Windows = append(c.tables.Windows, w)
	}
	i := c.column(columnKey{space: c.tables.Columns[w.Column].Space, kind: bundle.ColWindow, name: name}, t)
	c.tables.Columns[i].Ref = ref
	return i
}

func (c *checker) inst(i instance) int32 {
	ref := bundle.InstRef{Space: i.class.space.index, Index: i.index}
	if n, known := c.insts[ref]; known {
		return n
	}
	n := int32(len(c.tables.Insts))
	c.insts[ref] = n
	c.tables.Insts = append(c.tables.Insts, ref)
	return n
}

// finishTables enters what the runtime needs whether or not code reads it, and copies the classes in.
func (c *checker) finishTables() {
	for _, s := range c.spaces {
		if s.kind != bundle.Host && len(s.classes) > 0 {
			c.navHost(s)
		}
		if s.kind == bundle.VM {
			c.navHome(s)
		}
		for _, g := range s.guests {
			c.navGuests(s, g)
		}
	}
	c.keepHistories()
	for _, cl := range c.classes {
		c.tables.Classes = append(c.tables.Classes, *cl.table)
	}
}

// keepHistories lets probes keep as many samples as are asked for.
func (c *checker) keepHistories() {
	for _, h := range c.tables.Hists {
		for i := range c.tables.Probes {
			if p := &c.tables.Probes[i]; p.Column == h.Column {
				p.History = max(p.History, h.N)
			}
		}
	}
}

// inflight is the column of what moves under way will bring to a host.
func (c *checker) inflight(hosts *space) int32 {
	return c.column(columnKey{space: hosts.index, kind: bundle.ColInflightCPU, name: "inflight cpu"}, percentT)
}

// measuresCPU says whether the metric of this column is a CPU load of hosts, to which moves under way add.
func (c *checker) measuresCPU(col int32) bool {
	return c.cpuLoads[col] && c.spaces[c.tables.Columns[col].Space].kind == bundle.Host
}
