package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/text"
	"sangfroid/tui/theme"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// exPane is what the screen of the exercise remembers. What is chosen is kept by its name: rows move by themselves.
type exPane struct {
	view    int
	pick    incident.InjectID
	goal    int
	top     int
	whole   bool                       // the inject chosen has the whole screen
	known   int                        // injects this console has told of
	read    map[incident.InjectID]bool // those opened here
	arrived incident.InjectID          // the one the banner tells of
}

// exercise is the exercise of this incident; nil where there is none.
func (m *model) exercise() *incident.Exercise {
	if m.frame == nil {
		return nil
	}
	return m.frame.State.Exercise
}

// looksDrill tells whether the screen is that of a drill. After a real emergency nothing looks like one any more.
func (m *model) looksDrill() bool {
	return m.frame != nil && m.frame.State.Realm == incident.Drill && !m.emergency()
}

func (m *model) emergency() bool {
	x := m.exercise()
	return x != nil && x.Emergency
}

// viewer is the role whose eyes the screen is for. Looking back, all is shown.
func (m *model) viewer() incident.Role {
	if m.replaying() {
		return incident.RoleObserver
	}
	return m.me().Role
}

// frameTheme is the theme of panes' frames: in a drill they have its colour, on every view. Without colours they have
// another shape and the word: what tells a drill from the real thing is never colour alone.
func (m *model) frameTheme() theme.Theme {
	t := m.theme
	if m.looksDrill() {
		t.Border = t.DrillEdge
		if t.Mono {
			t.Twin, t.Stamp = true, m.lang.Realm(incident.Drill)
		}
	}
	return t
}

// rawShown tells whether the bytes of an entry are shown: those of a running exercise hold what is still to come.
func (m *model) rawShown(ev incident.Event) bool {
	x := m.exercise()
	return x == nil || x.Ended != nil || incident.SeesAll(m.viewer()) || !strings.HasPrefix(string(ev.Type), string(incident.TypePrefix+"exercise."))
}

// bandHeight is how many lines the exercise's band has: one, and three when it must be seen from afar.
func (m *model) bandHeight() int {
	x := m.exercise()
	switch {
	case x == nil:
		return 0
	case m.h >= fullHeight && (x.Emergency || x.Ended == nil && x.Speed() == 0):
		return 3
	}
	return 1
}

// band is the line of an exercise, on every view: its clock and the wall's, its move and end, what waits.
func (m *model) band() []string {
	x := m.exercise()
	if x == nil {
		return nil
	}
	t := m.theme
	switch {
	case x.Emergency:
		note := "tui.ex.realnote"
		if m.w < fullWidth {
			note = "tui.ex.realshort"
		}
		r := row{}.add(" "+t.Symbol(theme.Alert())+" "+m.t("tui.ex.real")+"  "+m.t(note)+"  ", t.Live)
		if !m.replaying() {
			r = r.add(" ! ", t.KeyOn).add(" "+m.t("tui.ex.realkey")+" ", t.Live)
		}
		return m.tall(r, t.Live)
	case x.Ended != nil:
		r := row{}.add(" "+m.t("tui.ex.over", "at", m.nearMoment(x.Ended.At))+"   ", t.DrillGround).add(" E ", t.KeyOn).add(" "+m.t("tui.ex.how")+" ", t.DrillGround)
		return []string{m.ending(r, t.DrillGround, row{}.add(" "+m.lang.Realm(incident.Drill)+" ", t.Drill))}
	case x.Speed() == 0:
		return m.tall(m.pausedRow(x), t.Alert)
	}
	return []string{m.runningRow(x).over(m.w, t.DrillGround)}
}

// ending writes a row of the band on its ground, with a tail at the right end where there is room.
func (m *model) ending(r row, ground theme.Ink, tail row) string {
	if free := m.w - r.width() - tail.width(); free > 0 {
		r = append(r.add(blanks(free), ground), tail...)
	}
	return r.over(m.w, ground)
}

// tall puts a row into a band of its ground.
func (m *model) tall(r row, ground theme.Ink) []string {
	n := m.bandHeight()
	out := make([]string, n)
	for i := range out {
		out[i] = row{}.over(m.w, ground)
	}
	out[n/2] = r.over(m.w, ground)
	return out
}

