-- Starts the language server `tunec lsp` for a buffer.
local M = {}

-- config is what the client is started with; what g:tune_lsp has is put over it.
function M.config()
  local config = {
    name = 'tunec',
    cmd = { vim.g.tune_tunec or 'tunec', 'lsp' },
    filetypes = { 'tune' },
    root_markers = { '.git' },
  }
  return vim.tbl_extend('force', config, vim.g.tune_lsp or {})
end

-- root is the folder that a buffer's program is in: the nearest one with a .git, else the file's own.
local function root(buffer)
  local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':p:h')
  local git = vim.fn.finddir('.git', vim.fn.escape(folder, ' ') .. ';')
  if git == '' then
    return folder
  end
  return vim.fn.fnamemodify(git, ':p:h:h')
end

local clients = {} -- by root, for a Neovim without vim.lsp.start

-- attach begins the talk about the current buffer. Neovim 0.11 and later do it by themselves: plugin/tune.lua.
function M.attach()
  if vim.lsp.enable then
    return
  end
  local buffer = vim.api.nvim_get_current_buf()
  local config = M.config()
  config.root_dir = root(buffer)
  if vim.lsp.start then
    vim.lsp.start(config)
    return
  end
  local id = clients[config.root_dir]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(config)
    clients[config.root_dir] = id
  end
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
end

return M
