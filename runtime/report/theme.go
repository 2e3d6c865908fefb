package report

import (
	"fmt"
	"image/color"
	"regexp"
)

// Colours in the charts are names, not values: the page's style sheet says what they are, by day and by night, and a
// reader can fade one out. The chart library wants values, so each name has one that is replaced in the finished SVG.
const (
	inkColour = iota
	muteColour
	gridColour
	goodColour
	badColour
	busyColour
	bandColour
	tintColour
	onFillColour
	seriesColour // the first of maxSeries
)

// maxSeries is how many colours the style sheet has for series.
const maxSeries = 12

var colourNames = [...]string{"ink", "mute", "grid", "good", "bad", "busy", "band", "tint", "on-fill"}

// token is the value that stands for a colour's name.
func token(n int) color.NRGBA { return color.NRGBA{R: 0x01, G: 0x02, B: uint8(n), A: 0xff} }

// series is the colour of the i-th series.
func series(i int) int { return seriesColour + i%maxSeries }

// cssVar is a colour's name in the style sheet.
func cssVar(n int) string {
	if n >= seriesColour {
		return fmt.Sprintf("--s%d", n-seriesColour)
	}
	return "--" + colourNames[n]
}

var (
	tokens   = regexp.MustCompile(`#0102([0-9A-Fa-f]{2})`)
	families = regexp.MustCompile(`font-family:[^;"]*;font-variant:[^;"]*;font-weight:[^;"]*;font-style:[^;"]*`)
	prelude  = regexp.MustCompile(`(?s)^.*?<svg[^>]*>`)
	images   = regexp.MustCompile(`data:image/jpg;base64`)
	imageTag = regexp.MustCompile(`<image `)
)

// themed replaces tokens by names, fonts by the page's, and the fixed size by the page's width.
func themed(svg []byte, width, height float64) []byte {
	svg = prelude.ReplaceAll(svg, fmt.Appendf(nil,
		`<svg viewBox="0 0 %.0f %.0f" role="img" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">`, width, height))
	svg = tokens.ReplaceAllFunc(svg, func(b []byte) []byte {
		var n int
		if _, err := fmt.Sscanf(string(b[5:]), "%02x", &n); err != nil || n >= seriesColour+maxSeries {
			return b
		}
		return fmt.Appendf(nil, "var(%s)", cssVar(n))
	})
	svg = families.ReplaceAll(svg, []byte("font-family:inherit"))
	svg = images.ReplaceAll(svg, []byte("data:image/png;base64"))
	return imageTag.ReplaceAll(svg, []byte(`<image preserveAspectRatio="none" style="image-rendering:pixelated" `))
}
