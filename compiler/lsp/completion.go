package lsp

type tokensSent struct{}
