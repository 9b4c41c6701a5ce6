package incident

// Payloads of categories "comms" and "roster" that came after the first ones of data.go.
type (
	// CadenceSet changes how often a situation report is due; zero asks for none any more.
	CadenceSet struct {
		Every  Duration `json:"every"`
		Reason string   `json:"reason"`
	}
	// ContactAdded adds somebody to reach whom no playbook lists, by function; or, for an id that is listed, gives
	// what to call now. The last word holds, the former ones stay in the timeline.
	ContactAdded struct {
		ID     string `json:"id"`
		Name   string `json:"name"`             // the function: "duty engineer of the power grid"
		Call   string `json:"call"`             // how to reach: number, channel, contract reference
		Reason string `json:"reason,omitempty"` // what for
	}
	// HandoverRefused ends a hand-over that nobody acknowledged: the one it was given to refuses it, or the giver takes
	// it back. The giver keeps the role.
	HandoverRefused struct {
		Handover EventID `json:"handover"`
		Reason   string  `json:"reason"`
	}
)

func commsPayloads() []Data { return []Data{CadenceSet{}, ContactAdded{}, HandoverRefused{}} }

// Type names the payload in the catalogue.
func (CadenceSet) Type() Type { return TypePrefix + "comms.cadence" }

// Type names the payload in the catalogue.
func (ContactAdded) Type() Type { return TypePrefix + "comms.contact-added" }

// Type names the payload in the catalogue.
func (HandoverRefused) Type() Type { return TypePrefix + "roster.refused" }
