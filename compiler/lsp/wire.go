package lsp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.lsp.dev/jsonrpc2"
)

// wire frames messages: a header with the length of what follows, an empty line, and the message. What is no message is
// answered with an error of JSON-RPC, and the next header is looked for: only the end of the connection ends it. One
// goroutine reads, and any may write.
type wire struct {
	conn io.ReadWriteCloser
	in   *bufio.Reader
	// lost says that what comes may be the rest of what was refused, and is not told again.
	lost    bool
	writing sync.Mutex
}

func newWire(conn io.ReadWriteCloser) *wire { return &wire{conn: conn, in: bufio.NewReader(conn)} }

// maxMessage is the length of a message that is still read: a file of the largest size, with each byte escaped.
const maxMessage = 6 * maxFile

// Read implements jsonrpc2.Stream.
func (w *wire) Read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		body, err := w.body()
		if err != nil {
			return nil, 0, err
		}
		m, id, refused := decode(body)
		if m != nil {
			w.lost = false
			return m, int64(len(body)), nil
		}
		if refused == nil {
			continue
		}
		w.lost = refused.Code == jsonrpc2.ParseError // its header may have told a wrong length
		if err := w.refuse(id, refused); err != nil {
			return nil, 0, err
		}
	}
}

// body is what stands behind the next header that can be read.
func (w *wire) body() ([]byte, error) {
	for {
		length, garbled, err := w.header()
		if err != nil {
			return nil, err
		}
		if garbled && !w.lost {
			w.lost = true
			if err := w.refuse(nil, jsonrpc2.Errorf(jsonrpc2.ParseError, "this is no header; one is Content-Length: and how many bytes follow the empty line")); err != nil {
				return nil, err
			}
		}
		switch {
		case length < 0:
		case length > maxMessage:
			if err := w.refuse(nil, jsonrpc2.Errorf(jsonrpc2.ParseError, "a message of %d bytes is too long, at most %d are read", length, maxMessage)); err != nil {
				return nil, err
			}
			if _, err := io.CopyN(io.Discard, w.in, length); err != nil {
				return nil, err
			}
		default:
			var body bytes.Buffer // grows with what comes, whatever the header has promised
			_, err := io.CopyN(&body, w.in, length)
			return body.Bytes(), err
		}
	}
}

// header reads up to an empty line. The length is negative if it isn't told; garbled says that something else stood there.
func (w *wire) header() (length int64, garbled bool, err error) {
	length = -1
	for n := 0; ; n++ {
		line, err := w.line()
		if err != nil {
			return 0, false, err
		}
		if line == "" {
			return length, garbled || length < 0 && n > 0, nil
		}
		name, value, _ := strings.Cut(line, ":")
		if rest := strings.LastIndex(line, contentLength+":"); rest > 0 { // behind what was no header
			garbled, name, value = true, contentLength, line[rest+len(contentLength)+1:]
		}
		switch {
		case strings.EqualFold(name, contentLength):
			length = lengthIn(value)
		case !strings.EqualFold(name, "Content-Type"):
			garbled = true
		}
	}
}

const contentLength = "Content-Length"

// lengthIn is the number in a header; negative if it is none.
func lengthIn(value string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// line is the next line, without blanks around it; of one that no header has, its end.
func (w *wire) line() (string, error) {
	var line []byte
	for {
		part, err := w.in.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return strings.TrimSpace(string(line)), err
		}
		line = slices.Clone(line[max(0, len(line)-2*len(contentLength)):])
	}
}

// decode reads a message. If it is none, it says why not and whose answer that is; an answer of the editor that can't be
// read is nobody's business.
func decode(body []byte) (m jsonrpc2.Message, id json.RawMessage, refused *jsonrpc2.Error) {
	if !json.Valid(body) {
		return nil, nil, jsonrpc2.Errorf(jsonrpc2.ParseError, "this is no JSON")
	}
	invalid := func(msg string) (jsonrpc2.Message, json.RawMessage, *jsonrpc2.Error) {
		return nil, id, jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%s", msg)
	}
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		return invalid("several messages in one are not read: send them one by one")
	}
	var parts map[string]json.RawMessage
	if json.Unmarshal(body, &parts) != nil || parts == nil {
		return invalid("a message is an object")
	}
	_, result := parts["result"]
	_, failure := parts["error"]
	if answers := parts["method"] == nil && (result || failure); answers {
		m, err := jsonrpc2.DecodeMessage(body)
		if err != nil {
			return nil, nil, nil
		}
		return m, nil, nil
	}
	if name := parts["id"]; name != nil {
		if c := name[0]; c != '"' && c != '-' && (c < '0' || c > '9') {
			return invalid("an id is a text or a number")
		}
		id = name
	}
	m, err := jsonrpc2.DecodeMessage(body)
	if _, isRequest := m.(jsonrpc2.Request); err != nil || !isRequest {
		return invalid("this is no request of JSON-RPC 2.0, which has a method")
	}
	return m, id, nil
}

// refuse answers what is no request; without an id nobody knows whose it was.
func (w *wire) refuse(id json.RawMessage, why *jsonrpc2.Error) error {
	if id == nil {
		id = json.RawMessage("null")
	}
	return w.send(map[string]any{"jsonrpc": jsonrpc2.Version, "id": id, "error": why})
}

// Write implements jsonrpc2.Stream.
func (w *wire) Write(ctx context.Context, m jsonrpc2.Message) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return 0, w.send(m)
}

func (w *wire) send(m any) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	w.writing.Lock()
	defer w.writing.Unlock()
	_, err = w.conn.Write(fmt.Appendf(nil, "%s: %d\r\n\r\n%s", contentLength, len(data), data))
	return err
}

// Close implements jsonrpc2.Stream.
func (w *wire) Close() error { return w.conn.Close() }
