-- Formats a paragraph and a comment by gq, and then all with a brace too many, which must change nothing.
vim.cmd('normal! 7Ggqip')
vim.cmd('normal! 4Ggqq')
vim.cmd([[execute "normal! Go}\<Esc>gggqG"]])
vim.cmd('normal! Gdd')
vim.cmd('write | qall!')