func (m *model) pausedRow(x *incident.Exercise) row {
	t := m.theme
	r := row{}.add(" ‖ "+m.t("tui.ex.paused")+"  ", t.Alert)
	if t.ASCII {
		r = row{}.add(" = "+m.t("tui.ex.paused")+"  ", t.Alert)
	}
	tail := row{}
	if !m.replaying() {
		tail = tail.add(" E ", t.KeyOn)
	}
	for _, s := range []string{
		m.t("tui.ex.stands", "at", m.now.In(m.zone()).Format("15:04:05")), pauseReason(x), m.wallWord(), m.t("tui.ex.paused"), m.t("tui.ex.paused"),
	} {
		if s != "" && r.width()+width(s)+3+tail.width() <= m.w {
			r = r.add(s+"   ", t.Alert)
		}
	}
	if free := m.w - r.width() - tail.width(); free > 0 {
		r = r.add(blanks(free), t.Alert)
	}
	return append(r, tail...)
}

// wallWord is the real time beside that of the exercise; looking back there is none worth telling.
func (m *model) wallWord() string {
	if m.replaying() {
		return ""
	}
	return m.t("tui.ex.wall", "at", m.wall().In(m.zone()).Format("15:04:05"))
}

func pauseReason(x *incident.Exercise) string {
	if n := len(x.Settings); n > 0 {
		return x.Settings[n-1].Mark.Note
	}
	return ""
}

func (m *model) runningRow(x *incident.Exercise) row {
	t := m.theme
	r := row{}.add(" "+m.lang.Realm(incident.Drill)+" ", t.Drill).add(" "+m.now.In(m.zone()).Format("15:04:05")+" ×"+strconv.Itoa(x.Speed()), t.DrillGround)
	tail := m.bandTail(x)
	add := func(s string) {
		if s != "" && r.width()+3+width(s)+tail.width() <= m.w {
			r = r.add("   "+s, t.DrillGround)
		}
	}
	add(m.wallWord())
	past := m.pastEnd(x)
	if past != "" && r.width()+5+width(past)+tail.width() <= m.w {
		r = r.add("   ", t.DrillGround).add(" "+past+" ", t.Alert)
	}
	if mv := x.MoveAt(m.now); mv != nil {
		add(m.lang.Text(mv.Title))
	}
	if past == "" {
		add(m.t("tui.ex.end", "at", x.PlannedEnd().In(m.zone()).Format("15:04")))
	}
	if x.Solo {
		add(m.t("tui.ex.solo"))
	}
	if free := m.w - r.width() - tail.width(); free > 0 {
		r = r.add(blanks(free), t.DrillGround)
	}
	return append(r, tail...)
}

// pastEnd tells of an exercise that goes on after its planned end, and whoever may, how to end it; "" before.
func (m *model) pastEnd(x *incident.Exercise) string {
	past := m.now.Sub(x.PlannedEnd())
	if x.Planned <= 0 || past < time.Minute {
		return ""
	}
	word := m.t("tui.ex.pastend", "at", x.PlannedEnd().In(m.zone()).Format("15:04"), "by", past.Truncate(time.Minute))
	if x.Facilitates(m.me().Role) && !m.replaying() {
		word += m.lang.Colon() + m.t("tui.ex.pastkey")
	}
	return word
}

// bandTail is what waits for whoever sits here, and the key to it.
func (m *model) bandTail(x *incident.Exercise) row {
	t := m.theme
	r := row{}
	if m.replaying() {
		return r.add(" "+m.lang.Realm(incident.Drill)+" ", t.Drill)
	}
	if !m.frame.Facilitated {
		word := m.t("tui.ex.alone")
		if m.w < fullWidth {
			word, _, _ = strings.Cut(word, ":") // French sets a space before it that does not break
			word = strings.TrimRight(word, " \u00a0\u202f")
		}
		return r.add("  "+t.Symbol(theme.Alert())+" "+word+" ", t.Alert).add(" E ", t.KeyOn)
	}
	switch role := m.me().Role; {
	case role == incident.RoleFacilitator:
		a := incident.Due(m.frame.State, m.now)
		switch {
		case len(a.Due) > 0:
			r = r.add("  "+m.t("tui.ex.due", "n", len(a.Due))+" ", t.Alert)
		case len(a.Next) > 0:
			r = r.add("  "+m.t("tui.ex.next", "no", string(a.Next[0].Def.No), "in", short(a.Next[0].In))+" ", t.DrillGround)
		}
	case x.Plays(role):
		if n := len(x.Unanswered(role)); n > 0 {
			r = r.add("  "+t.Symbol(theme.Mail())+" "+m.t("tui.ex.toanswer", "n", n)+" ", t.Drill)
		}
	}
	return r.add(" E ", t.KeyOn)
}

