package timeline

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Verdict is what verify found.
type Verdict string

// Verdicts.
const (
	Intact    Verdict = "intact"    // every entry is what the checkpoints say
	Damaged   Verdict = "damaged"   // something was changed, removed or moved
	Unchecked Verdict = "unchecked" // there is no checkpoint to compare with
)

// Finding is one thing verify found wrong: a message key's last part and its arguments.
type Finding struct {
	Code  string   `json:"code"` // hash, unreadable, sequence, bus, form, checkpoint, signature, held, torn, short
	Line  int      `json:"line,omitempty"`
	Entry int      `json:"entry,omitempty"`
	Args  []string `json:"args,omitempty"`
}

// Report is the result of [Verify].
type Report struct {
	Verdict    Verdict   `json:"verdict"`
	Entries    int       `json:"entries"`
	Root       string    `json:"root"`
	Covered    int       `json:"covered"`     // entries up to the last checkpoint that holds
	Uncovered  int       `json:"uncovered"`   // entries behind it
	Signed     int       `json:"checkpoints"` // signed checkpoints in the file that hold
	HeldGood   int       `json:"held"`        // of those the person holds
	OtherKeys  int       `json:"other_keys"`  // checkpoints that fit, signed by a key the header does not name
	Key        string    `json:"key,omitempty"`
	Findings   []Finding `json:"findings"`
	OwnKeyOnly bool      `json:"own_key_only"` // nothing from outside the file was compared
}

// Verify recomputes a record: each line against its own hash, the order of the sequence, each checkpoint in the file and
// each one a person holds against the root at its size.
//
// It finds any entry that was changed, removed or moved, up to the last checkpoint. It does not prove who typed, that a
// stated time is true, or that nothing was left out; and somebody who has the key can write a whole new file, which only a
// checkpoint held elsewhere would show.
func Verify(path string, held ...Held) (Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return Report{}, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	h, err := ReadHeader(path)
	if err != nil {
		return Report{}, err
	}
	v := verifier{r: Report{Findings: []Finding{}, Key: h.Key}, held: slices.Clone(held), header: h}
	slices.SortFunc(v.held, func(a, b Held) int { return a.Size - b.Size })
	v.known = verifiersOf(h)
	if err := v.read(bufio.NewReaderSize(f, 1<<20)); err != nil {
		return Report{}, err
	}
	return v.finish(), nil
}

// verifiersOf has the key the header names; nil without one.
func verifiersOf(h Header) note.Verifiers {
	if h.Key == "" {
		return nil
	}
	k, err := note.NewVerifier(h.Key)
	if err != nil {
		return nil
	}
	return note.VerifierList(k)
}

// LastCheckpoint is the last signed note in a record; "" when there is none. It is not checked: see [Verify].
func LastCheckpoint(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	r := bufio.NewReaderSize(f, 1<<20)
	last := ""
	for {
		b, err := readLine(r)
		if errors.Is(err, io.EOF) || errors.Is(err, errTorn) {
			return last, nil
		}
		if err != nil {
			return "", err
		}
		if bytes.HasPrefix(b, []byte(`{"checkpoint":`)) {
			if p, err := parseLine(b); err == nil {
				last = p.Checkpoint
			}
		}
	}
}

type verifier struct {
	r      Report
	header Header
	known  note.Verifiers
	tree   tree
	held   []Held
	line   int
	bus    uint64 // the highest number of the bus so far
}

func (v *verifier) find(code string, args ...string) {
	v.r.Findings = append(v.r.Findings, Finding{Code: code, Line: v.line, Entry: v.tree.size, Args: args})
}

