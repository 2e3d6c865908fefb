package files

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASetIsReplacedAsAWhole(t *testing.T) {
	dir := t.TempDir()
	a, b, c := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv"), filepath.Join(dir, "c.json")
	require.NoError(t, WriteSet(File{a, saying("a1")}, File{b, saying("b1")}, File{c, saying("c1")}))
	full := func(io.Writer) error { return errors.New("the disk is full") }
	require.ErrorContains(t, WriteSet(File{a, saying("a2")}, File{b, saying("b2")}, File{c, full}), "the disk is full")
	require.Equal(t, []string{"a1", "b1", "c1"}, []string{read(t, a), read(t, b), read(t, c)})
	requireOnly(t, dir, 3)
	require.NoError(t, WriteSet(File{a, saying("a2")}, File{b, saying("b2")}, File{c, saying("c2")}))
	require.Equal(t, []string{"a2", "b2", "c2"}, []string{read(t, a), read(t, b), read(t, c)})
	requireOnly(t, dir, 3)
}

// Between two renames nothing can be undone any more, but it shows: the seal is missing.
func TestASetThatCouldNotBeExchangedHasNoSeal(t *testing.T) {
	dir := t.TempDir()
	a, b, seal := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv"), filepath.Join(dir, "seal.json")
	require.NoError(t, WriteSet(File{a, saying("a1")}, File{b, saying("b1")}, File{seal, saying("1")}))
	inTheWay := func(w io.Writer) error {
		return errors.Join(os.Remove(b), os.Mkdir(b, 0o755), saying("2")(w))
	}
	require.Error(t, WriteSet(File{a, saying("a2")}, File{b, saying("b2")}, File{seal, inTheWay}))
	require.NoFileExists(t, seal)
}

func TestSetsThatAreWrittenAtOnceAreNotMixed(t *testing.T) {
	dir := t.TempDir()
	names := []string{"a.csv", "b.csv", "c.csv", "seal.json"}
	for range 300 {
		ended := make(chan error)
		for _, text := range []string{"1", "2"} {
			var set []File
			for _, name := range names {
				set = append(set, File{filepath.Join(dir, name), saying(text)})
			}
			go func() { ended <- WriteSet(set...) }()
		}
		require.NoError(t, errors.Join(<-ended, <-ended))
		for _, name := range names {
			require.Equal(t, read(t, filepath.Join(dir, "seal.json")), read(t, filepath.Join(dir, name)), name)
		}
	}
	requireOnly(t, dir, len(names))
}

func TestWhatAKilledProcessHasLeftIsRemovedByTheNext(t *testing.T) {
	dir := t.TempDir()
	a, seal := filepath.Join(dir, "a.csv"), filepath.Join(dir, "seal.json")
	for _, left := range []string{".a.csv-0badcafe", ".seal.json-00000000", ".a.csv-notes", ".b.csv-0badcafe", "a.csv-0badcafe"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, left), []byte("half"), 0o600))
	}
	require.NoError(t, WriteSet(File{a, saying("a")}, File{seal, saying("1")}))
	requireOnly(t, dir, 5)
	require.NoFileExists(t, filepath.Join(dir, ".a.csv-0badcafe"))
	require.NoFileExists(t, filepath.Join(dir, ".seal.json-00000000"))
}

func TestASetRefusesWhatIsNoFileBeforeItWritesAny(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	require.NoError(t, os.WriteFile(a, []byte("old"), 0o600))
	require.NoError(t, os.Mkdir(b, 0o755))
	require.EqualError(t, WriteSet(File{a, saying("new")}, File{b, saying("new")}), b+" is no file that could be replaced")
	require.Equal(t, "old", read(t, a))
	requireOnly(t, dir, 2)
}
