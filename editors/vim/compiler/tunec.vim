" :make checks a file, and its findings are in the quickfix list.
if exists('current_compiler')
  finish
endif
let current_compiler = 'tunec'

let &l:makeprg = get(g:, 'tune_tunec', 'tunec') . ' check %:S'
CompilerSet errorformat=%trror[%*[^]]]\ %f:%l:%c:\ %m,%tarning[%*[^]]]\ %f:%l:%c:\ %m,%-G%.%#
