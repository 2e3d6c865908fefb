package lang

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar, as participle reads it: one struct for each line of the language up to the brace that opens its block.
// Blocks are read by parser.go, which goes on behind a mistake; expressions by pratt.go. One token decides everywhere
// (lookahead 0), so the first token that does not fit is the mistake.
type grammar struct {
	System    *systemLine       `parser:"@@"`
	Import    *importLine       `parser:"| @@"`
	Param     *moduleParamLine  `parser:"| @@"`
	Hosts     *hostsHead        `parser:"| @@"`
	VM        *vmHead           `parser:"| @@"`
	Component *componentHead    `parser:"| @@"`
	Attr      *attrLine         `parser:"| @@"`
	Op        *opLine           `parser:"| @@"`
	Ready     *readyLine        `parser:"| @@"`
	Field     *fieldLine        `parser:"| @@"`
	Link      *linkLine         `parser:"| @@"`
	Probe     *probeLine        `parser:"| @@"`
	Event     *eventLine        `parser:"| @@"`
	Func      *funcLine         `parser:"| @@"`
	Require   *requireLine      `parser:"| @@"`
	Budget    *budgetLine       `parser:"| @@"`
	Use       *useLine          `parser:"| @@"`
	Policy    *policyHead       `parser:"| @@"`
	State     *stateHead        `parser:"| @@"`
	Final     *finalHead        `parser:"| @@"`
	Arrow     *arrowLine        `parser:"| @@"`
	When      *whenClause       `parser:"| @@"`
	Outcome   *outcomeClause    `parser:"| @@"`
	Times     *timesClause      `parser:"| @@"`
	Scenario  *scenarioHead     `parser:"| @@"`
	At        *atLine           `parser:"| @@"`
	Clients   *clientsLine      `parser:"| @@"`
	Requests  *requestsLine     `parser:"| @@"`
	Load      *loadLine         `parser:"| @@"`
	Work      *workLine         `parser:"| @@"`
	Until     *untilLine        `parser:"| @@"`
	Fidelity  *fidelityLine     `parser:"| @@"`
	Setting   *settingLine      `parser:"| @@"`
	Test      *testHead         `parser:"| @@"`
	Seed      *seedLine         `parser:"| @@"`
	ExpectAt  *expectAtLine     `parser:"| @@"`
	Expect    *expectLine       `parser:"| @@"`
	Within    *expectWithinLine `parser:"| @@"`
	Let       *letStep          `parser:"| @@"`
	For       *forHead          `parser:"| @@"`
	Pick      *pickHead         `parser:"| @@"`
	If        *ifHead           `parser:"| @@"`
	Else      *elseHead         `parser:"| @@"`
	Fork      *forkHead         `parser:"| @@"`
	Join      *joinStep         `parser:"| @@"`
	Plan      *planHead         `parser:"| @@"`
	AllOrNone *allOrNothingHead `parser:"| @@"`
	Migrate   *migrateStep      `parser:"| @@"`
	Act       *actStep          `parser:"| @@"`
	ProbeAct  *probeActStep     `parser:"| @@"`
	Notify    *notifyStep       `parser:"| @@"`
	Emit      *emitStep         `parser:"| @@"`
	Ask       *askStep          `parser:"| @@"`
	Wait      *waitStep         `parser:"| @@"`
	Add       *addStep          `parser:"| @@"`
	Remove    *removeStep       `parser:"| @@"`
	Lift      *liftStep         `parser:"| @@"`
	Place     *placeStep        `parser:"| @@"`
	GiveUp    *giveUpStep       `parser:"| @@"`
	Apply     *applyStep        `parser:"| @@"`
	Plain     *plainStep        `parser:"| @@"`
}

// rules builds the parser the first time that a file is read.
var rules = sync.OnceValue(func() *participle.Parser[grammar] {
	return participle.MustBuild[grammar](participle.Lexer(definition{}), participle.UseLookahead(0))
})

