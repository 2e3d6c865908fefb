-- Prints what the colours make of each line: its words with their groups.
vim.cmd('syntax on')
local out = {}
for row = 1, vim.fn.line('$') do
  local line, spans, last = vim.fn.getline(row), {}, nil
  for col = 1, #line do
    local group = vim.fn.synIDattr(vim.fn.synID(row, col, 1), 'name'):gsub('^tune', '')
    if last and last.group == group then
      last.text = last.text .. line:sub(col, col)
    else
      last = { group = group, text = line:sub(col, col) }
      table.insert(spans, last)
    end
  end
  for i, s in ipairs(spans) do
    spans[i] = s.group == '' and s.text or ('<' .. s.group .. ' ' .. s.text .. '>')
  end
  table.insert(out, table.concat(spans))
end
io.stdout:write(table.concat(out, '\n') .. '\n')
vim.cmd('qall!')
