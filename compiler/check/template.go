package check

import (
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/tune-autonomic/tune/compiler/bundle"
	"github.com/tune-autonomic/tune/lang"
)

// template reads the file that an operation fills in: the bundle takes it along. It gives the file's path.
func (c *checker) template(e lang.Expr) string {
	name := c.constText(e, "a template's file")
	if s, isText := e.(*lang.String); !isText || len(s.Holes) > 0 {
		return name
	}
	full, err := c.takeTemplate(name)
	if err != nil {
		c.report("TUNE0231", c.system, e.Pos(), "template "+quote(name)+" cannot be read: "+err.Error(), "")
	}
	return full
}

func (c *checker) takeTemplate(name string) (string, error) {
	if name == "" {
		return "", errors.New("it has no name")
	}
	data, full, err := c.files.read(c.sources[0].Path, name)
	text := string(data)
	switch {
	case err != nil:
		return full, err
	case len(text) > bundle.MaxText:
		return full, errors.New("it is larger than 64 KiB")
	case !utf8.ValidString(text):
		return full, errors.New("it is no text in UTF-8")
	}
	c.lockFile(full, text)
	if t := (bundle.Source{Path: full, Text: text}); !slices.Contains(c.tables.Templates, t) {
		c.tables.Templates = append(c.tables.Templates, t)
	}
	return full, nil
}
