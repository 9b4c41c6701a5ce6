package playbooks

import (
	"fmt"
	"sangfroid/internal/incident"
	"strings"
)

// DOT writes a plan's steps as a Graphviz graph: an arrow from what comes first to what waits, diamonds for decisions.
func DOT(b *incident.Playbook, plan, lang string) string {
	var out strings.Builder
	out.WriteString("digraph plan {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n")
	for i := range b.Plans {
		p := &b.Plans[i]
		if plan != "" && p.ID != plan {
			continue
		}
		for j := range p.Decisions {
			d := &p.Decisions[j]
			fmt.Fprintf(&out, "  %s [shape=diamond, label=%s];\n", quote(p.ID+"?"+d.ID), quote(d.Question.In(lang)))
		}
		for j := range p.Steps {
			s := &p.Steps[j]
			style := ""
			if s.Early {
				style = ", style=dashed"
			}
			fmt.Fprintf(&out, "  %s [label=%s%s];\n", quote(p.ID+"/"+s.ID), quote(s.Title.In(lang)+"\n"+string(s.Owner)+" "+s.Estimate.Likely.String()), style)
			for _, dep := range s.After {
				fmt.Fprintf(&out, "  %s -> %s;\n", quote(p.ID+"/"+dep), quote(p.ID+"/"+s.ID))
			}
			if s.Gate != nil {
				fmt.Fprintf(&out, "  %s -> %s [label=%s];\n", quote(p.ID+"?"+s.Gate.Decision), quote(p.ID+"/"+s.ID), quote(string(s.Gate.Option)))
			}
		}
	}
	out.WriteString("}\n")
	return out.String()
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
