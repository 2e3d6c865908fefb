package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"go.lsp.dev/jsonrpc2"
)

// Options are what the command decides. The zero value serves.
type Options struct {
	// Version is told to the editor.
	Version string
	// Library is a folder to which modules of the library are written when an editor wants to show one. Without it, their
	// definitions can't be opened.
	Library string
	// Delay is how long the text must rest before it is checked; 0 is 25 ms.
	Delay time.Duration
	// Look is how often it is looked whether the editor's process is still there; 0 is every 3 s.
	Look time.Duration
}

const (
	defaultDelay = 25 * time.Millisecond
	defaultLook  = 3 * time.Second
)

// ErrNoShutdown says that the editor went away without a word.
var ErrNoShutdown = errors.New("the editor ended the connection without a shutdown")

// Serve answers the messages that come over rw, and closes it. It returns when the editor says so or goes away, or with
// ctx; all its goroutines have ended then. Closing rw must end a read that waits.
func Serve(ctx context.Context, rw io.ReadWriteCloser, opts Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn := jsonrpc2.NewConn(newWire(rw))
	q := &queue{signal: make(chan struct{}, 1), pending: map[jsonrpc2.ID]context.CancelFunc{}}
	s := newServer(opts, q.outdated)
	q.exited = s.exited
	q.close = func() error { _ = conn.Close(); return nil }                             // what is closed twice is closed
	s.notify = func(method string, params any) { _ = conn.Notify(ctx, method, params) } // an editor that is gone needs no news
	conn.Go(ctx, q.receive)
	go func() {
		<-ctx.Done()
		conn.Close()
	}()
	var done sync.WaitGroup
	s.request = func(method string, params any) {
		done.Go(func() { _, _ = conn.Call(ctx, method, params, nil) }) // an editor that refuses goes without
	}
	s.belongsTo = func(editor int) {
		done.Go(func() {
			outlive(ctx, editor, s.opts.Look)
			cancel()
		})
	}
	done.Go(func() { s.work(ctx, q) })
	<-conn.Done()
	cancel()
	done.Wait()
	if !s.shutDown {
		return ErrNoShutdown
	}
	return nil
}

// message is a request or a notification that waits for its turn.
type message struct {
	ctx     context.Context
	req     jsonrpc2.Request
	reply   jsonrpc2.Replier
	changes bool // the text of a document
}

// queue keeps messages in their order. It is filled by the goroutine that reads and emptied by the one that works.
type queue struct {
	mu      sync.Mutex
	waiting []message
	changes int // of the waiting ones
	pending map[jsonrpc2.ID]context.CancelFunc
	signal  chan struct{}
	exited  <-chan struct{}
	close   func() error // ends the reading
}

func (q *queue) receive(ctx context.Context, reply jsonrpc2.Replier, req jsonrpc2.Request) error {
	if req.Method() == "$/cancelRequest" {
		q.cancel(req.Params())
		return nil
	}
	m := message{ctx: ctx, req: req, reply: reply}
	q.mu.Lock()
	if call, isCall := req.(*jsonrpc2.Call); isCall {
		m.ctx, q.pending[call.ID()] = context.WithCancel(ctx)
	}
	switch req.Method() {
	case "textDocument/didChange", "textDocument/didOpen", "textDocument/didClose":
		m.changes = true
		q.changes++
	}
	q.waiting = append(q.waiting, m)
	q.mu.Unlock()
	select {
	case q.signal <- struct{}{}:
	default:
	}
	if req.Method() != "exit" {
		return nil
	}
	select { // what came before is answered first
	case <-q.exited:
	case <-ctx.Done():
	}
	return q.close()
}

func (q *queue) cancel(params json.RawMessage) {
	var of struct {
		ID jsonrpc2.ID `json:"id"`
	}
	if json.Unmarshal(params, &of) != nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if cancel := q.pending[of.ID]; cancel != nil {
		cancel()
	}
}

