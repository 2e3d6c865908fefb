" Vim syntax file for TUNe (https://github.com/tune-autonomic/tune)
" Printed from editors/templates/tune.vim by: go test ./editors -update

if exists('b:current_syntax')
  finish
endif

" Vim takes the last pattern that fits, so what holds in few places stands below what holds in many.
syn match tuneOperator "->\|++\|--\|+=\|-=\|==\|!=\|<=\|>=\|\.\.\|[-+*/<>=?]"
syn match tuneJunk     "[&|!#'%`~^@$\\]"
syn match tuneOperator "!="

" What can never be a name.
syn keyword tuneKeyword  otherwise exists policy within false final state where while else fork func join none plan then true when and for let not var by if in or
syn keyword tuneOperator and or not in exists
syn keyword tuneConstant true false none
syn keyword tuneSelf     it new

" What goes on with what another word began: behind a word, a number or a bracket, and before no sign.
syn match tuneClause "\%([0-9A-Za-z_)\]}\"?%]\s\|\s\s\|^\)\@2<=\%(interrupts\|initially\|cooldown\|lossless\|maintain\|operator\|shutdown\|stateful\|undoable\|undrains\|approve\|drained\|failure\|nothing\|silence\|success\|across\|deploy\|drains\|expect\|ignore\|listed\|refuse\|safely\|silent\|unless\|weighs\|clear\|crash\|every\|stale\|stall\|times\|desc\|fail\|from\|host\|last\|most\|once\|over\|skip\|time\|undo\|lie\|one\|per\|pin\|as\|of\|on\|to\|up\|all\|until\|probe\|stop\)\>\ze\s*\%($\|[0-9A-Za-z_\"({\[}]\|//\|/\*\|->\)"
syn match tuneClause "\<at a time\>\|\<at once\>\|\<at\ze\s\+\%(most\>\|\d\)\|\<until\ze\s\+\d\|\<\%(per\|to\)\ze\s\+\d"

syn match tuneFunction "\<\h\w*\ze("
syn match tuneField    "\%(^\|[ \t{]\)\@1<=\h\w*\ze\s*=\%([^=]\|$\)"
syn match tuneField    "\<\h\w*\ze\s*:"
syn match tuneClause   "\%([0-9A-Za-z_)]\s\)\@2<=\%(interrupts\|drained\|drains\|undrains\|weighs\)\>\ze\s*="
syn match tuneType     "\%(:\s*\[\?\)\@<=\%(duration\|percent\|secret\|string\|bytes\|float\|bool\|rate\|int\)\>"

" What has a meaning where a line begins, and may be a name elsewhere.
syn match tuneMember    "\%(^\s*\|[{;]\s*\)\@<=\%(eventually\|fidelity\|requests\|clients\|always\|final\|never\|ready\|seeds\|state\|until\|attr\|load\|seed\|work\|set\|at\|op\)\>\%(\s*\%([.:=,\[<>]\|++\|--\|[-+]=\)\)\@!"
syn match tuneStatement "\%(^\s*\|[{;]\s*\)\@<=\%(allocate\|migrate\|release\|restart\|notify\|remove\|resume\|apply\|fence\|pause\|place\|start\|back\|emit\|fork\|give\|join\|lift\|pick\|plan\|stop\|wait\|add\|all\|ask\|for\|let\|var\|if\)\>\%(\s*\%([.:=,\[<>]\|++\|--\|[-+]=\)\)\@!"
syn match tuneMember    "\%(^\|[ \t{;]\)\@1<=attr\>\ze\s\+\h"
syn match tuneMember    "\%(^\|[ \t{;]\)\@1<=op\>\ze\s\+\h" nextgroup=tuneOperation skipwhite
syn match tuneOperation "\h\w*" contained
syn match tuneClause    "\<\%(clients\|requests\)\s\+of\>" nextgroup=tuneName skipwhite

" What begins a declaration or a state, and the name that it gives.
syn match tuneDeclaration "^\s*\%(component\|scenario\|require\|budget\|import\|module\|policy\|system\|event\|hosts\|param\|probe\|func\|link\|test\|use\|vm\)\>\ze\s\+[0-9A-Za-z_\"]" nextgroup=tuneName skipwhite
syn match tuneName        "\h\w*" contained
syn keyword tuneDeclaration state final nextgroup=tuneLabel skipwhite
syn keyword tuneDeclaration func policy nextgroup=tuneName skipwhite
syn match tuneLabel       "\h\w*" contained
syn match tuneOperator    "->" nextgroup=tuneLabel skipwhite

" Behind a dot no word has a meaning of its own.
syn match tuneProperty "\.\@1<!\.\s*\h\w*"hs=s+1 contains=NONE
syn match tuneProperty "\.\@1<!\.\s*\h\w*\ze("hs=s+1

" A number with the unit that is glued to it.
syn match tuneBadUnit "\<\d\+\%(\.\d\+\)\?\%(e[-+]\?\d\+\)\?\h\w*"
syn match tuneNumber  "\<\d\+\%(\.\d\+\)\?\%(e[-+]\?\d\+\)\?\>"
syn match tuneNumber  "\<\d\+\%(\.\d\+\)\?\%(e[-+]\?\d\+\)\?\%(Gbit/s\|Mbit/s\|kbit/s\|bit/s\|GiB\|KiB\|MiB\|TiB\|min\|ms\|ns\|us\|%\|B\|d\|h\|s\)[0-9A-Za-z_/]\@!"

syn match  tuneBadEscape "\\[^nt\"\\]" contained
syn region tuneHole   matchgroup=tuneEscape start="{" end="}" end="\ze\"" oneline contained contains=tuneProperty,tuneFunction,tuneNumber,tuneOperator,tuneKeyword,tuneConstant,tuneSelf
syn match  tuneEscape    "\\[nt\"\\]\|{{\|}}" contained
syn region tuneString start=+"+ skip=+\\.+ end=+"+ oneline contains=tuneEscape,tuneBadEscape,tuneHole

syn keyword tuneTodo     TODO FIXME XXX NOTE contained
syn match   tuneComment "//.*" contains=tuneTodo,@Spell
syn region  tuneComment start="/\*" end="\*/" contains=tuneTodo,@Spell

syn sync minlines=200

hi def link tuneOperator    Operator
hi def link tuneJunk        Error
hi def link tuneKeyword     Statement
hi def link tuneConstant    Constant
hi def link tuneSelf        Special
hi def link tuneClause      Keyword
hi def link tuneFunction    Function
hi def link tuneOperation   Function
hi def link tuneField       Identifier
hi def link tuneType        Type
hi def link tuneMember      Keyword
hi def link tuneStatement   Statement
hi def link tuneDeclaration Keyword
hi def link tuneName        Type
hi def link tuneLabel       PreProc
hi def link tuneProperty    Identifier
hi def link tuneBadUnit     Error
hi def link tuneNumber      Number
hi def link tuneEscape      SpecialChar
hi def link tuneBadEscape   Error
hi def link tuneString      String
hi def link tuneTodo        Todo
hi def link tuneComment     Comment

let b:current_syntax = 'tune'
