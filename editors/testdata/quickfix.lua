-- Checks a file by :make, then writes it in the one style by gq.
local function hold(ok, what)
  if not ok then
    io.stderr:write(what .. '\n' .. vim.inspect(vim.fn.getqflist()) .. '\n')
    vim.cmd('cquit 1')
  end
end

vim.cmd('silent make!')
local found = vim.tbl_filter(function(entry) return entry.valid == 1 end, vim.fn.getqflist())
hold(#found == 1, 'one finding is expected')
hold(found[1].lnum == 4 and found[1].type == 'e', 'an error in line 4 is expected')
vim.cmd('normal! gggqG')
vim.cmd('write | qall!')
