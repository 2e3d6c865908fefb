package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Locked is a file that the program was compiled from: a source, or what a source names, such as an inventory.
type Locked struct {
	Path   string
	SHA256 string // of its bytes, in hex, as sha256sum prints it
}

// LockOf is what a file of these bytes is locked by.
func LockOf(path, text string) Locked {
	digest := sha256.Sum256([]byte(text))
	return Locked{path, hex.EncodeToString(digest[:])}
}

// locks checks that each source is what its lock says, and that nothing is locked twice.
func (v *verifier) locks() error {
	locked := map[string]bool{}
	for _, l := range v.p.Lock {
		where := "lock of " + l.Path
		if err := text(where, l.Path); err != nil {
			return err
		}
		if digest, err := hex.DecodeString(l.SHA256); err != nil || len(digest) != sha256.Size {
			return fault(where, "%q is no SHA-256 in hex", l.SHA256)
		}
		if locked[l.Path] {
			return fault(where, "the file is locked twice")
		}
		locked[l.Path] = true
	}
	for _, s := range slices.Concat(v.p.Sources, v.p.Templates) {
		if !slices.Contains(v.p.Lock, LockOf(s.Path, s.Text)) {
			return fault(s.Path, "its text isn't what its lock says")
		}
	}
	return nil
}
