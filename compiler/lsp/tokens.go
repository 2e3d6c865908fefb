package lsp

import (
	"context"
	"slices"
	"strconv"

	"go.lsp.dev/protocol"

	"github.com/tune-autonomic/tune/compiler/check"
	"github.com/tune-autonomic/tune/lang"
)

// tokenTypes and tokenModifiers are the legend: tokens name them by their number.
var (
	tokenTypes = []protocol.SemanticTokenTypes{
		protocol.SemanticTokenKeyword, protocol.SemanticTokenComment, protocol.SemanticTokenString, protocol.SemanticTokenNumber,
		protocol.SemanticTokenOperator, protocol.SemanticTokenClass, protocol.SemanticTokenProperty, protocol.SemanticTokenMethod,
		protocol.SemanticTokenEvent, protocol.SemanticTokenFunction, protocol.SemanticTokenTypeParameter, protocol.SemanticTokenVariable,
		protocol.SemanticTokenEnumMember, protocol.SemanticTokenStruct, protocol.SemanticTokenNamespace, protocol.SemanticTokenType,
	}
	tokenModifiers = []protocol.SemanticTokenModifiers{protocol.SemanticTokenModifierDeclaration, protocol.SemanticTokenModifierDefaultLibrary}
)

const (
	modDeclaration uint32 = 1 << iota
	modLibrary
)

var symbolTokens = map[check.SymbolKind]protocol.SemanticTokenTypes{
	check.HostsSymbol: protocol.SemanticTokenClass, check.VMSymbol: protocol.SemanticTokenClass, check.ComponentSymbol: protocol.SemanticTokenClass,
	check.AttrSymbol: protocol.SemanticTokenProperty, check.MetricSymbol: protocol.SemanticTokenProperty, check.RoleSymbol: protocol.SemanticTokenProperty,
	check.OpSymbol: protocol.SemanticTokenMethod, check.EventSymbol: protocol.SemanticTokenEvent, check.FuncSymbol: protocol.SemanticTokenFunction,
	check.ParamSymbol: protocol.SemanticTokenTypeParameter, check.LocalSymbol: protocol.SemanticTokenVariable,
	check.StateSymbol: protocol.SemanticTokenEnumMember, check.PolicySymbol: protocol.SemanticTokenStruct,
	check.ScenarioSymbol: protocol.SemanticTokenStruct, check.ModuleSymbol: protocol.SemanticTokenNamespace,
	check.MachineSymbol: protocol.SemanticTokenEnumMember,
}

var isWordOfLanguage, isType = func() (words, types map[string]bool) {
	words, types = map[string]bool{}, map[string]bool{}
	for _, w := range lang.Words() {
		switch w.Kind {
		case lang.WordType:
			types[w.Text] = true
		case lang.WordUnit:
		default:
			words[w.Text] = true
		}
	}
	return words, types
}()

// coloured is a token with what it is.
type coloured struct {
	span lang.Span
	kind protocol.SemanticTokenTypes
	mods uint32
}

// colours are the tokens of a span of a document, each with what it means.
func (s *server) colours(d *document, uses []check.Use, in lang.Span) []coloured {
	var all []coloured
	for _, t := range d.scanned() {
		if t.Span.End <= in.Start || t.Span.Start >= in.End {
			continue
		}
		first, _ := slices.BinarySearchFunc(uses, t.Span.Start, func(u check.Use, at int) int { return u.Span.Start - at })
		switch t.Kind {
		case lang.TokenComment:
			all = append(all, coloured{t.Span, protocol.SemanticTokenComment, 0})
		case lang.TokenNumber:
			all = append(all, coloured{t.Span, protocol.SemanticTokenNumber, 0})
		case lang.TokenString:
			all = append(all, texts(d, t.Span, uses[first:])...)
		case lang.TokenSign:
			if text := d.slice(t.Span); len(text) > 1 || text == "=" || text == "<" || text == ">" || text == "+" || text == "-" || text == "*" || text == "/" {
				all = append(all, coloured{t.Span, protocol.SemanticTokenOperator, 0})
			}
		case lang.TokenKeyword:
			all = append(all, coloured{t.Span, protocol.SemanticTokenKeyword, 0})
		case lang.TokenIdent:
			if first < len(uses) && uses[first].Span == t.Span {
				all = append(all, colourOf(uses[first]))
			} else if text := d.slice(t.Span); isType[text] {
				all = append(all, coloured{t.Span, protocol.SemanticTokenType, modLibrary})
			} else if isWordOfLanguage[text] {
				all = append(all, coloured{t.Span, protocol.SemanticTokenKeyword, 0})
			}
		}
	}
	return all
}

