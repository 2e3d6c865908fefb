-- Takes the indentation of all lines but of those that go on with others, and lets the plugin make it anew.
vim.cmd([[silent %s/^\s\+\ze[^ e]//]])
vim.cmd([[normal! gg=G]])
vim.cmd('write | qall!')
