-- As a user does: waits for the finding, asks for what can be done about it, takes the first, and writes the file.
local function leave(what)
  io.stderr:write(what .. '\n')
  vim.cmd('cquit 1')
end

-- wait polls for a condition, at most a minute: machines may be busy.
local function wait(what, condition)
  if not vim.wait(60000, condition, 20) then
    leave(what .. '\n' .. vim.inspect(vim.diagnostic.get(0)) .. '\n' .. vim.api.nvim_exec('messages', true))
  end
end

vim.ui.select = function(choices, _, choose)
  choose(choices[1], 1)
end

wait('no finding is shown', function()
  return #vim.diagnostic.get(0) == 1
end)
local found = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
vim.lsp.buf.code_action()
wait('no fix is offered', function()
  return vim.bo.modified
end)
wait('the finding stays', function()
  return #vim.diagnostic.get(0) == 0
end)
vim.cmd('write | qall!')
