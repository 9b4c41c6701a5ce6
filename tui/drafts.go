package tui

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/tui/form"
	"sync"
)

// draft is what is half typed in a form.
type draft struct {
	to     cell.Drafts
	form   string
	values form.Values
	no     int
}

// drafts keeps what is half typed, off the loop: the newest state of a form only. What was saved is forgotten before the
// person is told that it is saved: a console killed right then does not offer the same words a second time.
type drafts struct {
	next chan draft

	mu     sync.Mutex // held while a draft is written or forgotten
	count  sync.Mutex // guards last
	last   int
	forgot map[string]int // per form: drafts up to this number are of words that were saved
}

func newDrafts() *drafts {
	return &drafts{next: make(chan draft, 1), forgot: make(map[string]int)}
}

func (s *drafts) number() int {
	s.count.Lock()
	defer s.count.Unlock()
	s.last++
	return s.last
}

// keep hands a draft over; one that is not written yet is replaced.
func (s *drafts) keep(to cell.Drafts, name string, v form.Values) {
	d := draft{to, name, v, s.number()}
	for {
		select {
		case s.next <- d:
			return
		default:
		}
		select {
		case <-s.next:
		default:
		}
	}
}

// forget drops the draft of a form whose words are safe; it comes back when the draft is gone.
func (s *drafts) forget(to cell.Drafts, name string) {
	no := s.number()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgot[name] = no
	to.KeepDraft(name, nil)
}

func (s *drafts) write(d draft) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.no > s.forgot[d.form] {
		d.to.KeepDraft(d.form, d.values)
	}
}

// run writes drafts until ctx ends; the last keystroke before leaving is written too.
func (s *drafts) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			select {
			case d := <-s.next:
				s.write(d)
			default:
			}
			return
		case d := <-s.next:
			s.write(d)
		}
	}
}
