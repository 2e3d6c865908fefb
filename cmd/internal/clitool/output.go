package clitool

import "os"

// output is a file that a command writes to. Few look at what became of each line, so the first that was lost is remembered.
type output struct {
	*os.File
	lost error
}

func (o *output) Write(b []byte) (int, error) {
	n, err := o.File.Write(b)
	if err != nil && o.lost == nil {
		o.lost = err
	}
	return n, err
}

// WriteString counts as Write does.
func (o *output) WriteString(s string) (int, error) { return o.Write([]byte(s)) }
