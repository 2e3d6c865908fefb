-- Makes the indentation of all lines anew, as they stand.
vim.cmd([[normal! gg=G]])
vim.cmd('write | qall!')
