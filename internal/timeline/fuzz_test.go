package timeline

import (
	"bytes"
	"errors"
	"sangfroid/internal/hostile"
	"sangfroid/internal/incident"
	"testing"
	"time"
)

// FuzzImportJSONL: any bytes are lines or a told error; what is read goes into a record and folds.
func FuzzImportJSONL(f *testing.F) {
	f.Add(append(bytes.Join(hostile.Log(nil, nil, hostile.InTurn(0))[:4], []byte("\n")), '\n'))
	f.Add([]byte(`{"sangfroid":"timeline/1","incident":"inc-1"}` + "\n" + `{"seq":1,"received":"2026-11-23T14:02:00Z","hash":"00","event":{}}` + "\n"))
	f.Add([]byte(`{"seq":18446744073709551615,"received":"9999-12-31T23:59:59.999999999Z","bus":-1,"event":[]}` + "\n\n[[[[\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		lines, err := ReadJSONL(bytes.NewReader(b), options("f.jsonl"))
		var bad *ImportError
		if err != nil && !errors.As(err, &bad) {
			t.Fatal(err)
		}
		if bad != nil && hostile.Acts(bad.Error()) != "" {
			t.Fatalf("the error acts: %q", bad.Error())
		}
		s, m := incident.NewState(), NewMemory(header())
		for i, l := range lines {
			if _, err := m.Append(l); err != nil {
				return // told
			}
			incident.Apply(s, incident.Entry{Seq: i + 1, Received: l.Received, Raw: l.Raw, Event: incident.Decode(l.Raw)})
		}
		incident.Clocks(s, time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC))
	})
}
