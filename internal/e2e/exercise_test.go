package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shortDrill is a scenario of three injects: by its time, by what the cell does, by hand.
const shortDrill = `schema: sangfroid.scenario/1
id: short
title: {en: Ten minutes of a lost site, fr: Dix minutes sans site}
playbook: warm
zone: UTC
lasts: 30m
start: {clock: "03:10", detected: -00:05, reported: +00:00}
plays: [director, it-lead]
objectives:
  - id: press
    text: {en: Answer the press within ten minutes, fr: Répondre à la presse en dix minutes}
    target: {kind: inject, of: 1, by: +00:20}
injects:
  - no: 1
    at: +00:01
    from: {en: A journalist, fr: Un journaliste}
    to: [director]
    channel: phone
    text: {en: "What is going on in Paris?", fr: "Que se passe-t-il à Paris ?"}
    expected: {en: Refer to the press office, fr: Renvoyer au service de presse}
    objective: press
  - no: 2
    when: {inject: 1, is: answered}
    from: {en: Monitoring, fr: Supervision}
    to: [it-lead]
    channel: monitoring
    text: {en: Disk bay four has failed, fr: La baie quatre est en panne}
    expected: {en: Open a ticket, fr: Ouvrir un ticket}
    objective: press
  - no: 3
    contingency: true
    from: {en: The guard, fr: Le gardien}
    channel: verbal
    text: {en: The lift is stuck, fr: Le monte-charge est bloqué}
    expected: {en: Send somebody, fr: Envoyer quelqu’un}
    objective: press
`

// drill starts the short exercise, and gives its id.
func drill(t *testing.T, p *place, flags ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "short.yaml")
	if err := os.WriteFile(file, []byte(shortDrill), 0o600); err != nil {
		t.Fatal(err)
	}
	out := p.run(append([]string{"exercise", "run", file, "--no-console"}, flags...)...)
	id, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	return strings.TrimSpace(id)
}

// TestADrillWithThreeConsoles runs an exercise from its start to its report: the facilitator conducts, two players answer.
func TestADrillWithThreeConsoles(t *testing.T) {
	p := newPlace(t)
	id := drill(t, p, "--as", "Fay", "--role", "facilitator", "--speed", "60")
	facilitator := p.open(120, 40, "console", id, "--as", "Fay", "--role", "facilitator")
	facilitator.sees("EXERCISE", "×60")
	director := p.open(120, 40, "console", id, "--as", "Dora", "--role", "director")
	director.sees("EXERCISE", "What is going on in Paris?")
	lead := p.open(80, 24, "console", id, "--as", "Ian", "--role", "it-lead")
	lead.sees("EXERCISE")
	if strings.Contains(lead.text(), "What is going on in Paris?") {
		t.Errorf("another role's inject:\n%s", lead.text())
	}
	facilitator.keys("E ")
	for _, x := range []*terminal{facilitator, director, lead} {
		x.sees("EXERCISE PAUSED")
	}
	director.keys("E")
	director.sees("Received", "not answered")
	director.keys("a")
	director.sees("Answer inject 1")
	director.keys("referred to the press office" + save)
	director.gone("Answer inject 1")
	facilitator.sees("(director): referred to the")
	facilitator.keys(" ")
	facilitator.gone("EXERCISE PAUSED")
	lead.sees("Inject 2", "Disk bay four")
	lead.keys("Ea")
	lead.sees("Answer inject 2")
	lead.keys("ticket opened" + save)
	lead.gone("Answer inject 2")
	facilitator.sees("ticket opened")
	if s := director.text() + lead.text(); strings.Contains(s, "The lift is stuck") {
		t.Errorf("a contingency is seen before it is sent:\n%s", s)
	}
	facilitator.keys("\x1b[H") // the first of the list: what is in reserve
	facilitator.sees("The lift is stuck")
	facilitator.keys("ss")
	director.sees("The guard")
	lead.sees("The lift is stuck")
	facilitator.keys("x")
	facilitator.sees("End the exercise")
	facilitator.keys("as planned" + tab + "\x1b[C" + save)
	for _, x := range []*terminal{facilitator, director, lead} {
		x.sees("FINEX", "Answer the press")
	}
	out := filepath.Join(t.TempDir(), "EXERCISE-report.md")
	p.run("report", id, "--out", out)
	report, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"EXERCISE", "Answer the press within ten minutes"} {
		if !strings.Contains(string(report), want) {
			t.Errorf("the report does not tell %q", want)
		}
	}
}

// TestADrillAlone: the console plays the facilitator, and spoils nothing.
func TestADrillAlone(t *testing.T) {
	p := newPlace(t)
	id := drill(t, p, "--solo", "--speed", "60", "--as", "Dora", "--role", "director")
	x := p.open(120, 40, "console", id, "--as", "Dora", "--role", "director")
	x.sees("EXERCISE", "solo", "What is going on in Paris?")
	x.keys("E")
	x.sees("Received")
	if strings.Contains(x.text(), "The lift is stuck") || strings.Contains(x.text(), "Refer to the press office") {
		t.Errorf("spoiled:\n%s", x.text())
	}
	x.keys("a")
	x.sees("Answer inject 1")
	x.keys("referred to the press office" + save)
	x.gone("Answer inject 1")
	x.sees("dealt with")
	x.keys("x")
	x.sees("End the exercise")
	x.keys("done" + tab + "\x1b[C" + save)
	x.sees("FINEX", "Answer the press")
	if s := p.run("report", id); !strings.Contains(s, "Answer the press within ten minutes") {
		t.Errorf("the report does not tell the objective:\n%s", s)
	}
}

// TestARealEmergencyOnTwoConsoles: one player says it, and no console looks like a drill any more.
func TestARealEmergencyOnTwoConsoles(t *testing.T) {
	p := newPlace(t)
	id := drill(t, p, "--as", "Fay", "--role", "facilitator")
	first := p.open(120, 40, "console", id, "--as", "Dora", "--role", "director")
	first.sees("EXERCISE")
	second := p.open(80, 24, "console", id, "--as", "Ian", "--role", "it-lead")
	second.sees("EXERCISE")
	second.keys("n")
	second.sees("Note something")
	second.keys("Real emergency, stop the exercise")
	second.sees("stops the exercise for everybody")
	second.keys(save)
	for _, x := range []*terminal{first, second} {
		x.sees("REAL EMERGENCY")
		x.gone("EXERCISE ·")
	}
	first.keys("!")
	first.sees("Declare")
	first.keys("Fire in the data centre" + save)
	first.sees("LIVE", "Fire in the data centre")
}
