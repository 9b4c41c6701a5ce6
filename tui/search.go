package tui

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"sangfroid/internal/timeline"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// scanChunk is how many entries a search reads before the screen hears of it.
const scanChunk = 20000

// mostEarly is how many entries are told before every entry was read: what is found more often needs no haste.
const mostEarly = 200

// sieve is what a filter asks for: words an entry as it reads must hold, and what is known of it without reading.
type sieve struct {
	words         []string
	kind, who     []string
	late, flagged bool
}

// terms takes a filter apart. "kind:step who:alice is:late" name what an entry is; every other word is looked for in its text.
// The names are taken in either language.
func terms(filter string) (s sieve) {
	for _, f := range strings.Fields(text.Fold(filter)) {
		name, value, named := strings.Cut(f, ":")
		switch {
		case named && value != "" && isWord(name, "find.kind"):
			s.kind = append(s.kind, value)
		case named && value != "" && isWord(name, "find.who"):
			s.who = append(s.who, value)
		case named && isWord(name, "find.is") && isWord(value, "find.late"):
			s.late = true
		case named && isWord(name, "find.is") && isWord(value, "find.flagged"):
			s.flagged = true
		default:
			s.words = append(s.words, f)
		}
	}
	return s
}

func isWord(s, key string) bool {
	return s == text.Fold(locale.English.T(key)) || s == text.Fold(locale.French.T(key))
}

// named tells that a filter asks for more than words.
func (s sieve) named() bool { return len(s.kind)+len(s.who) > 0 || s.late || s.flagged }

// query is the part of a filter the index can answer.
func (s sieve) query(l locale.Lang) timeline.Query {
	q := timeline.Query{Late: s.late, Flagged: s.flagged}
	if len(s.kind) > 0 {
		q.Kind = func(kind string) bool {
			names := kindNames(l, kind)
			return all(s.kind, func(want string) bool {
				return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, want) })
			})
		}
	}
	if len(s.who) > 0 {
		q.Who = func(actor string) bool {
			actor = text.Fold(actor)
			return all(s.who, func(want string) bool { return strings.Contains(actor, want) })
		}
	}
	return q
}

func all(list []string, ok func(string) bool) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !ok(s) })
}

// kindNames is what a kind of entry is called: the word on the screen, its type, and its last part.
func kindNames(l locale.Lang, kind string) []string {
	kind = strings.TrimPrefix(kind, "sangfroid.")
	typ, note, _ := strings.Cut(kind, "/")
	category, last, _ := strings.Cut(typ, ".")
	names := []string{kind, last, note, text.Fold(l.Category(category))}
	if note != "" {
		names = append(names, text.Fold(l.Kind(incident.NoteKind(note))))
	}
	return names
}

// fits tells of an entry that was read whether the named part of a filter lets it through.
func (s sieve) fits(q timeline.Query, st *incident.State, e *incident.Entry, late bool) bool {
	if s.late && !late || s.flagged && !flagged(st, e) {
		return false
	}
	return (q.Kind == nil || q.Kind(timeline.KindOf(e))) && (q.Who == nil || q.Who(e.Event.Actor))
}

// flagged tells whether an entry stands among the flags, as far as the state keeps them.
func flagged(s *incident.State, e *incident.Entry) bool {
	return slices.ContainsFunc(s.Flags, func(f incident.FlagNote) bool { return f.Seq == e.Seq })
}

// startFilter looks for entries that fit, newest first.
func (m *model) startFilter() tea.Cmd {
	m.log.scanGen++
	if m.log.stop != nil {
		m.log.stop() // what is still looked for was for fewer letters
	}
	m.log.ctx, m.log.stop = context.WithCancel(m.ctx)
	m.log.found, m.log.early, m.log.sure, m.log.upto = nil, nil, 0, m.frame.Len
	m.cursor[paneLog], m.paneTop[paneLog] = 0, 0
	if m.log.filter == "" {
		m.log.scanned = -1
		return nil
	}
	m.log.scanned = m.frame.Len
	s := terms(m.log.filter)
	if cmd := m.ask(s); cmd != nil {
		return cmd
	}
	return tea.Batch(m.glance(s, m.frame.Len), m.scan(m.frame.Len))
}

// ask has the index answer a filter that names only what it knows; nil when it cannot.
func (m *model) ask(s sieve) tea.Cmd {
	r, ok := m.room.(cell.Searcher)
	if !ok || len(s.words) > 0 || !s.named() || m.frame.State.Exercise != nil {
		return nil // in an exercise not everybody is shown every entry
	}
	gen, n, q, scan := m.log.scanGen, m.frame.Len, s.query(m.lang), m.scan(m.frame.Len)
	return func() tea.Msg {
		found, ok := r.Search(q, n)
		if !ok {
			return scan()
		}
		return logScannedMsg{gen: gen, found: found}
	}
}

