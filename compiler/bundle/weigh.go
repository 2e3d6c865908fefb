package bundle

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// What tables may hold, all in all. A map of one byte becomes a struct of hundreds: these bounds keep the memory that a
// file of the greatest size can ask for in the order of its size.
const (
	maxItems   = 4 << 20
	maxStructs = 1 << 18
)

// decodeTables decodes CBOR into v, having looked first at how much there is.
func decodeTables(data []byte, v any) error {
	if err := weigh(data); err != nil {
		return err
	}
	return decMode.Unmarshal(data, v)
}

// weigh counts the items and maps of CBOR without decoding it.
func weigh(data []byte) error {
	items, structs := 0, 0
	for len(data) > 0 {
		major := data[0] >> 5
		arg, size, err := argument(data)
		if err != nil {
			return err
		}
		data = data[size:]
		items++
		switch major {
		case 2, 3: // strings of bytes, of text
			if arg > uint64(len(data)) {
				return fmt.Errorf("a string of %d bytes, but only %d are left", arg, len(data))
			}
			data = data[arg:]
		case 4: // arrays
			if arg > uint64(len(data)) {
				return fmt.Errorf("an array of %d elements, but only %d bytes are left", arg, len(data))
			}
		case 5: // maps
			structs++
		}
		if items > maxItems || structs > maxStructs {
			return fmt.Errorf("more than %d items or %d structures", maxItems, maxStructs)
		}
	}
	return nil
}

// argument reads the head of a CBOR item: its argument, and how many bytes the head has.
func argument(data []byte) (arg uint64, size int, err error) {
	short := data[0] & 31
	if short < 24 {
		return uint64(short), 1, nil
	}
	if short > 27 {
		return 0, 0, errors.New("an item of unknown length")
	}
	n := 1 << (short - 24)
	if len(data) < 1+n {
		return 0, 0, errors.New("truncated in an item's length")
	}
	var wide [8]byte
	copy(wide[8-n:], data[1:1+n])
	return binary.BigEndian.Uint64(wide[:]), 1 + n, nil
}