// Declarations.
type (
	systemLine struct {
		Kind lexer.Token `parser:"@('system' | 'module')"`
		Name name        `parser:"@@"`
	}
	importLine struct {
		Path lexer.Token `parser:"'import' @String"`
	}
	moduleParamLine struct {
		Name    name       `parser:"'param' @@ ':'"`
		Func    *signature `parser:"(@@"`
		Type    *typeRef   `parser:"| @@"`
		Of      name       `parser:"('of' @@"`
		Part    name       `parser:"('.' @@)?)?)"`
		Default *expr      `parser:"('=' @@)?"`
	}
	hostsHead struct {
		Name name `parser:"'hosts' @@ '{'"`
	}
	vmHead struct {
		Name name `parser:"'vm' @@"`
		On   name `parser:"'on' @@ '{'"`
	}
	componentHead struct {
		Name      name        `parser:"'component' @@"`
		On        name        `parser:"'on' @@"`
		Bounds    bounds      `parser:"@@"`
		Initially lexer.Token `parser:"('initially' @Number)?"`
		Stateful  bool        `parser:"@'stateful'? '{'"`
	}
	attrLine struct {
		Name    name    `parser:"'attr' @@ ':'"`
		Type    typeRef `parser:"@@"`
		Default *expr   `parser:"('=' @@)?"`
	}
	opLine struct {
		Name          name     `parser:"'op' @@"`
		Params        []*param `parser:"('(' (@@ (',' @@)*)? ')')?"`
		Interrupts    bool     `parser:"(@'interrupts'"`
		UnlessDrained bool     `parser:"('unless' @'drained')?"`
		Drains        bool     `parser:"| @'drains'"`
		Undrains      bool     `parser:"| @'undrains'"`
		Weighs        bool     `parser:"| @'weighs')?"`
		Body          expr     `parser:"'=' @@"`
	}
	readyLine struct {
		Value expr `parser:"'ready' '=' @@"`
	}
	fieldLine struct {
		Name  lexer.Token `parser:"@Ident '='"`
		Value expr        `parser:"@@"`
	}
	linkLine struct {
		LeftClass   name   `parser:"'link' @@ '.'"`
		LeftRole    name   `parser:"@@"`
		LeftBounds  bounds `parser:"@@ '--'"`
		RightBounds bounds `parser:"@@"`
		RightClass  name   `parser:"@@ '.'"`
		RightRole   name   `parser:"@@"`
	}
	probeLine struct {
		Name   name    `parser:"'probe' @@ ':'"`
		Type   typeRef `parser:"@@"`
		On     name    `parser:"'on' @@"`
		Every  expr    `parser:"'every' @@"`
		Stale  *expr   `parser:"('stale' @@)?"`
		Source *expr   `parser:"('=' @@)?"`
	}
	eventLine struct {
		Name   name     `parser:"'event' @@"`
		Params []*param `parser:"('(' (@@ (',' @@)*)? ')')?"`
		When   *expr    `parser:"('when' @@"`
		Silent *expr    `parser:"| 'silent' '(' @@ ')'"`
		Every  *expr    `parser:"| 'every' @@)?"`
		For    *expr    `parser:"('for' @@)?"`
	}
	funcLine struct {
		Name   name     `parser:"'func' @@"`
		Params []*param `parser:"'(' (@@ (',' @@)*)? ')'"`
		Result *typeRef `parser:"(':' @@)?"`
		Body   setExpr  `parser:"'=' @@"`
	}
	requireLine struct {
		N     lexer.Token `parser:"'require' (@Number"`
		Ready lexer.Token `parser:"@'ready'"`
		Of    name        `parser:"'of' @@"`
		Kind  name        `parser:"| @@"`
		What  name        `parser:"'(' @@ ')'"`
		On    name        `parser:"'on' @@"`
		By    name        `parser:"('by' @@)?)"`
	}
	budgetLine struct {
		N       lexer.Token `parser:"'budget' @Number"`
		What    name        `parser:"@@"`
		AtOnce  bool        `parser:"(@'at' 'a' 'time'"`
		Per     *expr       `parser:"| 'per' @@)"`
		Across  name        `parser:"('across' @@"`
		PerHost name        `parser:"| 'per' @@ 'host')"`
	}
	useLine struct {
		Module name       `parser:"'use' @@"`
		Policy name       `parser:"('.' @@)?"`
		On     *eventName `parser:"('on' @@)?"`
		Args   *args      `parser:"@@?"`
	}
	policyHead struct {
		Name     name     `parser:"'policy' @@"`
		On       *trigger `parser:"('on' @@)?"`
		When     []*expr  `parser:"('when' @@"`
		Lossless []string `parser:"| @'lossless'"`
		Cooldown []*expr  `parser:"| 'cooldown' @@)* '{'"`
	}
	scenarioHead struct {
		Name name `parser:"'scenario' @@ '{'"`
	}
	testHead struct {
		Name     lexer.Token `parser:"'test' @String"`
		Scenario name        `parser:"('in' @@)? '{'"`
	}
)

