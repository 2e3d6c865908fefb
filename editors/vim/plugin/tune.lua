if vim.lsp.enable and vim.fn.executable(vim.g.tune_tunec or 'tunec') == 1 then
  vim.lsp.enable('tunec')
end
