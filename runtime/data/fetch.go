package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// patience bounds a download in all.
const patience = 20 * time.Second

// Homes are the addresses of public data.
type Homes struct {
	// PlanetLab is a tarball with a folder a day.
	PlanetLab string
	// WorldCup is a CSV of requests a minute.
	WorldCup string
}

// home: the traces' own repository, and the counts by minute that were made from the Internet Traffic Archive's logs.
var home = Homes{
	PlanetLab: "https://codeload.github.com/beloglazov/planetlab-workload-traces/tar.gz/refs/heads/master",
	WorldCup:  "https://raw.githubusercontent.com/nimamahmoudi/worldcup98-dataset/master/invocation_count.csv",
}

func (f Finder) homes() Homes {
	if f.Homes != nil {
		return *f.Homes
	}
	return home
}

func (f Finder) fetchTrace(ctx context.Context, day string) (Trace, error) {
	url := f.homes().PlanetLab
	var t Trace
	err := f.fetch(ctx, url, func(r io.Reader) (err error) {
		t, err = readTar(r, url, day)
		return err
	})
	t.Origin = url
	return t, err
}

func (f Finder) fetchCounts(ctx context.Context) (Counts, error) {
	url := f.homes().WorldCup
	var c Counts
	err := f.fetch(ctx, url, func(r io.Reader) error {
		b, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		c, err = parseCounts(url, b)
		return err
	})
	c.Origin = url
	return c, err
}

func (f Finder) fetch(ctx context.Context, url string, read func(io.Reader) error) error {
	if f.Offline {
		return errors.New("offline")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	client := f.Client
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return shortReason(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", req.URL.Host, resp.Status)
	}
	r, _, err := unpack(resp.Body, url)
	if err != nil {
		return err
	}
	return read(r)
}

// shortReason says in a few words why there is no answer.
func shortReason(err error) error {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return fmt.Errorf("%s can't be reached", dns.Name)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer within %v", patience)
	}
	return err
}

// keep puts a download into the cache. It may fail: then it is downloaded again next time.
func (f Finder) keep(name string, text []byte) {
	if f.Cache == "" || os.MkdirAll(f.Cache, 0o755) != nil {
		return
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil || z.Close() != nil {
		return
	}
	tmp, err := os.CreateTemp(f.Cache, strings.TrimSuffix(name, ".gz")+"-*")
	if err != nil {
		return
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b.Bytes())
	if tmp.Close() != nil || err != nil {
		return
	}
	_ = os.Rename(tmp.Name(), filepath.Join(f.Cache, name))
}
