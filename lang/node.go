package lang

// What makes a node a declaration, a scenario's item, a statement or an expression. All are used by pointer.

func (n *Hosts) Pos() Span       { return n.Span }
func (n *VM) Pos() Span          { return n.Span }
func (n *Component) Pos() Span   { return n.Span }
func (n *ModuleParam) Pos() Span { return n.Span }
func (n *Link) Pos() Span        { return n.Span }
func (n *Probe) Pos() Span       { return n.Span }
func (n *Event) Pos() Span       { return n.Span }
func (n *Policy) Pos() Span      { return n.Span }
func (n *Use) Pos() Span         { return n.Span }
func (n *Func) Pos() Span        { return n.Span }
func (n *Require) Pos() Span     { return n.Span }
func (n *Budget) Pos() Span      { return n.Span }
func (n *Scenario) Pos() Span    { return n.Span }
func (n *Test) Pos() Span        { return n.Span }

func (*Hosts) decl()       {}
func (*VM) decl()          {}
func (*Component) decl()   {}
func (*ModuleParam) decl() {}
func (*Link) decl()        {}
func (*Probe) decl()       {}
func (*Event) decl()       {}
func (*Policy) decl()      {}
func (*Use) decl()         {}
func (*Func) decl()        {}
func (*Require) decl()     {}
func (*Budget) decl()      {}
func (*Scenario) decl()    {}
func (*Test) decl()        {}

func (n *Attr) Pos() Span       { return n.Span }
func (n *Op) Pos() Span         { return n.Span }
func (n *State) Pos() Span      { return n.Span }
func (n *Transition) Pos() Span { return n.Span }
func (n *LoadPoint) Pos() Span  { return n.Span }
func (n *Expect) Pos() Span     { return n.Span }
func (n *Seeds) Pos() Span      { return n.Span }

func (n *DeployAt) Pos() Span   { return n.Span }
func (n *EmitAt) Pos() Span     { return n.Span }
func (n *AnswerAt) Pos() Span   { return n.Span }
func (n *WishAt) Pos() Span     { return n.Span }
func (n *ClientsOf) Pos() Span  { return n.Span }
func (n *RequestsOf) Pos() Span { return n.Span }
func (n *LoadOf) Pos() Span     { return n.Span }
func (n *WorkOf) Pos() Span     { return n.Span }
func (n *Until) Pos() Span      { return n.Span }
func (n *Fidelity) Pos() Span   { return n.Span }
func (n *Setting) Pos() Span    { return n.Span }
func (n *Fault) Pos() Span      { return n.Span }
func (n *Field) Pos() Span      { return n.Span }

func (*Require) scenarioItem()    {}
func (*DeployAt) scenarioItem()   {}
func (*EmitAt) scenarioItem()     {}
func (*AnswerAt) scenarioItem()   {}
func (*WishAt) scenarioItem()     {}
func (*ClientsOf) scenarioItem()  {}
func (*RequestsOf) scenarioItem() {}
func (*LoadOf) scenarioItem()     {}
func (*WorkOf) scenarioItem()     {}
func (*Until) scenarioItem()      {}
func (*Fidelity) scenarioItem()   {}
func (*Setting) scenarioItem()    {}
func (*Fault) scenarioItem()      {}

func (n *Let) Pos() Span          { return n.Span }
func (n *Create) Pos() Span       { return n.Span }
func (n *Remove) Pos() Span       { return n.Span }
func (n *Migrate) Pos() Span      { return n.Span }
func (n *Act) Pos() Span          { return n.Span }
func (n *OpCall) Pos() Span       { return n.Span }
func (n *ProbeAct) Pos() Span     { return n.Span }
func (n *Notify) Pos() Span       { return n.Span }
func (n *Emit) Pos() Span         { return n.Span }
func (n *Ask) Pos() Span          { return n.Span }
func (n *Wait) Pos() Span         { return n.Span }
func (n *For) Pos() Span          { return n.Span }
func (n *Fork) Pos() Span         { return n.Span }
func (n *Join) Pos() Span         { return n.Span }
func (n *Plan) Pos() Span         { return n.Span }
func (n *Assign) Pos() Span       { return n.Span }
func (n *SetEdit) Pos() Span      { return n.Span }
func (n *Lift) Pos() Span         { return n.Span }
func (n *Back) Pos() Span         { return n.Span }
func (n *Place) Pos() Span        { return n.Span }
func (n *If) Pos() Span           { return n.Span }
func (n *Pick) Pos() Span         { return n.Span }
func (n *AllOrNothing) Pos() Span { return n.Span }
func (n *GiveUp) Pos() Span       { return n.Span }
func (n *Apply) Pos() Span        { return n.Span }

func (*Let) stmt()          {}
func (*Create) stmt()       {}
func (*Remove) stmt()       {}
func (*Migrate) stmt()      {}
func (*Act) stmt()          {}
func (*OpCall) stmt()       {}
func (*ProbeAct) stmt()     {}
func (*Notify) stmt()       {}
func (*Emit) stmt()         {}
func (*Ask) stmt()          {}
func (*Wait) stmt()         {}
func (*For) stmt()          {}
func (*Fork) stmt()         {}
func (*Join) stmt()         {}
func (*Plan) stmt()         {}
func (*Assign) stmt()       {}
func (*SetEdit) stmt()      {}
func (*Lift) stmt()         {}
func (*Back) stmt()         {}
func (*Place) stmt()        {}
func (*If) stmt()           {}
func (*Pick) stmt()         {}
func (*AllOrNothing) stmt() {}
func (*GiveUp) stmt()       {}
func (*Apply) stmt()        {}

func (n *Ident) Pos() Span  { return n.Span }
func (n *Number) Pos() Span { return n.Span }
func (n *String) Pos() Span { return n.Span }
func (n *Bool) Pos() Span   { return n.Span }
func (n *None) Pos() Span   { return n.Span }
func (n *Select) Pos() Span { return n.Span }
func (n *Call) Pos() Span   { return n.Span }
func (n *Method) Pos() Span { return n.Span }
func (n *Filter) Pos() Span { return n.Span }
func (n *Unary) Pos() Span  { return n.Span }
func (n *Binary) Pos() Span { return n.Span }
func (n *Exists) Pos() Span { return n.Span }
func (n *Over) Pos() Span   { return n.Span }
func (n *Last) Pos() Span   { return n.Span }
func (n *Cond) Pos() Span   { return n.Span }
func (n *List) Pos() Span   { return n.Span }
func (n *Bad) Pos() Span    { return n.Span }

func (*Ident) expr()  {}
func (*Number) expr() {}
func (*String) expr() {}
func (*Bool) expr()   {}
func (*None) expr()   {}
func (*Select) expr() {}
func (*Call) expr()   {}
func (*Method) expr() {}
func (*Filter) expr() {}
func (*Unary) expr()  {}
func (*Binary) expr() {}
func (*Exists) expr() {}
func (*Over) expr()   {}
func (*Last) expr()   {}
func (*Cond) expr()   {}
func (*List) expr()   {}
func (*Bad) expr()    {}
