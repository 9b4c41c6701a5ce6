package timeline

import (
	"bytes"
	"os"
	"sangfroid/internal/incident"
	"strings"
	"testing"
)

const forgedBy = "sangfroid.live.inc-1.mallory.note.main"

// The subject that does not bear an event out stands on its line and in the tree; a record without such is what it always was.
func TestViaIsKeptAndCovered(t *testing.T) {
	plain, _ := newRecord(t, 5)
	_, root := plain.Root()
	r, path := newRecord(t, 4)
	l := noted(5)
	l.Via = forgedBy
	if _, err := r.Append(l); err != nil {
		t.Fatal(err)
	}
	if _, other := r.Root(); other == root {
		t.Error("the tree does not tell who brought an entry")
	}
	_, want := r.Root()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path, signer(t))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, have := again.Root(); have != want {
		t.Error("another root after reading it again")
	}
	e, err := again.At(5)
	if err != nil || e.Via != forgedBy || !bytes.Equal(e.Raw, l.Raw) {
		t.Errorf("%q %v", e.Via, err)
	}
	if e, err := again.At(4); err != nil || e.Via != "" {
		t.Errorf("%q %v", e.Via, err)
	}
	m := NewMemory(header())
	if _, err := m.Append(append(notes(1, 4), l)...); err != nil {
		t.Fatal(err)
	}
	if _, have := m.Root(); have != want {
		t.Error("the log in memory has another root")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tampered := range []string{
		strings.Replace(string(b), `"via":"`+forgedBy+`",`, "", 1), strings.Replace(string(b), "mallory", "alice", 1),
		strings.Replace(string(b), `"event":`, `"via":"x","event":`, 1),
	} {
		if err := os.WriteFile(path+"x", []byte(tampered), 0o600); err != nil {
			t.Fatal(err)
		}
		if rep, err := Verify(path + "x"); err != nil || rep.Verdict != Damaged {
			t.Errorf("%v %v", rep, err)
		}
	}
	s, err := StateAt(again, 5)
	if err != nil || s.Count.Flagged == 0 || s.Flags[len(s.Flags)-1].Code != incident.FlagAuthor {
		t.Errorf("%v", err)
	}
}

// One flipped bit anywhere in a record is found, and named: every byte of every line, but for the title in the header and the
// bus's own numbers, which are no part of what was said (a number that runs backwards is found).
func TestOneFlippedBitIsFound(t *testing.T) {
	r, path := newRecord(t, 2)
	l := noted(3)
	l.Via = forgedBy
	if _, err := r.Append(l, Line{Bus: 8, Received: zero(), Raw: []byte("not JSON \x00")}); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Verify(path)
	if err != nil || whole.Verdict != Intact {
		t.Fatalf("%v %v", whole, err)
	}
	head := bytes.IndexByte(good, '\n')
	missed := map[string]int{}
	for at := range good {
		bad := bytes.Clone(good)
		bad[at] ^= 1 << (at % 7)
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		rep, err := Verify(path)
		if err == nil && rep.Verdict == Intact && rep.Signed == whole.Signed {
			missed[fieldAt(good, at, head)]++
			continue
		}
		if err == nil && rep.Verdict == Damaged && len(rep.Findings) == 0 {
			t.Errorf("byte %d (%q): damaged, and nothing named", at, fieldAt(good, at, head))
		}
	}
	for field, n := range missed {
		switch field {
		case "header", "bus":
		default:
			t.Errorf("%d flipped bits in %s were not found", n, field)
		}
	}
}

// fieldAt names the member of a line that a byte lies in.
func fieldAt(b []byte, at, head int) string {
	if at <= head {
		return "header"
	}
	line := b[bytes.LastIndexByte(b[:at], '\n')+1 : at]
	for _, f := range []string{"event", "raw", "via", "hash", "received", "bus", "seq", "checkpoint"} {
		if bytes.Contains(line, []byte(`"`+f+`":`)) {
			return f
		}
	}
	return "start"
}
