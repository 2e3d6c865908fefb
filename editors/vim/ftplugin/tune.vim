" TUNe: comments, formatting, and the language server where Vim has a client of its own.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

let b:undo_ftplugin = 'setlocal commentstring< comments< formatoptions< formatexpr< expandtab< shiftwidth< softtabstop< suffixesadd<'

setlocal commentstring=//\ %s
setlocal comments=s1:/*,mb:*,ex:*/,://
setlocal formatoptions-=t formatoptions+=croql
setlocal expandtab shiftwidth=2 softtabstop=2
setlocal suffixesadd=.tune
setlocal formatexpr=tune#format()

if executable(get(g:, 'tune_tunec', 'tunec'))
  compiler tunec
  if has('nvim')
    lua require('tune').attach()
  endif
endif
