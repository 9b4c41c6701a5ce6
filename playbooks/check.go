package playbooks

import (
	"fmt"
	"sangfroid/internal/incident"
	"slices"
	"strconv"
	"strings"
	"time"
)

// check holds the playbook as a whole to its rules.
func (r *reader) check(b *incident.Playbook) {
	if b.Schema != incident.PlaybookSchema {
		r.failAt("schema", "lint.schema", "want", incident.PlaybookSchema)
	}
	r.id("id", b.ID)
	r.filled("title", b.Title)
	r.oneOf("level", string(b.Level), levels()...)
	if b.Zone != "" {
		if _, err := time.LoadLocation(b.Zone); err != nil {
			r.failAt("zone", "lint.zone", "value", b.Zone)
		}
	}
	if b.RTOFrom != "" {
		r.basis("rto_from", b.RTOFrom)
	}
	r.services(b)
	r.roles(b)
	r.obligations(b)
	if len(b.Plans) == 0 {
		r.failAt("plans", "lint.noplan")
	}
	ids := make(map[string]bool)
	failover := false
	for i := range b.Plans {
		p := &b.Plans[i]
		path := fmt.Sprintf("plans[%d]", i)
		r.unique(path+".id", p.ID, ids)
		r.filled(path+".title", p.Title)
		r.oneOf(path+".kind", string(p.Kind), string(incident.PlanFailover), string(incident.PlanFailback), string(incident.PlanOther))
		failover = failover || p.Kind == incident.PlanFailover
		r.plan(b, p, path)
	}
	if len(b.Plans) > 0 && !failover {
		r.failAt("plans", "lint.nofailover")
	}
}

func levels() []string {
	var out []string
	for _, l := range incident.Levels() {
		out = append(out, string(l))
	}
	return out
}

func (r *reader) id(path, id string) {
	if !incident.ValidID(id) {
		r.failAt(path, "lint.id", "value", id)
	}
}

func (r *reader) unique(path, id string, seen map[string]bool) {
	r.id(path, id)
	if seen[id] {
		r.failAt(path, "lint.same", "value", id)
	}
	seen[id] = true
}

func (r *reader) filled(path string, t incident.Text) {
	if strings.TrimSpace(t.EN+t.FR) == "" {
		r.failAt(path, "lint.missing", "key", path[strings.LastIndex(path, ".")+1:])
	}
}

func (r *reader) oneOf(path, value string, have ...string) {
	if !slices.Contains(have, value) {
		r.failAt(path, "lint.oneof", "value", value, "have", strings.Join(have, ", "))
	}
}

func (r *reader) basis(path string, v incident.Basis) {
	r.oneOf(path, string(v), string(incident.FromOccurrence), string(incident.FromDetection), string(incident.FromReport))
}

func (r *reader) services(b *incident.Playbook) {
	if len(b.Services) == 0 {
		r.failAt("services", "lint.noservice")
	}
	ids := make(map[string]bool)
	for i, v := range b.Services {
		path := fmt.Sprintf("services[%d]", i)
		r.unique(path+".id", string(v.ID), ids)
		r.filled(path+".name", v.Name)
		if v.Level != "" {
			r.oneOf(path+".level", string(v.Level), levels()...)
		}
		if v.From != "" {
			r.basis(path+".rto_from", v.From)
		}
		if v.RTO > 0 && v.MTPD > 0 && v.RTO >= v.MTPD {
			r.failAt(path+".rto", "lint.rto", "rto", v.RTO.String(), "mtpd", v.MTPD.String())
		}
	}
}

func (r *reader) roles(b *incident.Playbook) {
	ids := make(map[string]bool)
	for i, v := range b.Roles {
		r.unique(fmt.Sprintf("roles[%d].id", i), string(v.ID), ids)
		r.filled(fmt.Sprintf("roles[%d].title", i), v.Title)
	}
	if !ids[string(incident.RoleDirector)] {
		r.failAt("roles", "lint.nodirector")
	}
	contacts := make(map[string]bool)
	for i, c := range b.Contacts {
		r.unique(fmt.Sprintf("contacts[%d].id", i), c.ID, contacts)
		r.filled(fmt.Sprintf("contacts[%d].name", i), c.Name)
	}
}

