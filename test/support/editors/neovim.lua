-- Does in Neovim what a user does, and writes what came of it as JSON. Arguments: the configuration, the experiment, the answer.
local config, file, answer = vim.env.LOOKALIKE_CONFIG, vim.env.LOOKALIKE_FILE, vim.env.LOOKALIKE_ANSWER
local done = {}

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n'
end

local function wait(condition, what)
  if not vim.wait(30000, condition, 20) then
    error('waited in vain for ' .. what)
  end
end

local function diagnostics()
  return vim.tbl_map(function(one)
    return one.message
  end, vim.diagnostic.get(0))
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 30000)
  for _, one in pairs(answers or {}) do
    if one.result then
      return one.result
    end
  end
end

local function place(line, character)
  local document = vim.lsp.util.make_text_document_params()
  return { textDocument = document, position = { line = line, character = character } }
end

local function run()
  dofile(config)
  vim.cmd('edit ' .. vim.fn.fnameescape(file))
  done.filetype, done.expandtab, done.comment = vim.bo.filetype, vim.bo.expandtab, vim.bo.commentstring
  wait(function()
    return #vim.diagnostic.get(0) > 0
  end, 'diagnostics')
  done.diagnostics = diagnostics()

  -- The quick fix of the first diagnostic, as vim.lsp.buf.code_action() asks for it.
  local first = vim.diagnostic.get(0)[1]
  local lsp = first.user_data and first.user_data.lsp or {}
  local range = {
    start = { line = first.lnum, character = first.col },
    ['end'] = { line = first.end_lnum, character = first.end_col },
  }
  local given = vim.tbl_extend('force', lsp, {
    range = range,
    severity = first.severity,
    message = first.message,
    source = first.source,
    code = first.code or lsp.code,
  })
  local params = { textDocument = place(0, 0).textDocument, range = range, context = { diagnostics = { given } } }
  local actions = ask('textDocument/codeAction', params)
  done.actions = vim.tbl_map(function(one)
    return one.title
  end, actions)
  local client = vim.tbl_values(vim.lsp.buf_get_clients(0))[1]
  vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
  wait(function()
    return #vim.diagnostic.get(0) == 0
  end, 'the fix')
  done.fixed = text()

  local items = ask('textDocument/completion', place(4, 0))
  done.completion = vim.tbl_map(function(one)
    return one.label
  end, items.items or items)

  local rename = place(3, 20)
  rename.newName = 'faces'
  vim.lsp.util.apply_workspace_edit(ask('textDocument/rename', rename), client.offset_encoding)
  done.renamed = text()

  local formatted = ask('textDocument/formatting', {
    textDocument = place(0, 0).textDocument,
    options = { tabSize = 2, insertSpaces = true },
  })
  vim.lsp.util.apply_text_edits(formatted, 0, client.offset_encoding)
  done.formatted = text()
end

local ok, problem = pcall(run)
if not ok then
  done.problem = tostring(problem)
end
vim.fn.writefile({ vim.fn.json_encode(done) }, answer)
vim.cmd('qall!')
