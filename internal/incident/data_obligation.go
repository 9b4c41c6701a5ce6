package incident

import "time"

// Payloads of category "comms" that speak of legal clocks.
type (
	// ObligationMet records a legal notification that was made; the fact's time is when it went out. A second one about the
	// same row corrects the first, with a reason, unless the row repeats.
	ObligationMet struct {
		Obligation string `json:"obligation"`
		Reference  string `json:"reference,omitempty"`
		Reason     string `json:"reason,omitempty"`
	}
	// RegimeApplied brings a regime in, whole, or changes it: "NIS2 applies too".
	RegimeApplied struct {
		Regime RegimeDef `json:"regime"`
		Reason string    `json:"reason"`
	}
	// ObligationDelayed tells: the authority was told that the limit cannot be met, and why.
	ObligationDelayed struct {
		Obligation string     `json:"obligation"`
		Reason     string     `json:"reason"`
		Reference  string     `json:"reference,omitempty"`
		Expected   *time.Time `json:"expected,omitempty"`
	}
	// ObligationDismissed tells: a row, or a whole regime, does not apply.
	ObligationDismissed struct {
		Obligation string `json:"obligation"` // of a row, or a regime
		Reason     string `json:"reason"`
	}
	// ObligationApplies takes a dismissal back.
	ObligationApplies struct {
		Obligation string `json:"obligation"`
		Reason     string `json:"reason"`
	}
)

// Type names the payload in the catalogue.
func (ObligationMet) Type() Type { return TypePrefix + "comms.obligation" }

// Type names the payload in the catalogue.
func (RegimeApplied) Type() Type { return TypePrefix + "comms.regime" }

// Type names the payload in the catalogue.
func (ObligationDelayed) Type() Type { return TypePrefix + "comms.obligation-delayed" }

// Type names the payload in the catalogue.
func (ObligationDismissed) Type() Type { return TypePrefix + "comms.obligation-dismissed" }

// Type names the payload in the catalogue.
func (ObligationApplies) Type() Type { return TypePrefix + "comms.obligation-applies" }
