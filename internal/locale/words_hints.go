package locale

// hintWords are sentences and hints of refusals that fit one case better than the general ones: a role that writes nothing, a
// field, a state.
func hintWords() words {
	return words{
		"refuse.role.none":      {"The role {role} does not write this.", "Le rôle {role} n’écrit pas cela."},
		"refuse.role.none.hint": {"an observer looks, an evaluator observes and rates; take a role of the cell to write (F2, --role)", "un observateur regarde, un évaluateur observe et cote ; pour écrire, prenez un rôle de la cellule (F2, --role)"},

		"refuse.fewer":      {"{flow}: {n} replayed, but {before} were counted before.", "{flow} : {n} rejoués, mais {before} étaient déjà comptés."},
		"refuse.fewer.hint": {"replayed is the total since the beginning; if the earlier count was wrong, say so in the note (--note)", "rejoués est le total depuis le début ; si le compte précédent était faux, dites-le en note (--note)"},

		"threshold.targets": {"{what}: {n} {n|target is|targets are} late of {all} (T, l lists them)", "{what} : {n} {n|cible|cibles} en retard sur {all} (T, l les liste)"},

		"cli.err.flag":             {"There is no flag {name} here.", "L’option {name} n’existe pas ici."},
		"cli.err.flag.value":       {"{name} needs a value.", "{name} demande une valeur."},
		"cli.err.flag.bad":         {"“{value}” is no value of {name}.", "« {value} » n’est pas une valeur de {name}."},
		"cli.err.targets.none":     {"--{name} names no target.", "--{name} ne nomme aucune cible."},
		"cli.err.targets.none.how": {"names with commas between them, or a run: vm-01..vm-12", "des noms séparés par des virgules, ou une suite : vm-01..vm-12"},
		"cli.criterion.new":        {"“{name}” is a new criterion of this decision; it had: {have}", "« {name} » est un nouveau critère de cette décision ; elle avait : {have}"},

		"field.quorum":  {"a quorum", "un quorum"},
		"field.target":  {"names of targets", "noms de cibles"},
		"field.group":   {"a group of targets", "un groupe de cibles"},
		"field.rating":  {"a rating", "une cotation"},
		"field.channel": {"a channel", "un canal"},
		"field.seed":    {"a seed", "une graine"},
		"field.at":      {"a time", "une heure"},
		"field.wall":    {"a time", "une heure"},

		"refuse.invalid.hint.quorum":   {"the number of voices wanted, from 0", "le nombre de voix voulues, à partir de 0"},
		"refuse.invalid.hint.target":   {"names with commas between them, or a run that rises: vm-01..vm-12, 100,000 at most", "des noms séparés par des virgules, ou une suite croissante : vm-01..vm-12, 100 000 au plus"},
		"refuse.invalid.hint.count":    {"whole numbers from 0, and not more than the total", "des nombres entiers à partir de 0, sans dépasser le total"},
		"refuse.invalid.hint.replayed": {"check the number: nothing has that many items", "vérifiez le nombre : rien n’a autant d’éléments"},
		"refuse.invalid.hint.rejected": {"check the number: nothing has that many items", "vérifiez le nombre : rien n’a autant d’éléments"},
		"refuse.invalid.hint.expected": {"check the number: nothing has that many items", "vérifiez le nombre : rien n’a autant d’éléments"},
		"refuse.invalid.hint.lost":     {"check the number: nothing has that many items", "vérifiez le nombre : rien n’a autant d’éléments"},
		"refuse.invalid.hint.verdict":  {"one of: for, against, forbids, neutral", "au choix : for, against, forbids, neutral"},
		"refuse.invalid.hint.phase":    {"one of: detection, escalation, analysis, decision, failover, restore, checks, catch-up, resumed, failback, review", "au choix : detection, escalation, analysis, decision, failover, restore, checks, catch-up, resumed, failback, review"},
		"refuse.invalid.hint.check":    {"one of: to-verify, verified, denied", "au choix : to-verify, verified, denied"},
		"refuse.invalid.hint.stamp":    {"one of: occurred, detected, reported, last-good-data; legal stamps: sangfroid obligation list", "au choix : occurred, detected, reported, last-good-data ; repères légaux : sangfroid obligation list"},
		"refuse.invalid.hint.time":     {"check the year: examples 14:02, -12m, 2026-11-23 14:02", "vérifiez l’année : exemples 14:02, -12m, 2026-11-23 14:02"},

		"refuse.flow-state.hint.open":     {"count it, sign it off, or accept the loss", "comptez-la, validez-la, ou acceptez la perte"},
		"refuse.flow-state.hint.signed":   {"a closed line stays closed; open another one for what is left", "une ligne close le reste ; ouvrez-en une autre pour ce qui manque"},
		"refuse.flow-state.hint.accepted": {"a closed line stays closed; open another one for what is left", "une ligne close le reste ; ouvrez-en une autre pour ce qui manque"},
	}
}
