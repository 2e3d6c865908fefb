// Package diagram draws programs in UML's look: what classes there are, what stands on what, and what a policy does.
//
// A program's text becomes Diagrams, which say what is in a diagram but not where. Mermaid, PlantUML and DOT write them for
// other programs to lay out; Lay lays one out itself, and SVG draws that. The same text gives the same bytes on any machine.
package diagram

import "io"

// Kind is a kind of diagram.
type Kind string

// The kinds, in the order in which All lists diagrams.
const (
	Class      Kind = "class"      // classes with their attributes and operations, and the links between them
	Deployment Kind = "deployment" // what stands on what, and how many there are
	State      Kind = "state"      // a policy's states and transitions
)

// Kinds are all of them.
var Kinds = []Kind{Class, Deployment, State}

// Diagram is one diagram, without its layout.
type Diagram struct {
	Kind  Kind
	Name  string // of the system, or of the policy
	Notes string // what holds of the whole, such as "lossless"
	Nodes []Node
	Edges []Edge
}

// Title is what stands at the head of the diagram.
func (d Diagram) Title() string {
	word := map[Kind]string{Class: "class", Deployment: "deployment", State: "policy"}[d.Kind]
	title := word + " " + d.Name
	if d.Notes != "" {
		title += " {" + d.Notes + "}"
	}
	return title
}

// Shape is what a node is drawn as.
type Shape uint8

// The shapes.
const (
	ClassBox     Shape = iota // compartments for name, attributes and operations
	StateBox                  // what happens on entry
	Start                     // a dot
	Final                     // a ring
	Machine                   // a box with depth, which others may stand in
	ComponentBox              // software
)

// Node is a box of a diagram.
type Node struct {
	Shape      Shape
	Name       string
	Stereotype string   // "hosts", "vm", "component"
	Note       string   // beside the name: a multiplicity, how many there are
	Tag        string   // in braces below it: "stateful"
	Attrs, Ops []string // of a class; a machine's sizes
	Steps      []Step   // of a state
	In         int      // the node that this one stands in, -1 for none
}

// Step is something that a state does: a line of text, or (Branches set) branches that run together.
type Step struct {
	Text     string
	Depth    int // how many blocks it stands in
	Branches [][]Step
}

// Line is what an edge is drawn as.
type Line uint8

// The lines.
const (
	Transition  Line = iota // with an arrow
	Association             // plain
	Dependency              // dashed, with an open arrow
)

// Edge leads from one node to another. Label is what it says, line by line; Tail and Head stand at its ends.
type Edge struct {
	From, To   int
	Line       Line
	Label      []string
	Tail, Head string
}

// Format is a language that diagrams are written in.
type Format struct {
	Name, Ext string
	Write     func(io.Writer, Diagram) error
}

// Formats are all of them.
var Formats = []Format{
	{"svg", ".svg", func(w io.Writer, d Diagram) error { return SVG(w, Lay(d)) }},
	{"mermaid", ".mmd", Mermaid},
	{"plantuml", ".puml", PlantUML},
	{"dot", ".dot", DOT},
}

// File is what a diagram's file is called, without its extension: no two of a program share a name.
func (d Diagram) File() string {
	if d.Kind == State {
		return "state-" + d.Name
	}
	return string(d.Kind)
}
