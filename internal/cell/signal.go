package cell

import (
	"sangfroid/internal/incident"
	"strings"
)

// Attach is the payload that brings a signal into the incident.
func Attach(s *incident.State, g Signal) incident.SignalAttached {
	return incident.SignalAttached{
		Source: g.Source, External: g.ID, Summary: g.Summary, Occurred: g.Occurred, Raw: g.Raw, Step: StepFor(s, g),
	}
}

// StepFor is the unfinished step whose signal this is: "source", or "source:word" with the word in the payload. "" for
// none.
func StepFor(s *incident.State, g Signal) incident.StepID {
	if g.Progress != nil {
		return "" // it tells how far the step is, not that it is done
	}
	for i := range s.Steps {
		st := &s.Steps[i]
		source, word, _ := strings.Cut(st.Def.Signal, ":")
		status := s.StepStatus(st)
		if source == "" || source != g.Source || (status != incident.StepReady && status != incident.StepRunning) {
			continue
		}
		if word == "" || strings.Contains(string(g.Raw), word) {
			return st.ID
		}
	}
	return ""
}
