package tui

import (
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// where an action makes sense.
type where int

const (
	atHome where = 1 << iota
	atRoom
	atReplay
)

// action is something a person can do. The keys, the footer, the palette and the key sheet are all made of this one list.
type action struct {
	id   string
	keys []string
	at   where
	foot int                    // place in the footer; 0: not in it
	can  func(m *model) string  // why not, as a catalogue key; "" when it can act
	do   func(m *model) tea.Cmd //
}

// keyName is how the action's first key is written.
func (a *action) keyName(l locale.Lang) string {
	if len(a.keys) == 0 {
		return ""
	}
	return keyLabel(l, a.keys[0])
}

func keyLabel(l locale.Lang, key string) string {
	switch key {
	case "space", "enter", "left", "right", "up", "down", "pgup", "pgdown", "home", "end":
		return l.T("key." + key)
	case "f1", "f2", "f3", "f4":
		return upper(key)
	case "shift+tab":
		return l.T("key.shift") + "+tab"
	case "shift+left", "shift+right":
		return l.T("key.shift") + "+" + l.T("key."+strings.TrimPrefix(key, "shift+"))
	}
	return key
}

// actions lists everything, in the order of the key sheet.
func actions() []action {
	return slices.Concat(roomActions(), paletteLegal(), replayActions(), homeActions(), generalActions())
}

func roomActions() []action {
	return []action{
		{id: "next", keys: []string{"g"}, at: atRoom, can: (*model).canNext, do: (*model).doNext},
		{id: "others", keys: []string{"G"}, at: atRoom, can: (*model).canNext, do: (*model).skipProposal},
		{id: "decide", keys: []string{"d"}, at: atRoom, foot: 1, can: (*model).canDecide, do: (*model).openDecide},
		{id: "ask", keys: []string{"a"}, at: atRoom, can: (*model).canWrite, do: (*model).openAsk},
		{id: "withdraw", at: atRoom, can: (*model).canWithdraw, do: (*model).openWithdraw},
		{id: "vote", keys: []string{"v"}, at: atRoom, can: (*model).canVote, do: (*model).openVote},
		{id: "criterion", keys: []string{"e"}, at: atRoom, can: (*model).canCriterion, do: (*model).openCriterion},
		{id: "step", keys: []string{"s"}, at: atRoom, foot: 2, can: (*model).canStep, do: (*model).openStep},
		{id: "addstep", keys: []string{"+"}, at: atRoom, can: (*model).canWrite, do: (*model).openAddStep},
		{id: "targets", keys: []string{"T"}, at: atRoom | atReplay, can: (*model).canTargets, do: (*model).openTargets},
		{id: "note", keys: []string{"n"}, at: atRoom, foot: 3, can: (*model).canNote, do: (*model).openNote},
		{id: "count", keys: []string{"c"}, at: atRoom, foot: 4, can: (*model).canCount, do: (*model).openCatchup},
		{id: "addflow", keys: []string{"C"}, at: atRoom, can: (*model).canWrite, do: (*model).openNewFlow},
		{id: "milestone", keys: []string{"m"}, at: atRoom, foot: 5, can: (*model).canMilestone, do: (*model).openMilestone},
		{id: "sitrep", keys: []string{"r"}, at: atRoom, foot: 6, can: (*model).canWrite, do: (*model).openSitrep},
		{id: "origin", keys: []string{"t"}, at: atRoom, can: (*model).canWrite, do: (*model).openOrigin},
		{id: "whatif", keys: []string{"w"}, at: atRoom | atReplay, can: (*model).canWhatIf, do: (*model).openWhatIf},
		{id: "repair", keys: []string{"b"}, at: atRoom, can: (*model).canWrite, do: (*model).openRepair},
		{id: "escalate", keys: []string{"u"}, at: atRoom, can: (*model).canWrite, do: (*model).openEscalate},
		{id: "basis", at: atRoom, can: (*model).canWrite, do: (*model).openBasis},
		{id: "severity", at: atRoom, can: (*model).canWrite, do: (*model).openSeverity},
		{id: "phase", at: atRoom, can: (*model).canWrite, do: (*model).openPhase},
		{id: "scope", at: atRoom, can: (*model).canWrite, do: (*model).openScope},
		{id: "launch", keys: []string{"l"}, at: atRoom, can: (*model).canWrite, do: (*model).openLaunch},
		{id: "reports", keys: []string{"R"}, at: atRoom | atReplay, do: (*model).openReports},
		{id: "cadence", at: atRoom, can: (*model).canWrite, do: (*model).openCadence},
		{id: "contact", keys: []string{"k"}, at: atRoom | atReplay, do: (*model).openContacts},
		{id: "obligation", keys: []string{"o"}, at: atRoom | atReplay, do: (*model).openLegal},
		{id: "actions", keys: []string{"A"}, at: atRoom | atReplay, do: (*model).openActions},
		{id: "handover", keys: []string{"h"}, at: atRoom, can: (*model).canHandOver, do: (*model).openHandOver},
		{id: "ack", at: atRoom, can: (*model).canAck, do: (*model).openAck},
		{id: "inbox", keys: []string{"i"}, at: atRoom, can: (*model).canInbox, do: (*model).openInbox},
		{id: "exercise", keys: []string{"E"}, at: atRoom | atReplay, can: (*model).canExercise, do: (*model).openExercise},
		{id: "emergency", keys: []string{"!"}, at: atRoom, can: (*model).canEmergency, do: (*model).openEmergency},
		{id: "people", keys: []string{"p"}, at: atRoom, do: (*model).openPeople},
		{id: "close", keys: []string{"x"}, at: atRoom, can: (*model).canClose, do: (*model).openClose},
		{id: "reopen", at: atRoom, can: (*model).canReopen, do: (*model).openReopen},
		{id: "leave", at: atRoom, do: (*model).leaveCell},
	}
}

func homeActions() []action {
	return []action{
		{id: "join", keys: []string{"enter"}, at: atHome, foot: 1, can: (*model).canJoin, do: (*model).join},
		{id: "declare", keys: []string{"d"}, at: atHome, foot: 2, do: (*model).openDeclare},
		{id: "replay", keys: []string{"r"}, at: atHome, foot: 3, can: (*model).canReplay, do: (*model).openReplay},
		{id: "train", keys: []string{"e"}, at: atHome, foot: 4, can: (*model).canTrain, do: (*model).openTrain},
		{id: "openfile", keys: []string{"o"}, at: atHome, foot: 5, do: (*model).openFile},
	}
}

func generalActions() []action {
	all := atHome | atRoom | atReplay
	return []action{
		{id: "filter", keys: []string{"/"}, at: atRoom | atReplay, foot: 7, do: (*model).openFilter},
		{id: "full", keys: []string{"f"}, at: atRoom | atReplay, foot: 8, do: (*model).toggleFull},
		{id: "pane", keys: []string{"1", "2", "3", "4"}, at: atRoom | atReplay},
		{id: "tab", keys: []string{"tab", "shift+tab"}, at: atRoom | atReplay},
		{id: "who", keys: []string{"f2"}, at: atHome | atRoom, can: (*model).canIdentify, do: (*model).openIdentity},
		{id: "lang", keys: []string{"f3"}, at: all, do: (*model).switchLang},
		{id: "ground", keys: []string{"f4"}, at: all, do: (*model).switchGround},
		{id: "palette", keys: []string{":", "ctrl+p"}, at: all, foot: 9, do: (*model).openPalette},
		{id: "keys", keys: []string{"?", "f1"}, at: all, foot: 10, do: (*model).openKeys},
		{id: "home", at: atRoom | atReplay, can: (*model).canHome, do: (*model).goHome},
		{id: "quit", keys: []string{"q", "ctrl+c"}, at: all, foot: 11, do: (*model).askQuit},
	}
}

// here tells where the console is.
func (m *model) here() where {
	switch {
	case m.screen == screenHome:
		return atHome
	case m.replaying():
		return atReplay
	}
	return atRoom
}

// footerActions are those in the footer of this screen, in its order.
func (m *model) footerActions() []action {
	var out []action
	for _, a := range actions() {
		if a.at&m.here() != 0 && a.foot > 0 {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b action) int { return a.foot - b.foot })
	return out
}

// press does what a key stands for here; ok is false for a key that stands for nothing.
func (m *model) press(key string) (tea.Cmd, bool) {
	for _, a := range actions() {
		if a.at&m.here() != 0 && a.do != nil && slices.Contains(a.keys, key) {
			return m.run(&a), true
		}
	}
	return nil, false
}

// run does an action, or says why it cannot be done.
func (m *model) run(a *action) tea.Cmd {
	if a.id != "quit" {
		m.armed = ""
	}
	if why := a.why(m); why != "" {
		return m.cannot(a.id, why)
	}
	m.notice = notice{}
	return a.do(m)
}

// Why an action cannot be done now.

func (m *model) canWrite() string {
	switch {
	case m.frame.State.Declared.At.IsZero():
		return "why.undeclared"
	case m.frame.State.Closed != nil:
		return "why.closed"
	case m.me().Role == incident.RoleObserver:
		return "why.observer"
	}
	return ""
}

func (m *model) canNote() string {
	if m.me().Role == incident.RoleObserver {
		return "why.observer"
	}
	return ""
}

func (m *model) canNext() string {
	if len(m.proposals()) == 0 {
		return "why.nothing"
	}
	return ""
}

func (m *model) canDecide() string {
	if why := m.canWrite(); why != "" {
		return why
	}
	if len(m.frame.State.Decided) == 0 {
		return "why.nodecision"
	}
	return ""
}

func (m *model) canVote() string {
	if why := m.canDecide(); why != "" {
		return why
	}
	if d := m.decision(); d.Status != incident.DecisionIsAsked {
		return "why.notasked"
	}
	return ""
}

func (m *model) canCriterion() string {
	if why := m.canDecide(); why != "" {
		return why
	}
	if len(m.decision().Criteria) == 0 {
		return "why.nocriteria"
	}
	return ""
}

func (m *model) canStep() string {
	if len(m.frame.State.Steps) == 0 {
		return "why.nostep"
	}
	return ""
}

func (m *model) canCount() string {
	if why := m.canWrite(); why != "" {
		return why
	}
	if len(m.frame.State.Flows) == 0 {
		return "why.noflow"
	}
	return ""
}

func (m *model) canMilestone() string {
	if why := m.canWrite(); why != "" {
		return why
	}
	if len(m.frame.State.Services) == 0 {
		return "why.noservice"
	}
	return ""
}

func (m *model) canHandOver() string {
	if m.me().Role == incident.RoleObserver {
		return "why.observer"
	}
	if h := m.frame.State.PendingHandover(m.me().Role); h != nil && h.From == m.me().Name {
		return "why.handed"
	}
	return ""
}

func (m *model) canAck() string {
	if m.handover() == nil {
		return "why.noack"
	}
	return ""
}

func (m *model) canInbox() string {
	if len(m.frame.Inbox) == 0 {
		return "why.noinbox"
	}
	return ""
}

func (m *model) canClose() string {
	if why := m.canWrite(); why != "" {
		return why
	}
	if m.me().Role != incident.RoleDirector {
		return "why.director"
	}
	return ""
}

func (m *model) canReopen() string {
	if m.frame.State.Closed == nil {
		return "why.open"
	}
	if m.me().Role != incident.RoleDirector {
		return "why.director"
	}
	return ""
}

func (m *model) canJoin() string {
	if m.listed() == nil {
		return "why.noincident"
	}
	return ""
}

func (m *model) canReplay() string {
	if l := m.listed(); l == nil || !l.Local {
		return "why.norecord"
	}
	return ""
}

func (m *model) canHome() string {
	if m.desk == nil {
		return "why.nodesk"
	}
	return ""
}
