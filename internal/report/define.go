package report

import "sangfroid/internal/locale"

// terms are the figures of the report, in the order they are explained.
func terms() []string {
	return []string{"rto", "rpo", "mtpd", "decideby", "margin", "verdict", "phase", "share", "planned", "taken", "blocked", "critical", "forecast", "off", "proposed", "late", "missed", "root"}
}

func definitions(l locale.Lang, exercise bool) []Definition {
	all := terms()
	if exercise {
		all = append(all, "exercisetime", "rating")
	}
	out := make([]Definition, 0, len(all))
	for _, id := range all {
		out = append(out, Definition{Term: l.T("report.def." + id), Text: l.T("report.def." + id + ".is")})
	}
	return out
}