// Parts of declarations.
type (
	typeRef struct {
		Tokens   []lexer.Token
		Set      bool `parser:"(@'['"`
		Elem     name `parser:"@@"`
		ElemPart name `parser:"('.' @@)? ']'"`
		Name     name `parser:"| @@"`
		Part     name `parser:"('.' @@)?)"`
		Optional bool `parser:"@'?'?"`
	}
	bounds struct {
		Tokens []lexer.Token
		Min    lexer.Token `parser:"'[' @(Number | '*')"`
		Max    lexer.Token `parser:"('..' @(Number | '*'))? ']'"`
	}
	signature struct {
		Tokens []lexer.Token
		Params []*param `parser:"'func' '(' (@@ (',' @@)*)? ')'"`
		Result typeRef  `parser:"':' @@"`
	}
	param struct {
		Tokens []lexer.Token
		Name   name    `parser:"@@ ':'"`
		Type   typeRef `parser:"@@"`
	}
	count struct {
		N lexer.Token `parser:"@Number"`
	}
	trigger struct {
		Tokens []lexer.Token
		Event  eventName `parser:"@@"`
		Params []*param  `parser:"('(' (@@ (',' @@)*)? ')')?"`
	}
	// eventName is an event of the system, or one of a module.
	eventName struct {
		Name   name  `parser:"@@"`
		Member *name `parser:"('.' @@)?"`
	}
)

