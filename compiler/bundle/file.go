package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"
)

// A .tuneb file is a header, four sections and a digest; docs/bundle.md draws it. All numbers are little-endian.
const (
	// Magic begins a file. Its odd first byte and line ends show at once that a transfer took it for text.
	Magic = "\x89TUNEB\r\n"
	// FormatVersion is the one format that this release writes and reads. It grows whenever what a bundle holds, or what
	// that means, changes: see docs/bundle.md.
	FormatVersion = 8
	// MaxFile is the most bytes that a bundle may have.
	MaxFile = 64 << 20

	headerSize  = len(Magic) + 2 + 2 + 4 // magic, format version, number of sections, zero
	sectionHead = 2 + 2 + 4              // id, zero, length
	instrSize   = 8
)

// The sections, in the order in which they stand.
const (
	sectionTables    uint16 = iota + 1 // Program but for the rest, as CBOR
	sectionCode                        // Code, eight bytes each
	sectionPositions                   // Pos, as differences
	sectionSources                     // Sources, as CBOR
	numSections      = iota
)

var sectionNames = [...]string{"?", "tables", "code", "positions", "sources"}

// Options are what Encode takes besides the program.
type Options struct {
	// Version becomes the system's version in the file; 0 leaves the program's.
	Version uint64
}

// Info is what is known of a file besides its program.
type Info struct {
	Digest        string `json:"digest"` // SHA-256 of the whole file in hex, as sha256sum prints it
	FormatVersion int    `json:"formatVersion"`
	Size          int    `json:"size"` // bytes
	System        string `json:"system"`
	Version       uint64 `json:"version"`
}

// Encode returns p as a file. The same program gives the same bytes on every machine. It doesn't verify.
func Encode(p *Program, o Options) ([]byte, error) {
	if len(p.Pos) != len(p.Code) {
		return nil, fmt.Errorf("bundle of %s: %d positions for %d instructions", p.System, len(p.Pos), len(p.Code))
	}
	for _, s := range p.Sources {
		if !utf8.ValidString(s.Path) || !utf8.ValidString(s.Text) {
			return nil, fmt.Errorf("bundle of %s: source %q isn't UTF-8", p.System, s.Path)
		}
	}
	tables := *p
	tables.Code, tables.Pos, tables.Sources = nil, nil, nil
	if o.Version != 0 {
		tables.Version = o.Version
	}
	encodedTables, err := encMode.Marshal(&tables)
	if err != nil {
		return nil, fmt.Errorf("bundle of %s: tables: %w", p.System, err)
	}
	encodedSources, err := encMode.Marshal(p.Sources)
	if err != nil {
		return nil, fmt.Errorf("bundle of %s: sources: %w", p.System, err)
	}
	out := append([]byte(nil), Magic...)
	out = binary.LittleEndian.AppendUint16(out, FormatVersion)
	out = binary.LittleEndian.AppendUint16(out, numSections)
	out = binary.LittleEndian.AppendUint32(out, 0)
	for i, payload := range [numSections][]byte{encodedTables, encodeCode(p.Code), encodePositions(p.Pos), encodedSources} {
		if len(payload) > MaxFile {
			return nil, fmt.Errorf("bundle of %s: its %s have %d bytes, %d are possible", p.System, sectionNames[i+1], len(payload), MaxFile)
		}
		out = binary.LittleEndian.AppendUint16(out, uint16(i+1))
		out = binary.LittleEndian.AppendUint16(out, 0)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(payload)))
		out = append(out, payload...)
	}
	digest := sha256.Sum256(out)
	out = append(out, digest[:]...)
	if len(out) > MaxFile {
		return nil, fmt.Errorf("bundle of %s: it has %d bytes, %d are possible", p.System, len(out), MaxFile)
	}
	return out, nil
}

// Decode reads a file. It refuses whatever isn't exactly what Encode writes in this format, and says where; it takes
// memory in proportion to the file. The program is not yet verified: see Open.
func Decode(data []byte) (*Program, Info, error) {
	info := Info{Size: len(data)}
	body, err := checkFrame(data, &info)
	if err != nil {
		return nil, info, fmt.Errorf("bundle: %w", err)
	}
	var sections [numSections][]byte
	for i := range sections {
		if sections[i], body, err = nextSection(body, uint16(i+1)); err != nil {
			return nil, info, fmt.Errorf("bundle: %w", err)
		}
	}
	if len(body) > 0 {
		return nil, info, fmt.Errorf("bundle: %d bytes too many after the last section", len(body))
	}
	p, err := decodeSections(sections)
	if err != nil {
		return nil, info, fmt.Errorf("bundle: %w", err)
	}
	info.System, info.Version = p.System, p.Version
	return p, info, nil
}

// Open decodes a file and verifies its program. What it returns can be run.
func Open(data []byte) (*Program, Info, error) {
	p, info, err := Decode(data)
	if err != nil {
		return nil, info, err
	}
	if err := Verify(p); err != nil {
		return nil, info, fmt.Errorf("system %s: %w", p.System, err)
	}
	return p, info, nil
}

