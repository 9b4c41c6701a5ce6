package incident

import (
	"slices"
	"testing"
)

func TestMissingOriginsAreThoseTheServicesCountFrom(t *testing.T) {
	for name, c := range map[string]struct {
		from []Basis
		set  []Stamp
		want []Stamp
		code ProposalCode
	}{
		"no service":          {want: []Stamp{StampDetected}, code: ProposeDetected},
		"report":              {from: []Basis{FromReport}, want: []Stamp{StampReported}, code: ProposeReported},
		"report, detected":    {from: []Basis{FromReport}, set: []Stamp{StampDetected}, want: []Stamp{StampReported}, code: ProposeReported},
		"report, given":       {from: []Basis{FromReport}, set: []Stamp{StampReported}},
		"by default detected": {from: []Basis{""}, want: []Stamp{StampDetected}, code: ProposeDetected},
		"occurrence":          {from: []Basis{FromOccurrence}, set: []Stamp{StampDetected}, want: []Stamp{StampOccurred}, code: ProposeOccurred},
		"of several":          {from: []Basis{FromOccurrence, FromReport}, want: []Stamp{StampReported, StampOccurred}, code: ProposeReported},
	} {
		s := NewState()
		s.Declared = Mark{At: zero(), Seq: 1}
		for i, b := range c.from {
			s.Services = append(s.Services, Service{Def: ServiceDef{ID: ServiceID(rune('a' + i)), From: b}, InScope: true})
		}
		s.Services = append(s.Services, Service{Def: ServiceDef{ID: "out", From: FromOccurrence}})
		if len(c.from) == 0 {
			s.Services = nil
		}
		for _, st := range c.set {
			s.Stamps = append(s.Stamps, StampSet{Stamp: st, Time: zero()})
		}
		if got := s.MissingOrigins(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		first := ProposalCode("")
		if all := Proposals(s, zero(), "A"); len(all) > 0 {
			first = all[0].Code
		}
		if first != c.code {
			t.Errorf("%s: %q is proposed, want %q", name, first, c.code)
		}
	}
}