func (v *verifier) read(r *bufio.Reader) error {
	for {
		b, err := readLine(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		v.line++
		if errors.Is(err, errTorn) {
			v.find("torn")
			return nil
		}
		if err != nil {
			return err
		}
		if v.line > 1 {
			v.entry(b)
		}
	}
}

func (v *verifier) entry(b []byte) {
	p, err := parseLine(b)
	switch {
	case err != nil:
		v.tree.add(tlog.RecordHash(b))
		v.find("unreadable")
	case p.Checkpoint != "":
		v.checkpoint(p.Checkpoint)
		if line, err := checkpointLine(p.Checkpoint); err != nil || !bytes.Equal(line[:len(line)-1], b) {
			v.find("form")
		}
		return
	default:
		h := leaf(p.Received, p.Via, p.bytes())
		v.tree.add(h)
		if p.Hash != mark(h) {
			v.find("hash")
		}
		if line := appendLine(nil, p.Seq, Line{Bus: p.Bus, Received: p.Received, Raw: p.bytes(), Via: p.Via}, h); p.Hash == mark(h) && p.Seq == v.tree.size && !bytes.Equal(line[:len(line)-1], b) {
			v.find("form") // nothing that was said is changed, and yet somebody wrote here
		}
		if p.Seq != v.tree.size {
			v.find("sequence", "want", strconv.Itoa(v.tree.size), "have", strconv.Itoa(p.Seq))
		}
		if p.Bus != 0 {
			if p.Bus <= v.bus {
				v.find("bus", "have", strconv.FormatUint(p.Bus, 10), "before", strconv.FormatUint(v.bus, 10))
			}
			v.bus = max(v.bus, p.Bus)
		}
	}
	v.compare()
}

// compare checks the held checkpoints of this size.
func (v *verifier) compare() {
	for len(v.held) > 0 && v.held[0].Size <= v.tree.size {
		h := v.held[0]
		v.held = v.held[1:]
		if h.Size != v.tree.size {
			continue
		}
		if !strings.HasPrefix(hexRoot(&v.tree), h.Root) {
			v.find("held", "size", strconv.Itoa(h.Size), "root", h.Root)
			continue
		}
		v.r.HeldGood++
		v.r.Covered = v.tree.size
	}
}

// checkpoint compares a signed checkpoint of the file with the tree as it is here.
func (v *verifier) checkpoint(signed string) {
	size, root, err := parseCheckpoint(signed)
	if err != nil {
		v.find("checkpoint")
		return
	}
	if v.known == nil {
		v.find("signature")
		return
	}
	n, err := note.Open([]byte(signed), v.known)
	var unverified *note.UnverifiedNoteError
	other := errors.As(err, &unverified) // signed by another key: this machine's key was replaced since
	if other {
		n, err = unverified.Note, nil
	}
	if err != nil || !strings.HasPrefix(n.Text, origin(v.header)+"\n") {
		v.find("signature")
		return
	}
	if size != v.tree.size || root != hexRoot(&v.tree) {
		v.find("checkpoint", "size", strconv.Itoa(size))
		return
	}
	if other {
		v.r.OtherKeys++
		return
	}
	v.r.Signed++
	v.r.Covered = size
}

func (v *verifier) finish() Report {
	for _, h := range v.held {
		v.find("short", "size", strconv.Itoa(h.Size))
	}
	r := v.r
	root := v.tree.root()
	r.Entries, r.Root = v.tree.size, hex.EncodeToString(root[:])
	r.Uncovered = r.Entries - r.Covered
	r.OwnKeyOnly = r.HeldGood == 0
	torn := func(f Finding) bool { return f.Code == "torn" }
	switch {
	case slices.ContainsFunc(r.Findings, func(f Finding) bool { return !torn(f) }):
		r.Verdict = Damaged
	case r.Signed+r.HeldGood == 0:
		r.Verdict = Unchecked
	default:
		r.Verdict = Intact
	}
	return r
}

// String tells the report in plain English, for logs and tests.
func (r Report) String() string {
	return fmt.Sprintf("%s: %d entries, %d covered, root %s, %d findings", r.Verdict, r.Entries, r.Covered, r.Root, len(r.Findings))
}