// checkFrame checks size, magic, format and digest, and returns what is between header and digest.
func checkFrame(data []byte, info *Info) ([]byte, error) {
	if len(data) > MaxFile {
		return nil, fmt.Errorf("%d bytes are too many, %d are possible", len(data), MaxFile)
	}
	if len(data) < len(Magic) || string(data[:len(Magic)]) != Magic {
		return nil, errors.New("this is no bundle: it doesn't begin as one (build it with tunec build)")
	}
	if len(data) < len(Magic)+2 {
		return nil, errors.New("truncated before its format")
	}
	info.FormatVersion = int(binary.LittleEndian.Uint16(data[len(Magic):]))
	if err := checkFormat(info.FormatVersion); err != nil {
		return nil, err
	}
	if len(data) < headerSize+sha256.Size {
		return nil, fmt.Errorf("truncated: %d bytes aren't even a header and a digest", len(data))
	}
	end := len(data) - sha256.Size
	whole := sha256.Sum256(data)
	info.Digest = hex.EncodeToString(whole[:])
	if digest := sha256.Sum256(data[:end]); !bytes.Equal(digest[:], data[end:]) {
		return nil, errors.New("the digest doesn't fit the content: the file is damaged, truncated, or has something after its end")
	}
	if n := binary.LittleEndian.Uint16(data[len(Magic)+2:]); n != numSections {
		return nil, fmt.Errorf("%d sections, format %d has %d", n, FormatVersion, numSections)
	}
	if binary.LittleEndian.Uint32(data[len(Magic)+4:]) != 0 {
		return nil, errors.New("the header's last four bytes must be zero")
	}
	return data[headerSize:end], nil
}

func checkFormat(format int) error {
	switch {
	case format < FormatVersion:
		return fmt.Errorf("it is of format %d, and this release reads format %d: build it again with tunec build", format, FormatVersion)
	case format > FormatVersion:
		return fmt.Errorf("it is of format %d, and this release reads format %d: update tune and tunec, or build it with the tunec of this release", format, FormatVersion)
	}
	return nil
}

func nextSection(body []byte, id uint16) (payload, rest []byte, err error) {
	name := sectionNames[id]
	if len(body) < sectionHead {
		return nil, nil, fmt.Errorf("truncated before its %s", name)
	}
	if got := binary.LittleEndian.Uint16(body); got != id {
		return nil, nil, fmt.Errorf("section %d where its %s (%d) should be", got, name, id)
	}
	if binary.LittleEndian.Uint16(body[2:]) != 0 {
		return nil, nil, fmt.Errorf("the flags of its %s must be zero", name)
	}
	n := uint64(binary.LittleEndian.Uint32(body[4:]))
	body = body[sectionHead:]
	if n > uint64(len(body)) {
		return nil, nil, fmt.Errorf("its %s have %d bytes by their own account, but only %d are left", name, n, len(body))
	}
	return body[:n:n], body[n:], nil
}

func decodeSections(sections [numSections][]byte) (*Program, error) {
	var p Program
	if err := decodeTables(sections[sectionTables-1], &p); err != nil {
		return nil, fmt.Errorf("tables: %w", err)
	}
	if len(p.Code)+len(p.Pos)+len(p.Sources) > 0 {
		return nil, errors.New("tables: code, positions and sources have sections of their own")
	}
	if err := decodeTables(sections[sectionSources-1], &p.Sources); err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	var err error
	if p.Code, err = decodeCode(sections[sectionCode-1]); err != nil {
		return nil, fmt.Errorf("code: %w", err)
	}
	if p.Pos, err = decodePositions(sections[sectionPositions-1], len(p.Code)); err != nil {
		return nil, fmt.Errorf("positions: %w", err)
	}
	return &p, nil
}

func encodeCode(code []Instr) []byte {
	out := make([]byte, 0, len(code)*instrSize)
	for _, i := range code {
		out = append(out, byte(i.Op), i.A, i.B, i.C)
		out = binary.LittleEndian.AppendUint32(out, uint32(i.K))
	}
	return out
}

func decodeCode(data []byte) ([]Instr, error) {
	if len(data)%instrSize != 0 {
		return nil, fmt.Errorf("%d bytes aren't whole instructions of %d", len(data), instrSize)
	}
	code := make([]Instr, len(data)/instrSize)
	for i := range code {
		d := data[i*instrSize:]
		code[i] = Instr{Op_(d[0]), d[1], d[2], d[3], int32(binary.LittleEndian.Uint32(d[4:]))}
	}
	return code, nil
}

// encodePositions writes each position as its distance from the one before: file, start, and length.
func encodePositions(pos []Pos) []byte {
	out := make([]byte, 0, 4*len(pos))
	var last Pos
	for _, p := range pos {
		out = binary.AppendVarint(out, int64(p.File)-int64(last.File))
		out = binary.AppendVarint(out, int64(p.Start)-int64(last.Start))
		out = binary.AppendVarint(out, int64(p.End)-int64(p.Start))
		last = p
	}
	return out
}

func decodePositions(data []byte, n int) ([]Pos, error) {
	if len(data) < 3*n {
		return nil, fmt.Errorf("%d bytes can't be those of %d instructions", len(data), n)
	}
	out := make([]Pos, n)
	var last Pos
	for i := range out {
		var field [3]int32
		for j, base := range [3]int32{last.File, last.Start, 0} {
			if j == 2 {
				base = field[1]
			}
			d, size := binary.Varint(data)
			if size <= 0 {
				return nil, fmt.Errorf("broken at instruction %d", i)
			}
			v := int64(base) + d
			if d < math.MinInt32 || d > math.MaxUint32 || v < math.MinInt32 || v > math.MaxInt32 {
				return nil, fmt.Errorf("out of range at instruction %d", i)
			}
			field[j], data = int32(v), data[size:]
		}
		out[i] = Pos{field[0], field[1], field[2]}
		last = out[i]
	}
	if len(data) > 0 {
		return nil, fmt.Errorf("%d bytes too many", len(data))
	}
	return out, nil
}

var encMode = func() cbor.EncMode {
	o := cbor.CoreDetEncOptions()
	o.NilContainers = cbor.NilContainerAsEmpty
	m, err := o.EncMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return m
}()

var decMode = func() cbor.DecMode {
	m, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		MaxNestedLevels:   16,
		MaxArrayElements:  maxItems,
		MaxMapPairs:       256,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		UTF8:              cbor.UTF8RejectInvalid,
	}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return m
}()
