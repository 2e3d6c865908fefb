-- What vim.lsp.enable('tunec') starts, Neovim 0.11 and later.
return require('tune').config()
