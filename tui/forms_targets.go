package tui

import (
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/tui/form"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// targetVerbs are the states a person gives targets, by key.
func targetVerbs() []struct {
	key   string
	state incident.TargetState
} {
	return []struct {
		key   string
		state incident.TargetState
	}{
		{"d", incident.TargetDone},
		{"f", incident.TargetFailed},
		{"r", incident.TargetRunning},
		{"w", incident.TargetWaiting},
		{"k", incident.TargetSkipped},
	}
}

// openMark opens the short form that says where the chosen targets stand.
func (m *model) openMark(state incident.TargetState) tea.Cmd {
	if m.replaying() {
		return nil
	}
	if why := m.canWrite(); why != "" {
		return m.cannot("targets", why)
	}
	places := m.gridChosen()
	if len(places) == 0 {
		return nil
	}
	set := m.gridSet()
	names := make([]string, len(places))
	for k, i := range places {
		names[k] = set.At(int(i)).ID
	}
	note := m.line("note", "", false)
	if state == incident.TargetFailed {
		note = m.line("reason", "", true)
	}
	list := incident.CompactTargets(names)
	subject := incident.TargetsSubject(m.grid.set)
	title := m.t("form.targetsare", "n", len(names), "state", m.lang.TargetState(state))
	cmd := m.show("targets-"+string(state), title, "save.targets", []form.Field{
		m.words(m.lang.SetTitle(m.frame.State, m.grid.set) + m.lang.Colon() + listed(list)), note, m.at(),
	}, func(v form.Values) ([]cell.Command, error) {
		var out []cell.Command
		for _, d := range incident.SplitTargets([]incident.TargetChange{{State: state, IDs: list}}, v["note"]+v["reason"]) {
			cs, err := m.command(v, subject, d)
			if err != nil {
				return nil, err
			}
			out = append(out, cs...)
		}
		m.grid.chosen = make(map[int32]bool)
		return out, nil
	})
	m.grid.back = true
	return cmd
}

// listed writes the first names of a list.
func listed(list []string) string {
	const most = 12
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + ", …"
}

// doneFields are the fields of a step's end when targets are still open: are they done as well?
func (m *model) doneFields(st *incident.Step) []form.Field {
	open := st.Targets.Len() - st.Targets.Over()
	if open == 0 {
		return nil
	}
	return []form.Field{
		m.words(m.t("form.targets.open", "n", open)),
		m.choice("rest", "leave", []form.Option{
			{Value: "leave", Label: m.t("form.targets.leave")}, {Value: "done", Label: m.t("form.targets.done")},
		}),
	}
}

// restDone is the commands that say of the open targets that they are done.
func (m *model) restDone(st *incident.Step, v form.Values) ([]cell.Command, error) {
	if v["rest"] != "done" {
		return nil, nil
	}
	var names []string
	for i := range st.Targets.Len() {
		if t := st.Targets.At(i); t.State != incident.TargetDone && t.State != incident.TargetSkipped {
			names = append(names, t.ID)
		}
	}
	var out []cell.Command
	for _, d := range incident.SplitTargets([]incident.TargetChange{{State: incident.TargetDone, IDs: incident.CompactTargets(names)}}, "") {
		cs, err := m.command(v, incident.TargetsSubject(incident.StepSet(st.ID)), d)
		if err != nil {
			return nil, err
		}
		out = append(out, cs...)
	}
	return out, nil
}

// formGone brings back what a form lay over.
func (m *model) formGone() {
	if m.back != overNone {
		m.overlay, m.back = m.back, overNone
	}
	if m.grid.back {
		m.grid.back = false
		m.overlay = overGrid
		m.syncGrid()
	}
}

// openAttachTargets brings a signal about targets into the incident: the signal as it came, and what it says of the targets
// of a step or line.
func (m *model) openAttachTargets(g cell.Signal) tea.Cmd {
	s := m.frame.State
	p := *g.Progress
	var sets []form.Option
	add := func(id incident.SetID) {
		sets = append(sets, form.Option{Value: string(id), Label: m.lang.SetTitle(s, id)})
	}
	for i := range s.Steps {
		if st := &s.Steps[i]; st.Total > 0 || st.Targets.Len() > 0 {
			add(incident.StepSet(st.ID))
		}
	}
	for i := range s.Flows {
		if s.Flows[i].Open() {
			add(incident.FlowSet(s.Flows[i].ID))
		}
	}
	if len(sets) == 0 {
		return m.cannot("attach", "why.notargets")
	}
	start := string(cell.SetNamed(s, p))
	if !slices.ContainsFunc(sets, func(o form.Option) bool { return o.Value == start }) {
		start = sets[0].Value
	}
	at := p.Time
	if at.IsZero() || at.After(g.Received) {
		at = g.Received
	}
	at = m.frame.State.ExerciseTime(at)
	return m.show("attach-targets", m.t("act.attach"), "save.attach", []form.Field{
		m.words(g.Source + m.lang.Colon() + g.Summary), m.choice("set", start, sets),
		m.choice("newnames", "no", []form.Option{{Value: "no", Label: m.t("form.newnames.refuse")}, {Value: "yes", Label: m.t("form.newnames.add")}}),
	}, func(v form.Values) ([]cell.Command, error) {
		out := []cell.Command{{Time: at, Data: cell.Attach(s, g)}}
		for _, d := range incident.SplitTargets(p.Changes, p.Note) {
			d.Add = v["newnames"] == "yes"
			out = append(out, cell.Command{Subject: incident.TargetsSubject(incident.SetID(v["set"])), Time: at, Data: d})
		}
		slices.Reverse(out) // what a rule may refuse comes first
		return out, nil
	})
}
