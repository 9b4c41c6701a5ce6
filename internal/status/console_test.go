package status

import (
	"sangfroid/internal/cell"
	"testing"
	"time"
)

func TestTheConsoleIsTold(t *testing.T) {
	at := time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC)
	f := &cell.Frame{
		Len: 12, Root: "aa", Refused: 1,
		Link: cell.Link{State: cell.LinkUp, Since: at, Server: "nats://bus:4222", Replicas: 1, Warnings: []cell.Warning{{Code: "bus.warn.replicas", Args: []string{"have", "1", "want", "3"}}}},
		Present: []cell.Presence{
			{Name: "A", Self: true, Seen: 12, Root: "aa"},
			{Name: "B", Seen: 12, Root: "aa"},
			{Name: "C", Seen: 9, Root: "bb", Same: 9},
			{Name: "D", Seen: 12, Root: "cc"},
			{Name: "E", Seen: 14, Root: "dd", Same: 4, Apart: 5},
		},
	}
	c := ConsoleOf(f)
	var got string
	for _, p := range c.Present {
		got += p.Name + ":" + p.Record + " "
	}
	if got != "A:same B:same C:unknown D:differs E:differs " || c.Link != "up" || !c.Since.Equal(at) || c.Refused != 1 || len(c.Unsafe) != 1 || c.Unsafe[0].Args[3] != "3" {
		t.Errorf("%s %+v", got, c)
	}
	f.Replay = &cell.Replay{}
	if ConsoleOf(f) != nil || ConsoleOf(nil) != nil {
		t.Error("a replay has no console")
	}
}
