package data

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// published has the digests of the data whose figures the documentation quotes.
var published = map[string]string{
	"planetlab/20110303": "5c3528c8adf1ec939814aa0a92375899f25c99703b449c33155a7227fc0e5bb2",
	"planetlab/20110420": "6e62a650cef9ace470bb4f54a216ff08b9924eac6fe2e2fc136c15aa85bd88b4",
	"worldcup98":         "d05038f98af96f6fab054f90445e02a68f37fd00a79c23f45b9b48e5ec91fb8e",
}

const worldCup = "worldcup98"

var planetLabName = regexp.MustCompile(`^planetlab/(\d{8})$`)

// Finder finds loads by name. The zero Finder looks at public homes only; Default is what commands use.
type Finder struct {
	// Dir holds the user's data: planetlab-20110303.csv.gz, planetlab/20110303 (a folder, .tar or .tar.gz),
	// fifa98-per-minute.csv.gz; it is $TUNE_DATA, and must be there. Cache is where downloads are kept. Either may be empty.
	Dir, Cache string
	// Offline skips the download.
	Offline bool
	// Seed makes synthetic loads.
	Seed uint64
	// Homes are where the public data live; nil for the well-known ones.
	Homes *Homes
	// Client downloads; nil for the default one.
	Client *http.Client
}

// Default is a Finder that looks into $TUNE_DATA, then into the user's cache folder, then at the public homes unless
// $TUNE_OFFLINE is set.
func Default(seed uint64) Finder {
	f := Finder{Dir: os.Getenv("TUNE_DATA"), Offline: os.Getenv("TUNE_OFFLINE") != "", Seed: seed}
	if dir, err := os.UserCacheDir(); err == nil {
		f.Cache = filepath.Join(dir, "tune")
	}
	return f
}

// Trace finds the CPU trace called name: "planetlab/20110303", or the path of a file or folder.
func (f Finder) Trace(ctx context.Context, name string) (Trace, error) {
	m := planetLabName.FindStringSubmatch(name)
	if m == nil {
		if _, err := os.Stat(name); err == nil {
			return ReadTrace(name)
		}
		return Trace{}, fmt.Errorf("trace %q: no such file, and not a known name; planetlab/YYYYMMDD is one", name)
	}
	day := m[1]
	path, err := f.find("planetlab-"+day+".csv.gz", "planetlab-"+day+".csv", "planetlab/"+day, "planetlab/"+day+".tar.gz", "planetlab/"+day+".tar")
	if err != nil {
		return Trace{}, err
	}
	if path != "" {
		t, err := ReadTrace(path)
		if err != nil {
			return Trace{}, err
		}
		checked, err := check(name, t.Digest())
		if err != nil {
			return Trace{}, fmt.Errorf("%s: %w; to use it as it is, give it by --trace", path, err)
		}
		t.Origin = path + checked
		return t, nil
	}
	t, err := f.fetchTrace(ctx, day)
	if err == nil {
		var checked string
		if checked, err = check(name, t.Digest()); err == nil {
			t.Origin += checked
			f.keep("planetlab-"+day+".csv.gz", t.csv())
			return t, nil
		}
	}
	t = syntheticTrace(f.Seed ^ seedOf(name))
	t.Origin = fmt.Sprintf("%s could not be had (%v): a synthetic day of the same statistics from seed %d", name, err, f.Seed)
	return t, nil
}

// Counts finds the requests called name: "worldcup98", or the path of a file.
func (f Finder) Counts(ctx context.Context, name string) (Counts, error) {
	if name != worldCup {
		if _, err := os.Stat(name); err == nil {
			return ReadCounts(name)
		}
		return Counts{}, fmt.Errorf("counts %q: no such file, and not a known name; %s is one", name, worldCup)
	}
	const file = "fifa98-per-minute.csv.gz"
	path, err := f.find(file, strings.TrimSuffix(file, ".gz"))
	if err != nil {
		return Counts{}, err
	}
	if path != "" {
		c, err := ReadCounts(path)
		if err != nil {
			return Counts{}, err
		}
		checked, err := check(name, c.Digest())
		if err != nil {
			return Counts{}, fmt.Errorf("%s: %w; to use it as it is, write its path into counts(…)", path, err)
		}
		c.Origin = path + checked
		return c, nil
	}
	c, err := f.fetchCounts(ctx)
	if err == nil {
		var checked string
		if checked, err = check(name, c.Digest()); err == nil {
			c.Origin += checked
			f.keep(file, c.csv())
			return c, nil
		}
	}
	c = syntheticCounts(f.Seed)
	c.Origin = fmt.Sprintf("%s could not be had (%v): synthetic counts of the same shape from seed %d", name, err, f.Seed)
	return c, nil
}

// seedOf makes two days that have to be made up two days.
func seedOf(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

// find is the first of the files that is in Dir or in Cache; "" if none is. A Dir that isn't there is an error: its owner
// would take other data for his own.
func (f Finder) find(files ...string) (string, error) {
	if f.Dir != "" {
		if info, err := os.Stat(f.Dir); err != nil || !info.IsDir() {
			return "", fmt.Errorf("TUNE_DATA is %q, and there is no such folder: correct it, or unset it to have the data downloaded", f.Dir)
		}
	}
	for _, dir := range []string{f.Dir, f.Cache} {
		if dir == "" {
			continue
		}
		for _, file := range files {
			path := filepath.Join(dir, filepath.FromSlash(file))
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				return path, nil
			}
		}
	}
	return "", nil
}

// check compares with the published digest, if there is one, and says for a person what it found.
func check(name, digest string) (string, error) {
	want, ok := published[name]
	if !ok {
		return " (its digest isn't known, so it wasn't checked)", nil
	}
	if digest != want {
		return "", fmt.Errorf("not the published data: sha256 is %s… instead of %s…", digest[:12], want[:12])
	}
	return " (digest checked)", nil
}
