package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/tune-autonomic/tune/cmd/internal/clitest"
	"github.com/tune-autonomic/tune/cmd/internal/clitool"
	"github.com/tune-autonomic/tune/compiler"
	"github.com/tune-autonomic/tune/compiler/bundle"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tune": main})
}

// TestScripts runs testdata/script. Each script finds a bundle of every example, and of every .tune file of its own, in
// its folder.
func TestScripts(t *testing.T) {
	// Where tests run under nohup, what they start would ignore a hang-up, too, and one would wait for ever.
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(heard) }) // the scripts run on when this function has returned
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("TUNE_UPDATE") != "",
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"code": clitest.Code},
		Setup: func(e *testscript.Env) error {
			e.Setenv("TUNE_OFFLINE", "1")
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".cache"))
			examples, err := filepath.Glob("../../examples/*/*.tune")
			if err != nil {
				return err
			}
			own, err := filepath.Glob(filepath.Join(e.WorkDir, "*.tune"))
			if err != nil {
				return err
			}
			for _, path := range append(examples, own...) {
				if err := build(path, e.WorkDir); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// Where hang-ups are ignored around the tests, as under nohup, the scripts still hear them.
func TestScriptsHearHangUpsUnderNohup(t *testing.T) {
	said, err := exec.Command("sh", "-c", `trap "" HUP; exec "$0" -test.run '^TestScripts$/^hangup$'`, os.Args[0]).CombinedOutput()
	require.NoError(t, err, string(said))
}

// A simulation that is stopped says so in a sentence, and leaves nothing behind.
func TestASimulationCanBeStopped(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, build("../../examples/shop/shop.tune", dir))
	ctx, stop := context.WithCancel(context.Background())
	stop()
	app := newApp(ctx)
	var said, failed bytes.Buffer
	app.Writer, app.ErrWriter = &said, &failed
	report := filepath.Join(dir, "report")
	code := clitool.Run(app, clitool.Spread(app, []string{"tune", "sim", filepath.Join(dir, "shop.tuneb"), "--report", report}))
	require.Equal(t, 1, code)
	require.Regexp(t, `^tune: stopped .*; nothing was written\n$`, failed.String())
	require.Empty(t, said.String())
	require.NoDirExists(t, report)
}

// A pipe that nobody writes to keeps nobody from stopping, be it read for the bundle or for the loads.
func TestWhoReadsAPipeCanBeStopped(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, build("../../examples/datacenter/datacenter.tune", dir))
	bundle, pipe := filepath.Join(dir, "datacenter.tuneb"), filepath.Join(dir, "pipe")
	require.NoError(t, exec.Command("mkfifo", pipe).Run())
	for _, args := range [][]string{{"sim", pipe}, {"sim", bundle, "--trace", pipe}, {"run", bundle, "--trace", pipe}} {
		ctx, stop := context.WithCancel(context.Background())
		time.AfterFunc(200*time.Millisecond, stop)
		app := newApp(ctx)
		var failed bytes.Buffer
		app.Writer, app.ErrWriter = io.Discard, &failed
		require.Equal(t, 1, clitool.Run(app, clitool.Spread(app, append([]string{"tune"}, args...))))
		require.Regexp(t, `^tune: stopped while .* read, before the run began; nothing was written\n$`, failed.String())
	}
}

func build(path, dir string) error {
	r := compiler.Compile(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	if r.Program == nil {
		return fmt.Errorf("%s: %v", path, r.Findings)
	}
	data, err := bundle.Encode(r.Program, bundle.Options{Version: 1})
	if err != nil {
		return err
	}
	out := strings.TrimSuffix(filepath.Base(path), ".tune") + ".tuneb"
	return os.WriteFile(filepath.Join(dir, out), data, 0o644)
}

// A class for most of whose machines there is no room is deployed in a time that grows with their number, not its square.
func TestManyMachinesWithoutRoomAreToldSoon(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "crowd.tune")
	require.NoError(t, os.WriteFile(path, []byte(`system crowd
hosts h { nodes = ["a", "b"]  cores = 4  memory = 8GiB }
vm v on h { count = 100000  memory = 64MiB }
scenario short { until 1ms }
`), 0o644))
	require.NoError(t, build(path, dir))
	var failed bytes.Buffer
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	app := newApp(ctx)
	app.Writer, app.ErrWriter = io.Discard, &failed
	require.Equal(t, 1, clitool.Run(app, clitool.Spread(app, []string{"tune", "sim", filepath.Join(dir, "crowd.tuneb"), "--quiet"})))
	require.Contains(t, failed.String(), "create v-257: no host of h can take it: a lacks 64 MiB of memory, b lacks 64 MiB of memory")
}
