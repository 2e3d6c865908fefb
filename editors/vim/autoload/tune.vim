" Formatting, as formatexpr: `tunec fmt` reads the whole text, and of what it writes those lines are taken that were asked for.
" A text that it can't read stays as it is. Comments alone are wrapped by Vim itself, as while typing.

let s:comment = '^\s*\(//\|/\*\|\*\)\|^\s*$'

function! tune#format() abort
  let l:lines = getline(v:lnum, v:lnum + v:count - 1)
  if mode() =~# '[iR]' || len(filter(copy(l:lines), 'v:val !~# s:comment')) == 0
    return 1
  endif
  let l:text = systemlist(shellescape(get(g:, 'tune_tunec', 'tunec')) . ' fmt -', getline(1, '$'))
  if v:shell_error
    echohl ErrorMsg | echomsg 'tunec fmt: ' . get(l:text, 0, 'it failed') | echohl None
    return 0
  endif
  call s:replace(v:lnum, v:lnum + v:count - 1, l:text)
  return 0
endfunction

" Signs are never added or left out by the formatter: as many stand before a line of its text as before that in the buffer.
function! s:replace(first, last, text) abort
  let [l:first, l:last] = [nextnonblank(a:first), prevnonblank(a:last)]
  let l:before = s:signs(getline(1, l:first - 1))
  let l:upto = l:before + s:signs(getline(l:first, l:last))
  let [l:count, l:new] = [0, []]
  for l:line in a:text
    let l:next = l:count + s:signs([l:line])
    if l:count >= l:before && l:next <= l:upto && (l:next > l:count || !empty(l:new))
      call add(l:new, l:line)
    endif
    let l:count = l:next
  endfor
  while !empty(l:new) && l:new[-1] ==# ''
    call remove(l:new, -1)
  endwhile
  if s:signs(l:new) != l:upto - l:before
    echohl ErrorMsg | echomsg 'tunec fmt: these lines are joined with others: format more of them, or all by gggqG' | echohl None
    return
  endif
  if getline(l:first, l:last) ==# l:new
    return
  endif
  call append(l:last, l:new)
  silent execute l:first . ',' . l:last . 'delete _'
endfunction

function! s:signs(lines) abort
  return strlen(substitute(join(a:lines, ''), '\s', '', 'g'))
endfunction
