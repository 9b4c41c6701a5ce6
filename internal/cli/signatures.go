package cli

import (
	"sangfroid/internal/bus"
	"sangfroid/internal/bus/access"
	"sangfroid/internal/timeline"
	"strings"
)

// verifyView is what "timeline verify -o json" prints.
type verifyView struct {
	timeline.Report
	Signatures timeline.Signatures `json:"signatures"`
}

// signatures checks those of a record. members is a register of accounts (cell.json), which tells whose each key is or was.
func (a *app) signatures(path, members string) (timeline.Signatures, error) {
	var owner func(string) string
	if members != "" {
		reg, err := access.ReadRegister(members)
		if err != nil {
			return timeline.Signatures{}, err
		}
		owner = reg.Owner
	}
	r, err := timeline.OpenReader(path)
	if err != nil {
		return timeline.Signatures{}, err
	}
	defer r.Close() //nolint:errcheck // only read
	return timeline.CheckSignatures(r, owner, func(x, y string) bool { return bus.AuthorToken(x) == bus.AuthorToken(y) })
}

func (a *app) printSignatures(s timeline.Signatures) {
	if s.Signed+len(s.Bad) == 0 {
		a.say("verify.unsigned")
		return
	}
	a.say("verify.signed", "n", s.Signed, "unsigned", s.Unsigned)
	for _, k := range s.Keys {
		who := safe(strings.Join(k.Actors, ", "))
		if k.Owner != "" {
			a.say("verify.key.owner", "key", k.Key, "n", k.Entries, "who", who, "owner", safe(k.Owner))
		} else {
			a.say("verify.key", "key", k.Key, "n", k.Entries, "who", who)
		}
		for _, seq := range k.Foreign {
			a.printf("  ▲ %s\n", a.lang.T("verify.key.foreign", "entry", seq, "owner", safe(k.Owner)))
		}
	}
	for _, seq := range s.Bad {
		a.printf("  ▲ %s\n", a.lang.T("verify.badsign", "entry", seq))
	}
}
