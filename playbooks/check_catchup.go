package playbooks

import (
	"fmt"
	"sangfroid/internal/incident"
	"slices"
)

// catchup checks the lines of the ledger a plan foresees: whose data they are, and what they hold back.
func (r *reader) catchup(b *incident.Playbook, p *incident.PlanDef, path string) {
	ids := make(map[string]bool)
	for i, f := range p.Catchup {
		at := fmt.Sprintf("%s.catchup[%d]", path, i)
		r.unique(at+".id", f.ID, ids)
		r.filled(at+".title", f.Title)
		r.filled(at+".unit", f.Unit)
		r.service(b, at+".service", f.Service)
		r.role(b, at+".owner", f.Owner)
		r.targets(at+".targets", f.Targets)
		if f.Blocks != nil && *f.Blocks && !resumes(p, f.Service) {
			r.failAt(at+".blocks", "lint.blocks", "line", f.ID, "service", string(f.Service))
		}
	}
}

// resumes tells whether the plan has a step at whose end the business of the service resumes.
func resumes(p *incident.PlanDef, id incident.ServiceID) bool {
	return slices.ContainsFunc(p.Steps, func(s incident.StepDef) bool {
		return s.Milestone == incident.MilestoneResumed && (len(s.Services) == 0 || slices.Contains(s.Services, id))
	})
}