// Lines of policies, scenarios and tests.
type (
	stateHead struct {
		Name name `parser:"'state' @@ '{'"`
	}
	finalHead struct {
		Name name        `parser:"'final' @@"`
		Open lexer.Token `parser:"@'{'?"`
	}
	arrowLine struct {
		To name `parser:"'->' @@"`
	}
	whenClause struct {
		Cond expr `parser:"'when' @@"`
	}
	outcomeClause struct {
		Success bool `parser:"'on' (@'success'"`
		Undo    bool `parser:"| 'failure' @'undo'?)"`
	}
	timesClause struct {
		N lexer.Token `parser:"'at' 'most' @Number ('times' | 'time')"`
	}
	atLine struct {
		At      expr        `parser:"'at' @@"`
		Deploy  lexer.Token `parser:"(@('deploy' | 'shutdown')"`
		All     bool        `parser:"(@'all'"`
		Classes []name      `parser:"| @@ (',' @@)*)"`
		Event   *eventName  `parser:"| 'emit' @@"`
		Args    *args       `parser:"@@?"`
		Answer  lexer.Token `parser:"| @('approve' | 'refuse' | 'clear')"`
		Policy  *policyName `parser:"@@"`
		Wish    lexer.Token `parser:"| @('pause' | 'ignore' | 'pin' | 'maintain' | 'resume')"`
		Every   bool        `parser:"(@'all'"`
		About   *wished     `parser:"| @@)"`
		Crash   lexer.Token `parser:"| @'crash'"`
		Host    *thing      `parser:"@@"`
		Fail    lexer.Token `parser:"| @('fail' | 'stall')"`
		What    name        `parser:"@@"`
		Of      *thing      `parser:"('of' @@)?"`
		Lie     lexer.Token `parser:"| @('silence' | 'lie')"`
		Metric  name        `parser:"@@"`
		Target  *thing      `parser:"'of' @@"`
		By      *expr       `parser:"('by' @@)?)"`
		For     *expr       `parser:"('for' @@)?"`
	}
	policyName struct {
		Tokens []lexer.Token
		Module name  `parser:"@@"`
		Name   *name `parser:"('.' @@)?"`
	}
	// wished is a policy, maybe of a module, or a thing.
	wished struct {
		Tokens []lexer.Token
		Text   lexer.Token   `parser:"( @String"`
		Name   name          `parser:"| @@"`
		Rest   []lexer.Token `parser:"('.' @Ident | '-' (@Ident | @Number))* )"`
	}
	// thing is a class, or an instance by its name, which may have dashes: Servlet-1, or "web.example.org".
	thing struct {
		Tokens []lexer.Token
		Text   lexer.Token   `parser:"( @String"`
		Name   name          `parser:"| @@"`
		Rest   []lexer.Token `parser:"('-' (@Ident | @Number))* )"`
	}
	clientsLine struct {
		Class  name         `parser:"'clients' 'of' @@ ':'"`
		Points []*loadPoint `parser:"@@ (',' @@)*"`
	}
	loadPoint struct {
		Tokens []lexer.Token
		Goal   *expr `parser:"( 'to' @@"`
		By     *expr `parser:"'at' @@"`
		N      *expr `parser:"| @@"`
		Until  *expr `parser:"'until' @@)"`
	}
	requestsLine struct {
		Class  name         `parser:"'requests' 'of' @@"`
		From   *expr        `parser:"( 'from' @@"`
		Points []*loadPoint `parser:"| ':' @@ (',' @@)* )"`
	}
	loadLine struct {
		Class  name         `parser:"'load' @@"`
		From   *expr        `parser:"( 'from' @@"`
		Points []*loadPoint `parser:"| ':' @@ (',' @@)* )"`
	}
	workLine struct {
		Class name `parser:"'work' @@"`
		Cost  expr `parser:"@@"`
	}
	untilLine struct {
		At expr `parser:"'until' @@"`
	}
	fidelityLine struct {
		Name name `parser:"'fidelity' @@"`
	}
	settingLine struct {
		Name  name `parser:"'set' @@"`
		Value expr `parser:"'=' @@"`
	}
	seedLine struct {
		From lexer.Token `parser:"('seed' | 'seeds') @Number"`
		To   lexer.Token `parser:"('..' @Number)?"`
	}
	expectAtLine struct {
		At   expr `parser:"'at' @@"`
		Cond expr `parser:"'expect' @@"`
	}
	expectLine struct {
		Mode lexer.Token `parser:"@('always' | 'never')"`
		Cond expr        `parser:"'expect' @@"`
	}
	expectWithinLine struct {
		At   expr `parser:"'eventually' 'within' @@"`
		Cond expr `parser:"'expect' @@"`
	}
)

