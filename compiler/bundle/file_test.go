package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// filled is a program in which every field of every table has a value of its own, so that none can get lost.
func filled() *Program {
	var p Program
	n := 0
	fill(reflect.ValueOf(&p).Elem(), &n)
	p.Consts = []float64{0, math.Copysign(0, -1), 0.1, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, 5e-324}
	p.Code = []Instr{{NUM, 255, 1, 2, math.MinInt32}, {RET, 1, 0, 0, math.MaxInt32}, {END, 0, 0, 0, -1}}
	p.Pos = []Pos{{0, 10, 20}, {1, 5, 5}, {0, math.MaxInt32, math.MaxInt32}}
	return &p
}

func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.String:
		v.SetString(strings.Repeat("ä", *n%5) + string(rune('a'+*n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(*n) / 7)
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
	case reflect.Uint64:
		v.SetUint(uint64(*n) << 40)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(-*n))
	default:
		panic("a field of a new kind: " + v.Kind().String())
	}
}

func encoded(t *testing.T, p *Program) []byte {
	t.Helper()
	data, err := Encode(p, Options{})
	require.NoError(t, err)
	return data
}

// What is decoded is what was encoded, with every field of every table, and infinities, -0 and unknown among the
// constants.
func TestRoundTrip(t *testing.T) {
	p := filled()
	data := encoded(t, p)
	got, info, err := Decode(data)
	require.NoError(t, err)
	for i, v := range p.Consts {
		if math.IsNaN(v) {
			require.True(t, math.IsNaN(got.Consts[i]))
			continue
		}
		require.Equal(t, math.Float64bits(v), math.Float64bits(got.Consts[i]), "constant %v", v)
	}
	p.Consts, got.Consts = nil, nil // NaN is not equal to itself
	require.Equal(t, p, got)
	require.Equal(t, Info{info.Digest, FormatVersion, len(data), p.System, p.Version}, info)
	require.Equal(t, fmt.Sprintf("%x", sha256.Sum256(data)), info.Digest, "a person can check it with sha256sum")
}

func TestEncodingIsDeterministic(t *testing.T) {
	data := encoded(t, filled())
	require.Equal(t, data, encoded(t, filled()))
	p, _, err := Decode(data)
	require.NoError(t, err)
	require.Equal(t, data, encoded(t, p), "decoded and encoded again")

	none, empty := Program{System: "s"}, Program{System: "s", Consts: []float64{}, Sources: []Source{}}
	require.Equal(t, encoded(t, &none), encoded(t, &empty), "an empty table is no table")
}

func TestOptionsSetTheVersion(t *testing.T) {
	p := filled()
	data, err := Encode(p, Options{Version: 7})
	require.NoError(t, err)
	got, info, err := Decode(data)
	require.NoError(t, err)
	require.Equal(t, uint64(7), got.Version)
	require.Equal(t, uint64(7), info.Version)
	require.NotEqual(t, uint64(7), p.Version, "the program stays as it was")
}

func TestEncodeRefuses(t *testing.T) {
	_, err := Encode(&Program{System: "s", Code: []Instr{{}}}, Options{})
	require.EqualError(t, err, "bundle of s: 0 positions for 1 instructions")
	_, err = Encode(&Program{System: "s", Sources: []Source{{Path: "a.tune", Text: "\xff"}}}, Options{})
	require.EqualError(t, err, `bundle of s: source "a.tune" isn't UTF-8`)
}

// Whatever a file is cut to, it is refused.
func TestTruncatedFilesAreRefused(t *testing.T) {
	data := encoded(t, filled())
	for n := range len(data) {
		_, _, err := Decode(data[:n])
		require.Error(t, err, "%d of %d bytes", n, len(data))
	}
	_, _, err := Decode(append(bytes.Clone(data), 0))
	require.ErrorContains(t, err, "something after its end")
}

// Whatever bit is flipped, the file is refused.
func TestFlippedBitsAreRefused(t *testing.T) {
	data := encoded(t, filled())
	for i := range data {
		for bit := range 8 {
			data[i] ^= 1 << bit
			_, _, err := Decode(data)
			require.Error(t, err, "byte %d bit %d", i, bit)
			data[i] ^= 1 << bit
		}
	}
}

// seal puts the right digest under a file that was changed, as an adversary would.
func seal(body []byte) []byte {
	digest := sha256.Sum256(body)
	return append(bytes.Clone(body), digest[:]...)
}

