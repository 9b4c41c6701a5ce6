package tui

import (
	"context"
	"fmt"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/timeline"
	"slices"
	"testing"
	"time"
)

func TestAFilterIsTakenApart(t *testing.T) {
	s := terms("Kind:Étape qui:martin is:late power est:signalée host:80")
	if !slices.Equal(s.kind, []string{"etape"}) || !slices.Equal(s.who, []string{"martin"}) || !s.late || !s.flagged || !slices.Equal(s.words, []string{"power", "host:80"}) {
		t.Errorf("%+v", s)
	}
	if s := terms("kind: is:odd"); s.named() || len(s.words) != 2 {
		t.Errorf("%+v", s)
	}
}

// TestTheIndexFindsWhatReadingFinds: a filter that the index answers gives what reading every entry gives.
func TestTheIndexFindsWhatReadingFinds(t *testing.T) {
	log := timeline.NewMemory(timeline.Header{Incident: "inc-1", Realm: incident.Live})
	for i := range 600 {
		var d incident.Data = incident.NoteAdded{Kind: incident.NoteFinding, Text: fmt.Sprint("reading ", i)}
		switch i % 7 {
		case 1:
			d = incident.NoteAdded{Kind: incident.NoteAction, Text: "switched"}
		case 2:
			d = incident.StepStarted{}
		case 3:
			d = incident.IncidentSeverity{Severity: "high"}
		}
		at := time.Date(2026, 11, 23, 13, 0, i, 0, time.UTC)
		raw, err := incident.Encode(incident.Event{
			ID: incident.EventID(fmt.Sprint("e", i)), Source: "/t", Type: d.Type(), Subject: "step/p/s", Time: at, Recorded: at.Add(time.Duration(i%5) * time.Minute),
			Incident: "inc-1", Realm: incident.Live, Actor: []string{"Alice", "Bob"}[i%2], Role: incident.RoleITLead, Data: d,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := log.Append(timeline.Line{Bus: uint64(i + 1), Received: at, Raw: raw}); err != nil {
			t.Fatal(err)
		}
	}
	x := timeline.NewIndex(log)
	if err := x.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	s, _, err := x.StateAt(600)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []locale.Lang{locale.English, locale.French} {
		for _, filter := range []string{"kind:step", "kind:finding", "kind:constat", "kind:severity", "who:ali", "who:bob kind:action", "is:late", "is:flagged", "genre:note qui:alice", "kind:nothing"} {
			f := terms(filter)
			got, ok := x.Search(f.query(l), 600)
			if !ok {
				t.Fatal("the index does not know")
			}
			want, err := match(context.Background(), log, l, s, incident.RoleDirector, f, 1, 600)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s %q: %d by the index, %d by reading", l, filter, len(got), len(want))
			}
		}
	}
}

// TestMergeKeepsTheSelection: what was seen ahead stands below what is sure, nothing stands twice, and the selection does not move.
func TestMergeKeepsTheSelection(t *testing.T) {
	m := &model{}
	m.log.early = []int32{90, 40, 10}
	m.merge(nil, 100)
	m.cursor[paneLog] = 1
	m.merge([]int32{95, 90, 60}, 50)
	if !slices.Equal(m.log.found, []int32{95, 90, 60, 40, 10}) || m.log.found[m.cursor[paneLog]] != 40 {
		t.Errorf("%v, on %d", m.log.found, m.cursor[paneLog])
	}
	m.merge([]int32{40, 20, 10}, 0)
	if !slices.Equal(m.log.found, []int32{95, 90, 60, 40, 20, 10}) || m.log.found[m.cursor[paneLog]] != 40 {
		t.Errorf("%v", m.log.found)
	}
}
