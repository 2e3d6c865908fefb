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
  return indent(opener) + (getline(v:lnum) =~# '^\s*[})\]]' ? 0 : shiftwidth())
endfunction

" The line that opens the innermost block around the line to indent, 0 outside of all. What begins in the first column is a
" declaration: it is never inside of another.
function! s:opener() abort
  call cursor(v:lnum, 1)
  let skip = 'synIDattr(synID(line("."), col("."), 0), "name") =~# "String\\|Comment\\|Escape"'
  return max([0, searchpair('[{(\[]', '', '[})\]]', 'bnW', skip, search('^\a', 'bnW'))])
endfunction

" Whether the line goes on with the one before, or is in a comment: then it stays where it is.
function! s:goes_on() abort
  if synIDattr(synID(v:lnum, 1, 0), 'name') =~# 'Comment' && getline(v:lnum) !~# '^\s*/[/*]'
    return 1
  endif
  if getline(v:lnum) =~# '^\s*\%(else\|then\|where\|by\|while\|and\|or\|when\)\>'
    return 1
  endif
  let before = prevnonblank(v:lnum - 1)
  while before > 0 && getline(before) =~# '^\s*//'
    let before = prevnonblank(before - 1)
  endwhile
  return before > 0 && substitute(getline(before), '\s*//.*$', '', '') =~# '\%([=,+*<>]\|\<\%(and\|or\|then\|else\)\)\s*$'
endfunction