// With the right digest, too, a file that isn't what Encode writes is refused, and the reason is said.
func TestSealedNonsenseIsRefused(t *testing.T) {
	reads := strconv.Itoa(FormatVersion)
	whole := encoded(t, filled())
	body := whole[:len(whole)-sha256.Size]
	first := headerSize + sectionHead // where the tables begin
	change := func(at int, with ...byte) []byte {
		b := bytes.Clone(body)
		copy(b[at:], with)
		return seal(b)
	}
	sections := func(payloads ...[]byte) []byte {
		b := bytes.Clone(body[:headerSize])
		for i, p := range payloads {
			b = binary.LittleEndian.AppendUint16(b, uint16(i+1))
			b = binary.LittleEndian.AppendUint16(b, 0)
			b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
			b = append(b, p...)
		}
		return seal(b)
	}
	empty := []byte{0xa0}
	none := []byte{0x80}
	for _, c := range []struct {
		name string
		data []byte
		err  string
	}{
		{"nothing", nil, "this is no bundle"},
		{"text", []byte("system shop\n"), "this is no bundle"},
		{"the magic alone", []byte(Magic), "truncated"},
		{"an older format", change(len(Magic), 1), "bundle: it is of format 1, and this release reads format " + reads + ": build it again with tunec build"},
		{"a newer format", change(len(Magic), 9), "bundle: it is of format 9, and this release reads format " + reads + ": update tune and tunec, or build it with the tunec of this release"},
		{"a newer format, of another frame", append([]byte(Magic), 9, 0, 1), "update tune"},
		{"no format", []byte(Magic + "\x01"), "truncated before its format"},
		{"fewer sections", change(len(Magic)+2, 3), "3 sections, format " + reads + " has 4"},
		{"a header with more in it", change(len(Magic)+4, 1), "must be zero"},
		{"sections in another order", change(headerSize, 2), "section 2 where its tables (1) should be"},
		{"flags", change(headerSize+2, 1), "the flags of its tables must be zero"},
		{"a section that is too long", change(headerSize+4, 0xff, 0xff, 0xff, 0x7f), "only"},
		{"no sections", sections(), "truncated before its tables"},
		{"something after the last section", seal(append(bytes.Clone(body), 0)), "1 bytes too many after the last section"},
		{"a damaged table", change(first, 0xff), "tables: "},
		{"an unknown table", sections([]byte("\xa1\x63Odd\x80"), nil, nil, none), "unknown field"},
		{"a table twice", sections([]byte("\xa2\x66System\x61a\x66System\x61b"), nil, nil, none), "duplicate"},
		{"code among the tables", sections([]byte("\xa1\x64Code\x81\xa0"), nil, nil, none), "sections of their own"},
		{"broken UTF-8", sections([]byte("\xa1\x66System\x61\xff"), nil, nil, none), "UTF-8"},
		{"a string longer than the file", sections([]byte("\xa1\x66System\x7b\xff\xff\xff\xff\xff\xff\xff\xff"), nil, nil, none), "only 0 are left"},
		{"an array longer than the file", sections([]byte("\xa1\x66Consts\x9a\x7f\xff\xff\xff"), nil, nil, none), "only 0 bytes are left"},
		{"an array without end", sections([]byte("\xa1\x66Consts\x9f\xff"), nil, nil, none), "unknown length"},
		{"tables twice", sections([]byte{0xa0, 0xa0}, nil, nil, none), "tables"},
		{"nesting without end", sections(append([]byte("\xa1\x66Consts"), bytes.Repeat([]byte{0x81}, 1000)...), nil, nil, none), "tables"},
		{"a part of an instruction", sections(empty, make([]byte, 9), nil, none), "9 bytes aren't whole instructions of 8"},
		{"code without positions", sections(empty, make([]byte, 8), nil, none), "0 bytes can't be those of 1 instructions"},
		{"positions without code", sections(empty, nil, make([]byte, 3), none), "3 bytes too many"},
		{"a position out of range", sections(empty, make([]byte, 8), []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0}, none), "out of range at instruction 0"},
		{"a position that doesn't end", sections(empty, make([]byte, 8), bytes.Repeat([]byte{0x80}, 12), none), "broken at instruction 0"},
		{"sources that are none", sections(empty, nil, nil, []byte{0x01}), "sources: "},
	} {
		_, _, err := Decode(c.data)
		require.ErrorContains(t, err, c.err, c.name)
	}
	_, _, err := Decode(sections(empty, nil, nil, none))
	require.NoError(t, err, "the least file")
}

// A small file can't ask for much memory: structures are counted before one of them is made.
func TestMemoryIsBounded(t *testing.T) {
	many := []byte("\xa1\x67Classes\x9a\x00\x20\x00\x00")
	many = append(many, bytes.Repeat([]byte{0xa0}, 1<<21)...)
	require.ErrorContains(t, decodeTables(many, &Program{}), "structures")
	_, _, err := Decode(make([]byte, MaxFile+1))
	require.ErrorContains(t, err, "are possible")
}

func TestOpenVerifies(t *testing.T) {
	_, _, err := Open(encoded(t, filled()))
	require.Error(t, err)
}

// FuzzDecode: no file makes Decode panic, and what it accepts it would write again.
func FuzzDecode(f *testing.F) {
	whole, err := Encode(filled(), Options{})
	require.NoError(f, err)
	f.Add(whole[:len(whole)-sha256.Size])
	small, err := Encode(&Program{System: "s"}, Options{})
	require.NoError(f, err)
	f.Add(small[:len(small)-sha256.Size])
	f.Fuzz(func(t *testing.T, body []byte) {
		p, _, err := Decode(seal(body))
		if err != nil {
			return
		}
		first, err := Encode(p, Options{})
		require.NoError(t, err)
		again, _, err := Decode(first)
		require.NoError(t, err)
		second, err := Encode(again, Options{})
		require.NoError(t, err)
		require.Equal(t, first, second)
		var listing bytes.Buffer
		require.NoError(t, Disasm(&listing, p, View{}), "what is refused later can be shown")
		Summary(p)
		_ = Verify(p)
	})
}
