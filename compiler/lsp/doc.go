// Package lsp is the language server: what an editor asks about .tune files while they are written.
//
// It takes the messages of the Language Server Protocol from a connection and answers them; open documents stand before
// the files of the same name. One goroutine reads, another does all the work in the order in which messages come, so
// that nothing of the state is shared; what is typed meanwhile ends a check that is out of date. It never panics on a
// request, whatever the documents hold.
//
// A newcomer reads serve (messages), document and files (texts), program (what a check says), and then one file for each
// thing that an editor can ask.
package lsp
