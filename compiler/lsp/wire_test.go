package lsp

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// rawEditor writes to a server as it likes.
type rawEditor struct {
	t    testing.TB
	conn net.Conn
	in   *textproto.Reader
	done chan error
}

func startRaw(t testing.TB) *rawEditor {
	here, there := net.Pipe()
	e := &rawEditor{t: t, conn: here, in: textproto.NewReader(bufio.NewReader(here)), done: make(chan error, 1)}
	go func() { e.done <- Serve(t.Context(), there, Options{Look: 10 * time.Millisecond}) }()
	t.Cleanup(func() { here.Close() })
	require.NoError(t, here.SetDeadline(time.Now().Add(20*time.Second)))
	return e
}

// framed is a message with its header.
func framed(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

func (e *rawEditor) write(text string) {
	e.t.Helper()
	_, err := io.WriteString(e.conn, text)
	require.NoError(e.t, err)
}

// reply is what JSON-RPC says of an answer.
type reply struct {
	ID    any                 `json:"id"`
	Error *struct{ Code int } `json:"error"`
}

func (e *rawEditor) read() reply {
	e.t.Helper()
	header, err := e.in.ReadMIMEHeader()
	require.NoError(e.t, err)
	n, err := strconv.Atoi(header.Get("Content-Length"))
	require.NoError(e.t, err)
	body := make([]byte, n)
	_, err = io.ReadFull(e.in.R, body)
	require.NoError(e.t, err)
	var r reply
	require.NoError(e.t, json.Unmarshal(body, &r))
	require.Contains(e.t, string(body), `"id"`)
	return r
}

const hello = `{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{}}`

// ended is what Serve gave.
func (e *rawEditor) ended() error {
	e.t.Helper()
	select {
	case err := <-e.done:
		return err
	case <-time.After(20 * time.Second):
		e.t.Fatal("the server does not end")
		return nil
	}
}

func TestWhatIsNoMessageIsRefusedAndTheNextOneAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		sent string
		code int
		id   any
	}{
		"no JSON":                    {framed(`{"jsonrpc":`), -32700, nil},
		"nothing":                    {framed(``), -32700, nil},
		"two values":                 {framed(`{} {}`), -32700, nil},
		"nested without end":         {framed(strings.Repeat("[", 100_000)), -32700, nil},
		"null":                       {framed(`null`), -32600, nil},
		"an empty batch":             {framed(`[]`), -32600, nil},
		"a batch":                    {framed(`[` + hello + `]`), -32600, nil},
		"a number":                   {framed(`7`), -32600, nil},
		"no method":                  {framed(`{"jsonrpc":"2.0","id":3}`), -32600, 3.0},
		"no method and no id":        {framed(`{"jsonrpc":"2.0"}`), -32600, nil},
		"a method that is no text":   {framed(`{"jsonrpc":"2.0","id":3,"method":4}`), -32600, 3.0},
		"an id that is none":         {framed(`{"jsonrpc":"2.0","id":{},"method":"shutdown"}`), -32600, nil},
		"another version":            {framed(`{"jsonrpc":"1.0","id":"x","method":"shutdown"}`), -32600, "x"},
		"no length":                  {"Content-Type: x\r\n\r\n", -32700, nil},
		"a length that is no number": {"Content-Length: ten\r\n\r\n" + hello, -32700, nil},
		"a negative length":          {"Content-Length: -5\r\n\r\n" + hello, -32700, nil},
		"too short a length":         {"Content-Length: 20\r\n\r\n" + hello, -32700, nil},
		"too long a length":          {fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(hello)+4, hello) + framed(hello), -32700, nil},
		"rubbish":                    {"GET / HTTP/1.1\r\n\r\n", -32700, nil},
		"a line without an end":      {strings.Repeat("x", 100_000), -32700, nil},
	} {
		t.Run(name, func(t *testing.T) {
			e := startRaw(t)
			go e.write(c.sent + framed(hello))
			r := e.read()
			require.NotNil(t, r.Error)
			require.Equal(t, c.code, r.Error.Code)
			require.Equal(t, c.id, r.ID)
			r = e.read()
			require.Nil(t, r.Error)
			require.Equal(t, "hello", r.ID)
		})
	}
}

func TestAnswersThatCannotBeReadAreLeftAlone(t *testing.T) {
	e := startRaw(t)
	go e.write(framed(`{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"what?"}}`) + framed(`{"jsonrpc":"2.0","id":99,"result":null}`) + framed(hello))
	require.Equal(t, "hello", e.read().ID)
}

func TestRequestsHaveTheirTime(t *testing.T) {
	call := func(id int, method string) string {
		return framed(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q}`, id, method))
	}
	e := startRaw(t)
	for i, c := range []struct {
		method string
		code   int
	}{
		{"textDocument/hover", -32002}, {"no/such", -32002}, {"shutdown", -32002}, {"initialize", 0}, {"initialize", -32600}, {"no/such", -32601},
		{"shutdown", 0}, {"textDocument/hover", -32600}, {"no/such", -32600}, {"shutdown", -32600},
	} {
		e.write(call(i, c.method))
		r := e.read()
		require.Equal(t, float64(i), r.ID)
		if c.code == 0 {
			require.Nil(t, r.Error, c.method)
			continue
		}
		require.NotNil(t, r.Error, "%d: %s", i, c.method)
		require.Equal(t, c.code, r.Error.Code, "%d: %s", i, c.method)
	}
	e.write(framed(`{"jsonrpc":"2.0","method":"exit"}`))
	require.NoError(t, e.ended())
}

func TestAnEditorThatLeavesWithoutAWordIsAFailure(t *testing.T) {
	e := startRaw(t)
	e.write(framed(hello))
	e.read()
	e.write(framed(`{"jsonrpc":"2.0","method":"exit"}`))
	require.ErrorIs(t, e.ended(), ErrNoShutdown)

	e = startRaw(t)
	require.NoError(t, e.conn.Close())
	require.ErrorIs(t, e.ended(), ErrNoShutdown)
}

func TestTheServerEndsWithItsEditor(t *testing.T) {
	editor := exec.Command("sleep", "60")
	require.NoError(t, editor.Start())
	e := startRaw(t)
	e.write(framed(fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":%d}}`, editor.Process.Pid)))
	e.read()
	require.NoError(t, editor.Process.Kill())
	require.Error(t, editor.Wait())
	require.ErrorIs(t, e.ended(), ErrNoShutdown)
}

// It may be that of an editor on another machine.
func TestAnEditorThatWasNeverSeenIsNotMissed(t *testing.T) {
	gone := exec.Command("true")
	require.NoError(t, gone.Run())
	for _, id := range []string{"null", "-1", "0", fmt.Sprint(gone.Process.Pid)} {
		e := startRaw(t)
		e.write(framed(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":` + id + `}}`))
		require.Nil(t, e.read().Error)
		select {
		case err := <-e.done:
			require.NoError(t, err, "it has ended")
		case <-time.After(50 * time.Millisecond):
		}
	}
}
