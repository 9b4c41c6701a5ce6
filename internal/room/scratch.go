package room

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/text"
	"strings"
)

var _ cell.Scratch = (*Room)(nil)

// A scratch file is a form's text while another program edits it: beside the form's draft in the data directory, 0600,
// and there until what it became was written, so that neither a killed console nor a crashed editor loses a word.

// ScratchTooLongError is given for a text that no entry can hold. The file stays.
type ScratchTooLongError struct {
	Path  string
	Limit int // bytes
}

// Error names the file and the limit.
func (e *ScratchTooLongError) Error() string {
	return fmt.Sprintf("%s is longer than %d bytes", e.Path, e.Limit)
}

func (r *Room) scratchPath(form string) string {
	return strings.TrimSuffix(r.desk.draftPath(string(r.id), form), ".json") + ".txt"
}

// PutScratch writes the text for an editor, synced, and gives the file's path.
func (r *Room) PutScratch(form, content string) (string, error) {
	path := r.scratchPath(form)
	return path, writeFile(path, []byte(content+"\n"))
}

// Scratch reads a form's scratch file back, cleaned. found is false when there is none; newer tells that it was written
// after the form's own draft: an editor saved it while no console was there to take it.
func (r *Room) Scratch(form string) (content string, found, newer bool, err error) {
	path := r.scratchPath(form)
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", false, false, nil
	}
	if err != nil {
		return "", false, false, err
	}
	defer func() { _ = f.Close() }() // only read
	b, err := io.ReadAll(io.LimitReader(f, incident.MaxBlock+1024))
	if err != nil {
		return "", false, false, err
	}
	content, _ = text.CleanBlock(string(b))
	content = strings.TrimSpace(content)
	if len(content) > incident.MaxBlock {
		return "", true, false, &ScratchTooLongError{Path: path, Limit: incident.MaxBlock}
	}
	info, err := f.Stat()
	if err != nil {
		return "", false, false, err
	}
	kept, err := os.Stat(r.desk.draftPath(string(r.id), form))
	newer = err != nil || info.ModTime().After(kept.ModTime())
	return content, true, newer, nil
}

// DropScratch forgets a scratch file: its text is in the record.
func (r *Room) DropScratch(form string) { _ = os.Remove(r.scratchPath(form)) } // there may be none