// role, service and contact tell that a name is one of the playbook's.
func (r *reader) role(b *incident.Playbook, path string, v incident.Role) {
	if v != "" && !slices.ContainsFunc(b.Roles, func(d incident.RoleDef) bool { return d.ID == v }) {
		r.failAt(path, "lint.role", "value", string(v))
	}
}

func (r *reader) service(b *incident.Playbook, path string, v incident.ServiceID) {
	if !slices.ContainsFunc(b.Services, func(d incident.ServiceDef) bool { return d.ID == v }) {
		r.failAt(path, "lint.service", "value", string(v))
	}
}

func (r *reader) plan(b *incident.Playbook, p *incident.PlanDef, path string) {
	if len(p.Steps) == 0 {
		r.failAt(path, "lint.nostep", "plan", p.ID)
		return
	}
	decisions := make(map[string]bool)
	for i := range p.Decisions {
		at := fmt.Sprintf("%s.decisions[%d]", path, i)
		r.unique(at+".id", p.Decisions[i].ID, decisions)
		r.decision(b, &p.Decisions[i], at)
	}
	steps := make(map[string]bool)
	for i := range p.Steps {
		at := fmt.Sprintf("%s.steps[%d]", path, i)
		r.unique(at+".id", p.Steps[i].ID, steps)
		r.step(b, p, &p.Steps[i], at)
	}
	r.network(p, path)
	r.catchup(b, p, path)
	if p.Kind == incident.PlanFailover && !slices.ContainsFunc(p.Steps, func(s incident.StepDef) bool { return s.Milestone == incident.MilestoneVerified }) {
		r.failAt(path+".steps", "lint.noverified")
	}
}

func (r *reader) decision(b *incident.Playbook, d *incident.DecisionDef, path string) {
	r.filled(path+".question", d.Question)
	options := make(map[string]bool)
	for i, o := range d.Options {
		r.unique(fmt.Sprintf("%s.options[%d].id", path, i), string(o.ID), options)
	}
	if len(d.Options) == 1 {
		r.failAt(path+".options", "lint.oneoption")
	}
	criteria := make(map[string]bool)
	for i, c := range d.Criteria {
		r.unique(fmt.Sprintf("%s.criteria[%d].id", path, i), c.ID, criteria)
		r.filled(fmt.Sprintf("%s.criteria[%d].title", path, i), c.Title)
	}
	for i, v := range d.Deciders {
		r.role(b, fmt.Sprintf("%s.deciders[%d]", path, i), v)
	}
	if d.Quorum > len(b.Roles) {
		r.failAt(path+".quorum", "lint.quorum", "quorum", strconv.Itoa(d.Quorum), "roles", strconv.Itoa(len(b.Roles)))
	}
}

