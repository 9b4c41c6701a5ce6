package locale

// faultWords tell what the disk or the bus did, and what is done about it.
func faultWords() words {
	return words{
		"room.err.damaged":   {"The record on this machine is not as it was written: {why}", "Le registre de cette machine n’est pas tel qu’il a été écrit : {why}"},
		"room.hint.damaged":  {"it is made anew from the bus once that is there, and the damaged one kept beside it; check this machine’s disk", "il est refait à partir du bus dès que celui-ci est là, et l’exemplaire abîmé gardé à côté ; contrôlez le disque de cette machine"},
		"bus.err.unwritten":  {"The bus on this machine cannot write to its disk.", "Le bus de cette machine ne peut plus écrire sur son disque."},
		"bus.hint.unwritten": {"free space on this machine; the bus goes on by itself", "libérez de la place sur cette machine ; le bus repart tout seul"},
	}
}