func colourOf(u check.Use) coloured {
	c := coloured{span: u.Span, kind: symbolTokens[u.Symbol.Kind]}
	if u.Symbol.Kind == check.BuiltInSymbol {
		c.kind, c.mods = protocol.SemanticTokenProperty, modLibrary
		switch {
		case u.Symbol.Owner != "":
		case builtInNamed(u.Symbol.Name) != nil:
			c.kind = protocol.SemanticTokenFunction
		default:
			c.kind = protocol.SemanticTokenVariable
		}
	}
	if u.Span == u.Symbol.Span {
		c.mods |= modDeclaration
	}
	return c
}

// texts are the parts of a text around what is filled in.
func texts(d *document, span lang.Span, uses []check.Use) []coloured {
	var all []coloured
	at := span.Start
	for _, u := range uses {
		if u.Span.End > span.End {
			break
		}
		if u.Span.Start > at {
			all = append(all, coloured{lang.Span{Start: at, End: u.Span.Start}, protocol.SemanticTokenString, 0})
		}
		all = append(all, colourOf(u))
		at = u.Span.End
	}
	if at < span.End {
		all = append(all, coloured{lang.Span{Start: at, End: span.End}, protocol.SemanticTokenString, 0})
	}
	return all
}

// encode writes tokens as the protocol has them: each by its distance from the one before. One over several lines becomes
// one on each.
func encode(d *document, all []coloured) []uint32 {
	data := make([]uint32, 0, 5*len(all))
	var line, char uint32
	put := func(span lang.Span, c coloured) {
		from := d.position(span.Start)
		length := uint32(units(d.slice(span)))
		if length == 0 {
			return
		}
		dc := from.Character
		if from.Line == line {
			dc -= char
		}
		data = append(data, from.Line-line, dc, length, uint32(slices.Index(tokenTypes, c.kind)), c.mods)
		line, char = from.Line, from.Character
	}
	for _, c := range all {
		for span := c.span; span.Start < span.End; {
			end := span.End
			if next := d.line(span.Start) + 1; next < len(d.starts) && d.starts[next] < end {
				end = d.starts[next]
			}
			piece := lang.Span{Start: span.Start, End: end}
			for piece.End > piece.Start && (d.text[piece.End-1] == '\n' || d.text[piece.End-1] == '\r') {
				piece.End--
			}
			put(piece, c)
			span.Start = end
		}
	}
	return data
}

// tokensSent is what an editor was told last of a document.
type tokensSent struct {
	id   string
	data []uint32
}

func (s *server) tokensOf(ctx context.Context, uri protocol.DocumentURI, in *protocol.Range) ([]uint32, *document, error) {
	d := s.documents[pathOf(uri)]
	if d == nil {
		return nil, nil, nil
	}
	p, err := s.programOf(ctx, d.path)
	if err != nil || p == nil {
		return nil, d, err
	}
	span := lang.Span{Start: 0, End: len(d.text)}
	if in != nil {
		span = d.spanOf(*in)
	}
	return encode(d, s.colours(d, s.usesIn(p, d.path), span)), d, nil
}

func (s *server) semanticTokens(ctx context.Context, p *protocol.SemanticTokensParams) (*protocol.SemanticTokens, error) {
	data, d, err := s.tokensOf(ctx, p.TextDocument.URI, nil)
	if err != nil || d == nil {
		return nil, err
	}
	return &protocol.SemanticTokens{ResultID: s.sent(d, data), Data: data}, nil
}

func (s *server) sent(d *document, data []uint32) string {
	s.sends++
	id := strconv.Itoa(s.sends)
	s.tokens[d.path] = tokensSent{id, data}
	return id
}

func (s *server) semanticTokensRange(ctx context.Context, p *protocol.SemanticTokensRangeParams) (*protocol.SemanticTokens, error) {
	data, d, err := s.tokensOf(ctx, p.TextDocument.URI, &p.Range)
	if err != nil || d == nil {
		return nil, err
	}
	return &protocol.SemanticTokens{Data: data}, nil
}

// semanticTokensDelta says what has changed since the editor was told last.
func (s *server) semanticTokensDelta(ctx context.Context, p *protocol.SemanticTokensDeltaParams) (any, error) {
	data, d, err := s.tokensOf(ctx, p.TextDocument.URI, nil)
	if err != nil || d == nil {
		return nil, err
	}
	last := s.tokens[d.path]
	id := s.sent(d, data)
	if last.id != p.PreviousResultID || last.id == "" {
		return &protocol.SemanticTokens{ResultID: id, Data: data}, nil
	}
	return &protocol.SemanticTokensDelta{ResultID: id, Edits: difference(last.data, data)}, nil
}

// difference is the one edit that makes b of a; none if they are the same.
func difference(a, b []uint32) []protocol.SemanticTokensEdit {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	if start+end == len(a) && start+end == len(b) {
		return []protocol.SemanticTokensEdit{}
	}
	return []protocol.SemanticTokensEdit{{Start: uint32(start), DeleteCount: uint32(len(a) - start - end), Data: b[start : len(b)-end]}}
}