// take is the message that waited longest.
func (q *queue) take() (message, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.waiting = nil
		return message{}, false
	}
	m := q.waiting[0]
	q.waiting = q.waiting[1:]
	if m.changes {
		q.changes--
	}
	return m, true
}

func (q *queue) finish(req jsonrpc2.Request) {
	call, isCall := req.(*jsonrpc2.Call)
	if !isCall {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if cancel := q.pending[call.ID()]; cancel != nil {
		cancel()
		delete(q.pending, call.ID())
	}
}

// outdated says whether a change of a text waits.
func (q *queue) outdated() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.changes > 0
}

// work answers messages, and checks when the text rests.
func (s *server) work(ctx context.Context, q *queue) {
	rest, longRest := stopped(), stopped()
	defer rest.Stop()
	defer longRest.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-rest.C:
			s.guard(func() {
				if s.diagnose(ctx) {
					longRest.Reset(measureDelay * s.opts.Delay)
				}
			})
			continue
		case <-longRest.C:
			s.guard(func() { s.measure(ctx) })
			continue
		case <-q.signal:
		}
		for {
			m, some := q.take()
			if !some {
				break
			}
			s.handle(m)
			q.finish(m.req)
			if s.exit {
				close(s.exited)
				return
			}
			if s.unchecked {
				s.unchecked = false
				longRest.Stop()
				rest.Reset(s.opts.Delay)
			}
		}
	}
}

// measureDelay is how many times as long as for a check the text must rest before it is measured.
const measureDelay = 10

// stopped is a timer that waits for its first Reset.
func stopped() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

// guard runs f; a mistake of ours in it ends f alone.
func (s *server) guard(f func()) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the language server failed: %v; please report this", failure)
		}
	}()
	f()
	return nil
}

// handle answers one message.
func (s *server) handle(m message) {
	var result any
	var err error
	failed := s.guard(func() { result, err = s.answer(m) })
	if err == nil {
		err = failed
	}
	if errors.Is(err, context.Canceled) {
		result, err = nil, jsonrpc2.Errorf(requestCancelled, "cancelled")
	}
	_ = m.reply(context.WithoutCancel(m.ctx), result, err) // if it can't be sent, the editor is gone
}

// requestCancelled is the protocol's code for it.
const requestCancelled jsonrpc2.Code = -32800

func (s *server) answer(m message) (any, error) {
	if err := m.ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.outOfTurn(m.req.Method()); err != nil {
		return nil, err
	}
	method, known := methods[m.req.Method()]
	if !known {
		return nil, jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "there is no method %q", m.req.Method())
	}
	return method(s, m.ctx, m.req.Params())
}

// outOfTurn says why a method can't be asked for now: first comes initialize, once, and after shutdown only exit.
func (s *server) outOfTurn(method string) error {
	switch {
	case method == "exit":
		return nil
	case s.shutDown:
		return jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "after shutdown comes exit")
	case !s.initialized && method != "initialize":
		return jsonrpc2.Errorf(jsonrpc2.ServerNotInitialized, "the first request is initialize")
	case s.initialized && method == "initialize":
		return jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "initialize has been said already")
	}
	return nil
}

// handler answers a request, or takes a notification.
type handler func(s *server, ctx context.Context, params json.RawMessage) (any, error)

// on makes a handler of a function of the parameters.
func on[P, R any](f func(*server, context.Context, *P) (R, error)) handler {
	return func(s *server, ctx context.Context, raw json.RawMessage) (any, error) {
		p := new(P)
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, p); err != nil {
				return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "these parameters can't be read: %v", err)
			}
		}
		return f(s, ctx, p)
	}
}

// hear makes a handler of a function that takes a notification.
func hear[P any](f func(*server, *P)) handler {
	return on(func(s *server, _ context.Context, p *P) (any, error) {
		f(s, p)
		return nil, nil
	})
}