func (r *reader) step(b *incident.Playbook, p *incident.PlanDef, s *incident.StepDef, path string) {
	r.filled(path+".title", s.Title)
	if s.Phase.Order() < 0 {
		var have []string
		for _, ph := range incident.Phases() {
			have = append(have, string(ph))
		}
		r.failAt(path+".phase", "lint.oneof", "value", string(s.Phase), "have", strings.Join(have, ", "))
	}
	r.role(b, path+".owner", s.Owner)
	for i, v := range s.Services {
		r.service(b, fmt.Sprintf("%s.services[%d]", path, i), v)
	}
	if s.Contact != "" && !slices.ContainsFunc(b.Contacts, func(c incident.ContactDef) bool { return c.ID == s.Contact }) {
		r.failAt(path+".contact", "lint.contact", "value", s.Contact)
	}
	if s.Milestone != "" {
		r.oneOf(path+".milestone", string(s.Milestone), string(incident.MilestoneRestored), string(incident.MilestoneVerified),
			string(incident.MilestoneResumed), string(incident.MilestoneFailedBack))
	}
	r.targets(path+".targets", s.Targets)
	e := s.Estimate
	switch {
	case e.Likely == 0:
		r.failAt(path+".estimate", "lint.estimate.missing")
	case e.Min > e.Likely, e.Max > 0 && e.Max < e.Likely:
		r.failAt(path+".estimate", "lint.estimate", "min", e.Min.String(), "likely", e.Likely.String(), "max", e.Max.String())
	}
	if s.Gate == nil {
		return
	}
	if s.Early {
		r.failAt(path+".early", "lint.earlygate")
	}
	i := slices.IndexFunc(p.Decisions, func(d incident.DecisionDef) bool { return d.ID == s.Gate.Decision })
	if i < 0 {
		r.failAt(path+".gate", "lint.gate", "decision", s.Gate.Decision)
		return
	}
	if !slices.Contains(optionsOf(&p.Decisions[i]), s.Gate.Option) {
		r.failAt(path+".gate", "lint.gateoption", "decision", s.Gate.Decision, "option", string(s.Gate.Option))
	}
}

func optionsOf(d *incident.DecisionDef) []incident.Option {
	if len(d.Options) == 0 {
		return []incident.Option{incident.OptionGo, incident.OptionNoGo, incident.OptionWait, incident.OptionAbandon}
	}
	var out []incident.Option
	for _, o := range d.Options {
		out = append(out, o.ID)
	}
	return out
}

// network checks what follows what: dependencies that exist, no cycle, phases in order, nothing of the failover before its
// decision unless it is early.
func (r *reader) network(p *incident.PlanDef, path string) {
	index := make(map[string]int, len(p.Steps))
	for i := range p.Steps {
		index[p.Steps[i].ID] = i
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		for j, dep := range s.After {
			at := fmt.Sprintf("%s.steps[%d].after[%d]", path, i, j)
			k, ok := index[dep]
			switch {
			case !ok:
				r.failAt(at, "lint.after", "value", dep)
			case p.Steps[k].Phase.Order() > s.Phase.Order():
				r.failAt(at, "lint.phaseorder", "step", s.ID, "phase", string(s.Phase), "dep", dep, "depphase", string(p.Steps[k].Phase))
			}
		}
	}
	w := walker{plan: p, index: index, state: make([]int, len(p.Steps)), gated: make([]bool, len(p.Steps))}
	for i := range p.Steps {
		if cycle := w.visit(i, nil); cycle != nil {
			r.failAt(fmt.Sprintf("%s.steps[%d].after", path, i), "lint.cycle", "steps", strings.Join(cycle, " → "))
			return
		}
	}
	if p.Kind != incident.PlanFailover {
		return
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		if (s.Phase == incident.PhaseFailover || s.Phase == incident.PhaseRestore) && !s.Early && !w.gated[i] {
			r.failAt(fmt.Sprintf("%s.steps[%d].phase", path, i), "lint.ungated", "step", s.ID, "phase", string(s.Phase))
		}
	}
}

type walker struct {
	plan  *incident.PlanDef
	index map[string]int
	state []int // 0 not seen, 1 being walked, 2 done
	gated []bool
}

// visit gives a cycle's steps, nil when there is none from here.
func (w *walker) visit(i int, trail []string) []string {
	s := &w.plan.Steps[i]
	if w.state[i] == 2 {
		return nil
	}
	trail = append(trail, s.ID)
	if w.state[i] == 1 {
		return trail[slices.Index(trail, s.ID):]
	}
	w.state[i] = 1
	w.gated[i] = s.Gate != nil
	for _, dep := range s.After {
		k, ok := w.index[dep]
		if !ok {
			continue
		}
		if cycle := w.visit(k, trail); cycle != nil {
			return cycle
		}
		w.gated[i] = w.gated[i] || w.gated[k]
	}
	w.state[i] = 2
	return nil
}
