package exercise

import (
	"sangfroid/internal/incident"
	"slices"
	"strconv"
	"strings"
)

// forms are what may be said of each thing a condition names.
type forms map[string][]incident.Is

func allForms() forms {
	return forms{
		"step":     {incident.IsStarted, incident.IsDone, incident.IsFailed, incident.IsBlocked, incident.IsSkipped, incident.IsNotStarted, incident.IsNotDone},
		"decision": {incident.IsAsked, incident.IsTaken, incident.IsNotTaken},
		"phase":    {incident.IsReached},
		"service":  {incident.IsRestored, incident.IsVerified, incident.IsResumed},
		"catchup":  {},
		"inject":   {incident.IsSent, incident.IsAnswered, incident.IsNotAnswered},
	}
}

func (c *checker) condition(path string, w *incident.Condition) {
	var named []string
	for _, n := range []struct{ name, value string }{
		{"step", w.Step}, {"decision", w.Decision}, {"phase", string(w.Phase)}, {"service", string(w.Service)}, {"catchup", w.Catchup}, {"inject", string(w.Inject)},
	} {
		if n.value != "" {
			named = append(named, n.name)
		}
	}
	if len(named) != 1 {
		c.Fail(path, "lint.sc.one", "n", strconv.Itoa(len(named)))
		return
	}
	switch what := path + "." + named[0]; named[0] {
	case "step":
		c.step(what, w.Step)
	case "decision":
		c.decision(what, w.Decision)
		c.option(path+".option", w)
	case "phase":
		var have []string
		for _, p := range incident.Phases() {
			have = append(have, string(p))
		}
		c.OneOf(what, string(w.Phase), have...)
	case "service":
		c.service(what, w.Service)
	case "catchup":
		c.flow(what, w.Catchup)
		if (w.RateBelow > 0) == (w.RateAbove > 0) {
			c.Fail(path, "lint.sc.rate")
		}
	case "inject":
		c.inject(what, w.Inject)
	}
	c.form(path, named[0], w)
}

// form wants a state that can be said of the thing, and a time for what did not happen.
func (c *checker) form(path, kind string, w *incident.Condition) {
	can := allForms()[kind]
	if (kind == "phase" || kind == "catchup") && w.Is == "" {
		return
	}
	if !slices.Contains(can, w.Is) {
		var have []string
		for _, f := range can {
			have = append(have, string(f))
		}
		c.Fail(path+".is", "lint.sc.impossible.is", "is", string(w.Is), "have", strings.Join(have, ", "))
		return
	}
	_, negative := w.Is.Negative()
	switch {
	case negative && w.By == nil:
		c.Fail(path, "lint.sc.by", "is", string(w.Is))
	case !negative && w.By != nil:
		c.Fail(path+".by", "lint.sc.noby")
	}
	c.within(path+".by", w.By)
}

// names tells whether a reference ("rebuild", "failover/rebuild") is a part of one of the playbook's plans.
func names(plan, own, ref string) bool { return ref == own || ref == plan+"/"+own }

func (c *checker) step(path, ref string) {
	for _, p := range c.book.Plans {
		for _, s := range p.Steps {
			if names(p.ID, s.ID, ref) {
				return
			}
		}
	}
	c.Fail(path, "lint.sc.step", "value", ref)
}

func (c *checker) flow(path, ref string) {
	for _, p := range c.book.Plans {
		for _, f := range p.Catchup {
			if names(p.ID, f.ID, ref) {
				return
			}
		}
	}
	c.Fail(path, "lint.sc.flow", "value", ref)
}

func (c *checker) findDecision(ref string) *incident.DecisionDef {
	for i := range c.book.Plans {
		p := &c.book.Plans[i]
		for j := range p.Decisions {
			if names(p.ID, p.Decisions[j].ID, ref) {
				return &p.Decisions[j]
			}
		}
	}
	return nil
}

func (c *checker) decision(path, ref string) {
	if c.findDecision(ref) == nil {
		c.Fail(path, "lint.sc.decision", "value", ref)
	}
}

func (c *checker) option(path string, w *incident.Condition) {
	d := c.findDecision(w.Decision)
	if w.Option == "" || d == nil {
		return
	}
	have := []string{string(incident.OptionGo), string(incident.OptionNoGo), string(incident.OptionWait), string(incident.OptionAbandon)}
	if len(d.Options) > 0 {
		have = nil
		for _, o := range d.Options {
			have = append(have, string(o.ID))
		}
	}
	if !slices.Contains(have, string(w.Option)) {
		c.Fail(path, "lint.sc.option", "decision", w.Decision, "value", string(w.Option), "have", strings.Join(have, ", "))
	}
}

func (c *checker) inject(path string, no incident.InjectID) {
	if c.sc.Inject(no) == nil {
		c.Fail(path, "lint.sc.inject", "value", string(no))
	}
}

// cycles finds injects that wait for one another: none of them would ever be sent.
func (c *checker) cycles() {
	const fresh, open, done = 0, 1, 2
	state := make(map[incident.InjectID]int)
	for i := range c.sc.Injects {
		var trail []string
		d := &c.sc.Injects[i]
		for d != nil && state[d.No] == fresh {
			state[d.No] = open
			trail = append(trail, string(d.No))
			if d.When == nil || d.When.Inject == "" {
				d = nil
				break
			}
			d = c.sc.Inject(d.When.Inject)
		}
		if d != nil && state[d.No] == open {
			if k := slices.Index(trail, string(d.No)); k >= 0 {
				c.Fail(at("injects", i)+".when", "lint.sc.cycle", "injects", strings.Join(append(trail[k:], string(d.No)), " → "))
			}
		}
		for _, no := range trail {
			state[incident.InjectID(no)] = done
		}
	}
}