// glance looks for the longest word in the bytes of the file, ahead of the search that reads every entry: what is rare is on the
// screen at once.
func (m *model) glance(s sieve, from int) tea.Cmd {
	log, ok := m.room.Log().(interface {
		Scan(ctx context.Context, needle string, to int) ([]int, int, error)
	})
	if !ok || len(s.words) == 0 {
		return nil
	}
	needle := slices.MaxFunc(s.words, func(a, b string) int { return len(a) - len(b) })
	if len(needle) < 3 {
		return nil
	}
	gen, lang, state, rows, eyes, ctx := m.log.scanGen, m.lang, m.frame.State, m.room.Log(), m.viewer(), m.log.ctx
	return func() tea.Msg {
		hits, next, err := log.Scan(ctx, needle, from)
		msg := logGlancedMsg{gen: gen, next: next}
		for _, seq := range hits {
			if err != nil || len(msg.found) >= mostEarly {
				break
			}
			var found []int32
			found, err = match(ctx, rows, lang, state, eyes, s, seq, seq)
			msg.found = append(msg.found, found...)
		}
		if err != nil {
			msg.next = 0 // the search that reads every entry tells what is wrong
		}
		return msg
	}
}

// glanced takes what was seen ahead, and goes on.
func (m *model) glanced(msg logGlancedMsg) tea.Cmd {
	if msg.gen != m.log.scanGen {
		return nil
	}
	m.log.early = append(m.log.early, msg.found...)
	m.merge(nil, m.log.scanned)
	if msg.next < 1 || len(m.log.early) >= mostEarly || m.log.scanned < 1 {
		return nil
	}
	return m.glance(terms(m.log.filter), msg.next)
}

// merge makes the list of what was found: what is sure down to an entry, with what is sure now too, and below what was seen
// ahead. The selection stays on its entry.
func (m *model) merge(sure []int32, down int) {
	on, c := int32(0), m.cursor[paneLog]
	if c > 0 && c < len(m.log.found) {
		on = m.log.found[c]
	}
	found := append(slices.Clip(m.log.found[:m.log.sure]), sure...)
	m.log.sure = len(found)
	for _, seq := range m.log.early {
		if int(seq) <= down && (len(found) == 0 || found[len(found)-1] != seq) {
			found = append(found, seq)
		}
	}
	m.log.found = found
	if i := slices.Index(found, on); on > 0 && i >= 0 {
		m.paneTop[paneLog] = max(m.paneTop[paneLog]+i-c, 0)
		m.cursor[paneLog] = i
	}
}

// scan reads one chunk, from an entry down.
func (m *model) scan(from int) tea.Cmd {
	if from < 1 {
		return nil
	}
	gen, lang, state, log, s, eyes := m.log.scanGen, m.lang, m.frame.State, m.room.Log(), terms(m.log.filter), m.viewer()
	ctx := m.log.ctx
	return func() tea.Msg {
		low := max(1, from-scanChunk+1)
		found, err := match(ctx, log, lang, state, eyes, s, low, from)
		return logScannedMsg{gen: gen, found: found, next: low - 1, err: err}
	}
}

// match gives the entries in low…high that fit a filter, newest first.
func match(ctx context.Context, log timeline.Log, lang locale.Lang, s *incident.State, eyes incident.Role, f sieve, low, high int) ([]int32, error) {
	var found []int32
	q := f.query(lang)
	err := log.Range(low, high, func(e incident.Entry) bool {
		if !incident.ShownTo(s, e.Event, eyes) {
			return ctx.Err() == nil
		}
		_, late := s.Late(e.Event)
		if !f.fits(q, s, &e, late) {
			return ctx.Err() == nil
		}
		if len(f.words) == 0 {
			found = append(found, int32(e.Seq)) //nolint:gosec // a timeline has fewer than 2^31 entries
			return ctx.Err() == nil
		}
		l := lang.Line(s, e)
		hay := text.Fold(l.Category + " " + e.Event.Actor + " " + lang.RoleTitle(s, e.Event.Role) + " " + string(e.Event.Role) + " " + l.String())
		for _, w := range f.words {
			if !strings.Contains(hay, w) {
				return ctx.Err() == nil
			}
		}
		found = append(found, int32(e.Seq)) //nolint:gosec // a timeline has fewer than 2^31 entries
		return ctx.Err() == nil
	})
	slices.Reverse(found)
	return found, err
}

// scanMore takes what a chunk found and goes on with the next.
func (m *model) scanMore(msg logScannedMsg) tea.Cmd {
	if msg.gen != m.log.scanGen {
		return nil
	}
	if msg.err != nil {
		m.fail(msg.err)
		return nil
	}
	if msg.newer {
		m.log.found = append(msg.found, m.log.found...)
		m.log.sure += len(msg.found)
		return nil
	}
	m.merge(msg.found, msg.next)
	m.log.scanned = msg.next
	if msg.next < 1 {
		m.log.scanned = -1
		return nil
	}
	return m.scan(msg.next)
}