// Statements.
type (
	letStep struct {
		Var   bool     `parser:"('let' | @'var')"`
		Name  name     `parser:"@@"`
		Type  *typeRef `parser:"(':' @@)?"`
		Value setExpr  `parser:"'=' @@"`
	}
	forHead struct {
		Var       name     `parser:"'for' @@"`
		Set       expr     `parser:"'in' @@"`
		By        []*expr  `parser:"('by' @@"`
		Desc      bool     `parser:"@'desc'?"`
		Where     []*expr  `parser:"| 'where' @@"`
		While     []*expr  `parser:"| 'while' @@"`
		One       []string `parser:"| @'one' 'at' 'a' 'time'"`
		AtMost    []count  `parser:"| 'at' 'most' @@ 'at' 'once'"`
		OnFailure []string `parser:"| 'on' 'failure' @('stop' | 'skip' | 'undo'))* '{'"`
	}
	pickHead struct {
		Var   name    `parser:"'pick' @@"`
		From  expr    `parser:"'from' @@"`
		By    []*expr `parser:"('by' @@"`
		Desc  bool    `parser:"@'desc'?"`
		Where []*expr `parser:"| 'where' @@"`
		While []*expr `parser:"| 'while' @@)* '{'"`
	}
	ifHead struct {
		Cond expr `parser:"'if' @@ '{'"`
	}
	elseHead struct {
		If   lexer.Token `parser:"'else' (@'if'"`
		Cond *expr       `parser:"@@)? '{'"`
	}
	forkHead struct {
		Open lexer.Token `parser:"'fork' @'{'"`
	}
	joinStep struct {
		Word lexer.Token `parser:"@'join'"`
	}
	planHead struct {
		Open lexer.Token `parser:"'plan' @'{'"`
	}
	allOrNothingHead struct {
		Open lexer.Token `parser:"'all' 'or' 'nothing' @'{'"`
	}
	migrateStep struct {
		VM     expr     `parser:"'migrate' @@"`
		To     expr     `parser:"'to' @@"`
		Within []*expr  `parser:"('within' @@"`
		Undo   []string `parser:"| @'undoable')*"`
	}
	actStep struct {
		Verb   lexer.Token `parser:"@('start' | 'stop' | 'restart' | 'allocate' | 'release' | 'fence')"`
		Object expr        `parser:"@@"`
		On     *expr       `parser:"('on' @@)?"`
		Within *expr       `parser:"('within' @@)?"`
	}
	probeActStep struct {
		Verb  lexer.Token `parser:"@('pause' | 'resume')"`
		Probe name        `parser:"'probe' @@"`
		Of    expr        `parser:"'of' @@"`
	}
	notifyStep struct {
		Text expr `parser:"'notify' @@"`
	}
	emitStep struct {
		Event eventName `parser:"'emit' @@"`
		Args  *args     `parser:"@@?"`
	}
	askStep struct {
		Text   expr  `parser:"'ask' 'operator' @@"`
		Within *expr `parser:"('within' @@)?"`
	}
	waitStep struct {
		Cond   expr  `parser:"'wait' 'until' @@"`
		Within *expr `parser:"('within' @@)?"`
	}
	addStep struct {
		Value setExpr `parser:"'add' @@"`
		Set   name    `parser:"'to' @@"`
	}
	removeStep struct {
		Value setExpr `parser:"'remove' @@"`
		Set   name    `parser:"'from' @@"`
	}
	liftStep struct {
		Verb lexer.Token `parser:"@('lift' | 'back')"`
		VM   expr        `parser:"@@"`
	}
	placeStep struct {
		VM expr `parser:"'place' @@"`
		On expr `parser:"'on' @@"`
	}
	giveUpStep struct {
		Word lexer.Token `parser:"@'give' 'up'"`
	}
	applyStep struct {
		AsListed bool `parser:"'apply' ('safely' | @'as' 'listed')?"`
	}
	// plainStep begins with a name: new = Tomcat++, t--, left -= 1, front.restart.
	plainStep struct {
		Target operand     `parser:"@@"`
		Step   lexer.Token `parser:"(@('++' | '--')"`
		Op     lexer.Token `parser:"| @('=' | '+=' | '-=')"`
		Value  *setExpr    `parser:"@@"`
		Create bool        `parser:"@'++'?)?"`
		Within *expr       `parser:"('within' @@)?"`
	}
)
