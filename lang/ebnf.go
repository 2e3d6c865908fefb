package lang

import (
	"regexp"
	"sort"
	"strings"
	"sync"
	"unicode"
)

// ebnf is the grammar of the lines, as participle prints it: name and right side.
var ebnf = sync.OnceValue(func() map[string]string {
	productions := map[string]string{}
	for _, line := range strings.Split(rules().String(), "\n") {
		if name, body, ok := strings.Cut(line, " = "); ok && name != "Grammar" {
			productions[name] = strings.TrimSuffix(body, " .")
		}
	}
	return productions
})

var quotedWord = regexp.MustCompile(`"([a-z]+)"`)

// ruleWords lists the words in the rule of one line, by the name of its type. Each line that is read asks for them.
func ruleWords(typeName string) []string { return wordsOfRules()[productionName(typeName)] }

var wordsOfRules = sync.OnceValue(func() map[string][]string {
	words := map[string][]string{}
	for name, body := range ebnf() {
		for _, m := range quotedWord.FindAllStringSubmatch(body, -1) {
			words[name] = append(words[name], m[1])
		}
	}
	return words
})

func productionName(typeName string) string {
	if typeName == "" {
		return ""
	}
	return string(unicode.ToUpper(rune(typeName[0]))) + typeName[1:]
}

// blocks is how lines make up blocks, and expressions: what parser.go and pratt.go read without participle.
var blocks = [][2]string{
	{"File", `SystemLine (ImportLine | Declaration)*`},
	{"Declaration", `ModuleParamLine | Hosts | VM | Component | LinkLine | ProbeLine | EventLine | FuncLine | RequireLine | BudgetLine | UseLine | Policy | Scenario | Test`},
	{"Hosts", `HostsHead (AttrLine | FieldLine)* "}"`},
	{"VM", `VmHead (AttrLine | FieldLine)* "}"`},
	{"Component", `ComponentHead (AttrLine | OpLine | ReadyLine)* "}"`},
	{"Policy", `PolicyHead (State Transition*)* "}"`},
	{"Transition", `ArrowLine (WhenClause | OutcomeClause | "otherwise" | TimesClause)*`},
	{"State", `StateHead Step* "}" | FinalHead (Step* "}")?`},
	{"Scenario", `ScenarioHead (AtLine | ClientsLine | RequestsLine | LoadLine | WorkLine | UntilLine | FidelityLine | SettingLine | RequireLine)* "}"`},
	{"Test", `TestHead (SeedLine | ExpectAtLine | ExpectLine | ExpectWithinLine | AtLine | ClientsLine | RequestsLine | LoadLine | WorkLine | UntilLine | FidelityLine | SettingLine | RequireLine)* "}"`},
	{"Step", `LetStep | For | If | Fork | JoinStep | Plan | MigrateStep | ActStep | ProbeActStep | NotifyStep | EmitStep | AskStep | WaitStep | PlanStep | PlainStep`},
	{"PlanStep", `AddStep | RemoveStep | LiftStep | PlaceStep | Pick | AllOrNothing | GiveUpStep | ApplyStep`},
	{"For", `ForHead Step* "}"`},
	{"Pick", `PickHead Step* "}"`},
	{"If", `IfHead Step* "}" (ElseHead Step* "}")*`},
	{"Fork", `ForkHead Step* "}"`},
	{"Plan", `PlanHead Step* "}"`},
	{"AllOrNothing", `AllOrNothingHead Step* "}"`},
	{"Set", `Expr ("where" Expr)*`},
	{"Expr", `"if" Expr "then" Expr "else" Expr | And ("or" And)*`},
	{"And", `Not ("and" Not)*`},
	{"Not", `"not" Not | Comparison`},
	{"Comparison", `Sum (("==" | "!=" | "<" | "<=" | ">" | ">=" | "not"? "in") Sum | "exists")?`},
	{"Sum", `Product (("+" | "-") Product)*`},
	{"Product", `Sign (("*" | "/") Sign)*`},
	{"Sign", `"-" Sign | History`},
	{"History", `Operand (("over" | "last") Operand)*`},
	{"Operand", `(<ident> (Query | Args)? | <number> | <string> | "true" | "false" | "none" | "(" Set ")" | "[" (Expr ("," Expr)*)? "]") ("." <ident> Args?)*`},
	{"Args", `"(" (Arg ("," Arg)*)? ")"`},
	{"Query", `"(" Arg ("by" Expr "desc"? | "where" Expr)* ("," Arg)* ")"`},
	{"Arg", `(<ident> ":")? Set`},
}

var readByHand = strings.NewReplacer("setExpr", "Set", "expr", "Expr", "operand", "Operand", "args", "Args", "name", "<ident>")

// Grammar prints the language as EBNF: the rules that participle reads, and the blocks and expressions around them.
func Grammar() string {
	var b strings.Builder
	for _, p := range blocks {
		b.WriteString(p[0] + " = " + p[1] + " .\n")
	}
	lines := ebnf()
	names := make([]string, 0, len(lines))
	for name := range lines {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		b.WriteString(name + " = " + readByHand.Replace(lines[name]) + " .\n")
	}
	return b.String()
}
