" TUNe: a line stands one step further right than the line that opens its block.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=TuneIndent()
setlocal indentkeys=0{,0},0),0],!^F,o,O,e
setlocal nolisp
let b:undo_indent = 'setlocal indentexpr< indentkeys< lisp<'

if exists('*TuneIndent')
  finish
endif

function! TuneIndent() abort
  if s:goes_on()
    return -1
  endif
  let opener = s:opener()
  if opener == 0
    return 0
  endif
  return indent(s:head(opener)) + (getline(v:lnum) =~# '^\s*[})\]]' ? 0 : shiftwidth())
endfunction

" What a line begins with that goes on with the one before.
let s:joint = '\%(else\|then\|where\|by\|while\|and\|or\|when\)\>'
let s:operator = '\%([+*<>=!]\|->\@!\|\/[/*]\@!\)'

" The line that opens the innermost block around the line to indent, 0 outside of all. What begins in the first column is a
" declaration, unless it goes on: it is never inside of another.
function! s:opener() abort
  call cursor(v:lnum, 1)
  let skip = 'synIDattr(synID(line("."), col("."), 0), "name") =~# "String\\|Comment\\|Escape"'
  return max([0, searchpair('[{(\[]', '', '[})\]]', 'bnW', skip, search('^\%(' . s:joint . '\)\@!\a', 'bnW'))])
endfunction

" The line in which a block's head begins, if its brace stands in a line that goes on.
function! s:head(lnum) abort
  let line = a:lnum
  while s:continues(line)
    let line = s:before(line)
  endwhile
  return line
endfunction

" Whether the line to indent goes on with the one before, or is in a comment: then it stays where it is.
function! s:goes_on() abort
  if synIDattr(synID(v:lnum, 1, 0), 'name') =~# 'Comment' && getline(v:lnum) !~# '^\s*/[/*]'
    return 1
  endif
  return s:continues(v:lnum)
endfunction

" Whether a line goes on with the one before.
function! s:continues(lnum) abort
  let before = s:before(a:lnum)
  if before == 0
    return 0
  endif
  if getline(a:lnum) =~# '^\s*\%(' . s:joint . '\|' . s:operator . '\)'
    return 1
  endif
  return substitute(getline(before), '\s*//.*$', '', '') =~# '\%([=,+*<>]\|\<\%(and\|or\|then\|else\)\)\s*$'
endfunction

" The line before that is neither blank nor only a comment; 0 if there is none.
function! s:before(lnum) abort
  let line = prevnonblank(a:lnum - 1)
  while line > 0 && getline(line) =~# '^\s*//'
    let line = prevnonblank(line - 1)
  endwhile
  return line
endfunction
