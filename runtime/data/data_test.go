package data

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	compiled "github.com/tune-autonomic/tune/compiler/check"
)

// day is a file of the public format: n lines of one percentage.
func day(v, n int) string { return strings.Repeat(fmt.Sprintf("%d\n", v), n) }

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

func gz(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.String()
}

func tarball(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, text := range files {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}))
		_, err := w.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return gz(t, b.String())
}

func TestMachinesComeInTheOrderOfUpperCasedNames(t *testing.T) {
	dir := t.TempDir()
	for name, v := range map[string]int{"b_x": 3, "bax": 2, "Aa": 1, ".hidden": 77} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(day(v, 288)), 0o644))
	}
	trace, err := ReadTrace(dir)
	require.NoError(t, err)
	require.Len(t, trace.Load, 3)
	// '_' (0x5F) sorts after upper-case letters, and would sort before lower-case ones.
	require.Equal(t, []float64{0.01, 0.02, 0.03}, []float64{trace.Load[0][0], trace.Load[1][0], trace.Load[2][0]})
	require.Equal(t, 5*time.Minute, trace.Step)
}

func TestFolderTarballAndCSVAreOneTrace(t *testing.T) {
	dir := t.TempDir()
	var csv strings.Builder
	files := map[string]string{}
	for i := range 4 {
		name := fmt.Sprintf("vm%d", i)
		files["20110303/"+name] = day(10*i, 288)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(day(10*i, 288)), 0o644))
		csv.WriteString(strings.TrimSuffix(strings.Repeat(fmt.Sprintf("%d,", 10*i), 288), ",") + "\n")
	}
	folder, err := ReadTrace(dir)
	require.NoError(t, err)
	for _, path := range []string{
		write(t, "day.tar.gz", tarball(t, files)),
		write(t, "day.csv", csv.String()),
		write(t, "crlf.csv", strings.ReplaceAll(csv.String(), "\n", "\r\n")),
		write(t, "day.csv.gz", gz(t, csv.String())),
	} {
		trace, err := ReadTrace(path)
		require.NoError(t, err, path)
		require.Equal(t, folder.Load, trace.Load, path)
		require.Equal(t, folder.Digest(), trace.Digest(), path)
	}
}

func TestLinksInAFolderLeadToMachines(t *testing.T) {
	elsewhere, dir := write(t, "vm1", day(1, 288)), t.TempDir()
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(dir, "a")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b"), []byte(day(2, 288)), 0o644))
	trace, err := ReadTrace(dir)
	require.NoError(t, err)
	require.Len(t, trace.Load, 2)
}

func TestWhatIsNoFileInAFolderIsToldOf(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	for name, make := range map[string]func(path string) error{
		"folder": func(path string) error { return os.Mkdir(path, 0o755) },
		"pipe":   func(path string) error { return exec.Command("mkfifo", path).Run() },
		"loose":  func(path string) error { return os.Symlink(nowhere, path) },
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "a"), []byte(day(2, 288)), 0o644))
		require.NoError(t, make(filepath.Join(dir, name)))
		_, err := ReadTrace(dir)
		require.ErrorContains(t, err, filepath.Join(dir, name))
	}
}

func TestAByteOrderMarkIsNoPartOfATrace(t *testing.T) {
	const mark = "\ufeff"
	trace, err := ReadTrace(write(t, "a.csv", mark+"1,2\n3,4\n"))
	require.NoError(t, err)
	require.Equal(t, [][]float64{{0.01, 0.02}, {0.03, 0.04}}, trace.Load)
	_, err = ReadTrace(filepath.Dir(write(t, "vm1", mark+day(1, 288))))
	require.NoError(t, err)
	_, err = ReadCounts(write(t, "counts.csv", mark+"period,count\n1998-07-06 00:00:00,1\n"))
	require.NoError(t, err)
}

func TestBadTracesAreRefusedWithFileAndLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty.csv", "", `empty\.csv: empty`},
		{"blank.csv", "\n\n", `blank\.csv: empty`},
		{"hole.csv", "1,2,3\n1,,3\n", `hole\.csv:2: column 2: a sample is missing`},
		{"short.csv", "1,2,3\n1,2\n", `short\.csv:2: 2 samples where the machines before have 3`},
		{"gap.csv", "1,2\n\n1,2\n", `gap\.csv:2: an empty line`},
		{"nan.csv", "1,NaN\n", `nan\.csv:1: column 2: "NaN" is not a whole percentage`},
		{"negative.csv", "1,-2\n", `negative\.csv:1: column 2: "-2" is not`},
		{"float.csv", "1,2.5\n", `float\.csv:1: column 2: "2\.5" is not`},
		{"over.csv", "1,101\n", `over\.csv:1: column 2: 101 is more than 100 %`},
		{"huge.csv", "1," + strings.Repeat("9", 400) + "\n", `huge\.csv:1: column 2: 9+… is more than 100 %`},
		{"binary.csv", "\x7fELF\x00\x01", `binary\.csv: binary data`},
		{"utf8.csv", "\xff\xfe1,2", `utf8\.csv: binary data`},
		{"cut.csv.gz", gz(t, "1,2\n3,4\n")[:20], `cut\.csv\.gz: .*(EOF|gzip)`},
		{"cut.tar.gz", gz(t, strings.Repeat("x", 700)), `cut\.tar\.gz: not a whole tar file`},
		{"none.tar.gz", tarball(t, nil), `none\.tar\.gz: no trace in it`},
		{"half.tar.gz", tarball(t, map[string]string{"d/vm": day(1, 100)}), `half\.tar\.gz/vm:100: ends after 100 samples; a day has 288`},
		{"hole.tar.gz", tarball(t, map[string]string{"d/vm": "1\n\n" + day(1, 288)}), `hole\.tar\.gz/vm:2: a sample is missing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadTrace(write(t, c.name, c.text))
			require.Error(t, err)
			require.Regexp(t, c.want, err.Error())
		})
	}
	_, err := ReadTrace(filepath.Join(t.TempDir(), "missing.csv"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestWhatUnpacksToTooMuchIsRefused(t *testing.T) {
	_, err := io.ReadAll(&bounded{strings.NewReader("1,2,3"), 4})
	require.ErrorIs(t, err, errTooBig, "it fails, rather than being cut")
	b, err := io.ReadAll(&bounded{strings.NewReader("1,2,3"), 100})
	require.NoError(t, err)
	require.Equal(t, "1,2,3", string(b))
}

func TestCountsAreRatesFromAnyMinute(t *testing.T) {
	c, err := ReadCounts(write(t, "c.csv", "period,count\n1998-07-05 23:59:00,60\n1998-07-06 00:01:00,120\n1998-07-06 00:02:00,6\n"))
	require.NoError(t, err)
	rates, err := c.Rates("1998-07-06", time.Hour, 0.5)
	require.NoError(t, err)
	require.Equal(t, []float64{0, 1, 0.05}, rates, "a minute that isn't there had no requests")
	rates, err = c.Rates("", 90*time.Second, 1)
	require.NoError(t, err)
	require.Equal(t, []float64{1, 0}, rates)
	rates, err = c.Rates("1998-07-05", 24*time.Hour, 1)
	require.NoError(t, err, "the first day began before")
	require.Len(t, rates, 24*60)
	require.Zero(t, rates[0])
	require.Equal(t, 1.0, rates[24*60-1])

	_, err = c.Rates("1999-01-01", time.Hour, 1)
	require.ErrorContains(t, err, "they reach from 1998-07-05 23:59 to 1998-07-06 00:03")
	_, err = c.Rates("yesterday", time.Hour, 1)
	require.ErrorContains(t, err, "not a date")
}

func TestBadCountsAreRefusedWithFileAndLine(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "empty"},
		{"time,n\n", `:1: the header is "time,n"`},
		{"period,count\n", "no minute in it"},
		{"period,count\n1998-07-06 00:00:00\n", `:2: two columns`},
		{"period,count\n1998-07-06 00:00:00,1,2\n", `:2: two columns`},
		{"period,count\n1998-07-06 00:00:30,1\n", `:2: "1998-07-06 00:00:30" is not a minute`},
		{"period,count\n1998-07-06 00:00:00,NaN\n", `:2: "NaN" is not a number of requests`},
		{"period,count\n1998-07-06 00:00:00,-1\n", `:2: "-1" is not`},
		{"period,count\n1998-07-06 00:00:00,1\n1998-07-06 00:00:00,1\n", `:3: 1998-07-06 00:00:00 comes twice`},
		{"period,count\n1998-07-06 00:00:00,1\n2098-07-06 00:00:00,1\n", `:3: .*more than five years`},
	} {
		_, err := ReadCounts(write(t, "c.csv", c.text))
		require.Error(t, err, c.text)
		require.Regexp(t, c.want, err.Error())
	}
}

func TestTheFinderLooksIntoTheFoldersFirst(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "planetlab-20110306.csv"), []byte("1,2\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "planetlab-20110303.csv"), []byte("1,2\n"), 0o644))
	f := Finder{Dir: dir, Offline: true}

	trace, err := f.Trace(context.Background(), "planetlab/20110306")
	require.NoError(t, err)
	require.Contains(t, trace.Origin, "it wasn't checked")

	_, err = f.Trace(context.Background(), "planetlab/20110303")
	require.ErrorContains(t, err, "not the published data")

	_, err = f.Trace(context.Background(), "planetlap/20110303")
	require.ErrorContains(t, err, "not a known name")
	_, err = f.Counts(context.Background(), "worldcup")
	require.ErrorContains(t, err, "worldcup98 is one")
}

func TestAFolderOfDataThatIsNotThereIsToldOf(t *testing.T) {
	file := write(t, "file", "")
	for _, dir := range []string{filepath.Join(t.TempDir(), "nowhere"), file} {
		f := Finder{Dir: dir, Offline: true}
		want := fmt.Sprintf("TUNE_DATA is %q, and there is no such folder: correct it, or unset it to have the data downloaded", dir)
		_, err := f.Trace(context.Background(), "planetlab/20110306")
		require.EqualError(t, err, want)
		_, err = f.Counts(context.Background(), "worldcup98")
		require.EqualError(t, err, want)
		_, err = f.Trace(context.Background(), write(t, "own.csv", "1,2\n"))
		require.NoError(t, err, "who names a file needs no folder")
	}
}

func TestADownloadIsCheckedAndKept(t *testing.T) {
	served := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served++
		fmt.Fprint(w, tarball(t, map[string]string{
			"traces-master/20110306/vm1": day(5, 288),
			"traces-master/20110303/vm1": day(7, 288),
			"traces-master/README":       "no trace",
		}))
	}))
	defer srv.Close()
	f := Finder{Cache: t.TempDir(), Homes: &Homes{PlanetLab: srv.URL}}

	trace, err := f.Trace(context.Background(), "planetlab/20110306")
	require.NoError(t, err)
	require.Equal(t, 0.05, trace.Load[0][0])
	again, err := f.Trace(context.Background(), "planetlab/20110306")
	require.NoError(t, err)
	require.Equal(t, trace.Load, again.Load)
	require.Equal(t, 1, served)

	other, err := f.Trace(context.Background(), "planetlab/20110303")
	require.NoError(t, err)
	require.Contains(t, other.Origin, "not the published data", "what has the wrong digest isn't used")
	require.Contains(t, other.Origin, "synthetic")
	left, err := os.ReadDir(f.Cache)
	require.NoError(t, err)
	require.Len(t, left, 1, "and isn't kept")
}

func TestOtherCountsUnderAPublishedNameAreRefused(t *testing.T) {
	f := Finder{Dir: t.TempDir(), Offline: true}
	path := filepath.Join(f.Dir, "fifa98-per-minute.csv")
	require.NoError(t, os.WriteFile(path, []byte("period,count\n1998-07-06 00:00:00,1\n"), 0o644))
	_, err := f.Counts(context.Background(), "worldcup98")
	require.ErrorContains(t, err, path+": not the published data: ")
	require.ErrorContains(t, err, "; to use it as it is, write its path into counts(…)")
	own, err := f.Counts(context.Background(), path)
	require.NoError(t, err)
	require.Equal(t, path, own.Origin)
}

func TestTheRealDataHaveThePublishedDigests(t *testing.T) {
	dir := os.Getenv("TUNE_DATA")
	if dir == "" {
		t.Skip("TUNE_DATA is not set")
	}
	f := Finder{Dir: dir, Offline: true}
	trace, err := f.Trace(context.Background(), "planetlab/20110303")
	require.NoError(t, err)
	require.Len(t, trace.Load, 1052)
	require.Contains(t, trace.Origin, "digest checked")
	_, err = f.Trace(context.Background(), "planetlab/20110420")
	require.NoError(t, err)
	c, err := f.Counts(context.Background(), "worldcup98")
	require.NoError(t, err)
	require.Contains(t, c.Origin, "digest checked")
}

func TestASyntheticDayHasTheStatisticsOfTheRealOne(t *testing.T) {
	f := Finder{Offline: true, Seed: 7}
	trace, err := f.Trace(context.Background(), "planetlab/20110303")
	require.NoError(t, err)
	require.Contains(t, trace.Origin, "synthetic")
	again, err := f.Trace(context.Background(), "planetlab/20110303")
	require.NoError(t, err)
	require.Equal(t, trace, again)

	for seed := range uint64(5) {
		s := measure(syntheticTrace(seed))
		require.InDelta(t, 12.3, s.mean, 0.6)
		require.InDelta(t, 17.1, s.deviation, 0.8)
		require.InDelta(t, 6.7, s.within, 0.6)
		require.InDelta(t, 0.15, s.zeros, 0.015)
		require.InDelta(t, 0.71, s.everZero, 0.04)
		require.InDelta(t, 0.08, s.neighbours, 0.025)
	}
}

// A machine that has much to do is never idle for long: were zeros dealt to all alike, a policy would have less to do.
func TestZerosAreThoseOfMachinesWithLittleLoad(t *testing.T) {
	little, much := Trace{}, Trace{}
	for _, row := range syntheticTrace(7).Load {
		switch mean := measure(Trace{Load: [][]float64{row}}).mean; {
		case mean < 5:
			little.Load = append(little.Load, row)
		case mean > 20:
			much.Load = append(much.Load, row)
		}
	}
	require.InDelta(t, 0.30, measure(little).zeros, 0.04, "measured")
	require.InDelta(t, 0.014, measure(much).zeros, 0.01, "measured")
}

func TestSyntheticCountsPeakAtTheSemiFinals(t *testing.T) {
	c, err := Finder{Offline: true, Seed: 1}.Counts(context.Background(), "worldcup98")
	require.NoError(t, err)
	rates, err := c.Rates("1998-07-06", 7*24*time.Hour, 1)
	require.NoError(t, err)
	require.Len(t, rates, 7*24*60)
	peak, at, sum := 0.0, 0, 0.0
	for i, r := range rates {
		sum += r
		if r > peak {
			peak, at = r, i
		}
	}
	require.InDelta(t, 246, sum/float64(len(rates)), 60)
	require.InDelta(t, 3824, peak, 1000)
	require.Contains(t, []int{1, 2}, at/(24*60), "on the second or third day")
}

func FuzzTrace(f *testing.F) {
	f.Add([]byte("1,2,3\n4,5,6\n"))
	f.Add([]byte("period,count\n1998-07-06 00:00:00,1\n"))
	f.Add([]byte("1,,2\n\n\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if trace, err := parseCSV("f", b); err == nil {
			again, err := parseCSV("f", trace.csv())
			require.NoError(t, err)
			require.Equal(t, trace.Load, again.Load)
		}
		if _, err := parseLines("f", b); err == nil {
			require.NotEmpty(t, b)
		}
		if c, err := parseCounts("f", b); err == nil && len(c.Minute) < 10_000 {
			_, err := c.Rates("", time.Hour, 1)
			require.NoError(t, err)
		}
		if r, _, err := unpack(bytes.NewReader(b), "f.tar.gz"); err == nil {
			_, _ = readTar(r, "f", "")
		}
	})
}

// A program is told where it is compiled which names are no data's.
func TestTheCompilerKnowsTheNamesOfData(t *testing.T) {
	f := Finder{Offline: true}
	for _, name := range []string{"planetlab/20110303", "planetlab/2011-03-03", "planetlab/2011", "planetlab", "worldcup98", "worldcup97"} {
		_, err := f.Trace(context.Background(), name)
		require.Equal(t, compiled.KnownData("trace", name), err == nil, name)
		_, err = f.Counts(context.Background(), name)
		require.Equal(t, compiled.KnownData("counts", name), err == nil, name)
	}
}

func TestALinkInATarballIsNoMachine(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "m1", Typeflag: tar.TypeSymlink, Linkname: "../elsewhere/m1"}))
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "m2", Size: 3, Mode: 0o644}))
	_, err := w.Write([]byte("10\n"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	path := filepath.Join(t.TempDir(), "day.tar")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
	_, err = ReadTrace(path)
	require.ErrorContains(t, err, "m1 is no file: pack what links lead to, tar -h")
}
