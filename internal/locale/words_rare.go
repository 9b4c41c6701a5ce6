package locale

// rareWords are the words of what is needed once in a crisis.
func rareWords() words {
	return words{
		"act.basis":         {"Change what the RTO counts from", "Changer l’origine du RTO"},
		"act.withdraw":      {"Withdraw the question", "Retirer la question"},
		"form.from-basis":   {"count from", "compter depuis"},
		"cli.fromrecord":    {"nothing can be written here ({why}): this is what the record {file} has", "rien ne peut être écrit ici ({why}) : voici la main courante de ce poste, {file}"},
		"why.withdrawn":     {"it is withdrawn already", "elle est déjà retirée"},
		"cli.flag.withdraw": {"withdraw the question instead of answering it", "retirer la question au lieu d’y répondre"},
	}
}