// arrivals tells of an inject for the role that sits here: once, calmly, and without taking a key or covering a field.
func (m *model) arrivals() tea.Cmd {
	x := m.exercise()
	if x == nil || m.replaying() {
		return nil
	}
	role := m.me().Role
	var told *incident.SentInject
	for i := min(m.ex.known, len(x.Sent)); i < len(x.Sent); i++ {
		if x.Plays(role) && x.Sent[i].For(role) {
			told = &x.Sent[i]
		}
	}
	m.ex.known = len(x.Sent)
	if told == nil || m.overlay == overExercise && m.form == nil {
		return nil
	}
	m.ex.arrived = told.No
	return notify(m.lang.Realm(incident.Drill) + " " + m.injectHead(told))
}

// injectHead tells an inject in a line: its number, how it came, from whom.
func (m *model) injectHead(i *incident.SentInject) string {
	return m.t("tui.ex.arrived", "no", string(i.No)) + " · " + m.lang.Channel(i.Channel) + " · " + m.lang.Text(i.From)
}

// arrivedLine is the banner of an inject; ok is false when there is none.
func (m *model) arrivedLine() (string, bool) {
	x := m.exercise()
	if x == nil || m.ex.arrived == "" {
		return "", false
	}
	sent := x.SentOf(m.ex.arrived)
	if sent == nil {
		return "", false
	}
	t := m.theme
	head := row{}.add(" "+t.Symbol(theme.Mail())+" "+m.injectHead(sent)+" ", t.Drill).space(1)
	tail := row{}
	if m.form == nil {
		tail = tail.space(2).add("E", t.Key).add(" "+m.t("tui.ex.reads")+"  ", t.Muted).add("esc", t.Key).space(1)
	}
	room := m.w - head.width() - tail.width()
	head = head.add(cut(text.OneLine(m.lang.Text(sent.Text)), max(room, 0)), t.Strong)
	return append(head.to(m.w-tail.width()), tail...).line(m.w, false), true
}

// exerciseTitle is the window's title: what the screen is, before anything else.
func (m *model) exerciseTitle() string {
	x := m.exercise()
	word := m.lang.Realm(m.frame.State.Realm)
	switch {
	case m.emergency():
		word = m.t("tui.ex.real")
	case x != nil && x.Ended == nil && x.Speed() == 0:
		word = m.t("tui.ex.paused")
	}
	return word
}

func (m *model) hourOf(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return m.when(at)
}

// holders names who holds a role here; the word for nobody where there is none.
func (m *model) holders(r incident.Role) string {
	var names []string
	for _, p := range m.frame.Present {
		if p.Role == r && !contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	if len(names) > 0 {
		return strings.Join(names, ", ")
	}
	if name, held := m.frame.State.Holder(r); held {
		return name
	}
	return m.t("tui.ex.nobody")
}

func (m *model) openExercise() tea.Cmd {
	m.overlay, m.overTop, m.ex.top = overExercise, 0, 0
	if m.ex.arrived != "" {
		m.ex.pick, m.ex.arrived = m.ex.arrived, ""
	}
	m.ex.view, m.ex.whole = 0, false
	return m.markRead()
}

func (m *model) canExercise() string {
	if m.exercise() == nil {
		return "why.ex.none"
	}
	return ""
}

func (m *model) canEmergency() string {
	x := m.exercise()
	switch {
	case x == nil:
		return "why.ex.none"
	case x.Ended != nil && !x.Emergency:
		return "why.ex.over"
	}
	return ""
}

// lineOf tells an entry, or only that there is one where it is not for the eyes of the role.
func lineOf(lang locale.Lang, s *incident.State, e incident.Entry, r incident.Role) locale.Line {
	if incident.ShownTo(s, e.Event, r) {
		return lang.Line(s, e)
	}
	return locale.Line{Category: lang.Line(s, e).Category, Text: lang.T("tui.ex.hidden"), Tone: locale.ToneMuted}
}

// trainer is a desk that starts exercises; nil where it does not.
func (m *model) trainer() cell.Trainer {
	t, ok := m.desk.(cell.Trainer)
	if !ok {
		return nil
	}
	return t
}
