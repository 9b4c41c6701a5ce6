package locale

// actionWords are the words of corrective actions: entries, commands, screens.
func actionWords() words {
	return words{
		"cat.action": {"corrective", "correctif"},

		"action.is.open":    {"open", "ouverte"},
		"action.is.done":    {"done", "faite"},
		"action.is.dropped": {"dropped", "abandonnée"},
		"action.nobody":     {"nobody has it", "sans responsable"},
		"action.nodate":     {"no date", "sans échéance"},
		"action.overdue":    {"OVERDUE", "EN RETARD"},
		"action.none":       {"No corrective action is recorded.", "Aucune action corrective n’est consignée."},

		"e.action.added": {"corrective action: {text}", "action corrective : {text}"},
		"e.action.no":    {"action {n}, {text}", "action {n}, {text}"},
		"e.action.owner": {"owner {owner}", "responsable {owner}"},
		"e.action.due":   {"due {due}", "échéance {due}"},
		"e.action.for":   {"answers: {for}", "répond à : {for}"},

		"field.owner": {"the owner", "le responsable"},
		"field.for":   {"what it answers", "ce à quoi elle répond"},
		"field.state": {"the state", "l’état"},

		"cli.action":              {"Corrective actions: add, list, done, drop, change", "Actions correctives : ajouter, liste, faite, abandonner, modifier"},
		"cli.action.long":         {"Corrective actions: what will be done so that a gap does not come again, by whom and by when. They are events like all others, also after the incident is closed, and the report lists them with what became of them.", "Actions correctives : ce qui sera fait pour qu’un écart ne revienne pas, par qui et pour quand. Ce sont des événements comme les autres, même après la clôture, et le retour d’expérience les liste avec leur suite."},
		"cli.action.example":      {"sangfroid action add \"Raise the quota of the recovery site\" --owner \"B. Durand\" --due 2026-12-15 --for \"quota reached while rebuilding\"\nsangfroid action list\nsangfroid action change 1 --due 2027-01-31 --note \"the provider needs a new contract\"\nsangfroid action done 1 --note \"quota is 80, tested\"\nsangfroid action drop 2 --because \"the site is being sold\"", "sangfroid action add \"Relever le quota du site de secours\" --owner \"B. Durand\" --due 2026-12-15 --for \"quota atteint pendant la reconstruction\"\nsangfroid action list\nsangfroid action change 1 --due 2027-01-31 --note \"le prestataire demande un nouveau contrat\"\nsangfroid action done 1 --note \"quota à 80, testé\"\nsangfroid action drop 2 --because \"le site est en cours de vente\""},
		"cli.action.add":          {"Add a corrective action", "Ajouter une action corrective"},
		"cli.action.list":         {"List the corrective actions, and how each stands", "Lister les actions correctives, et où en est chacune"},
		"cli.action.done":         {"An action was carried out", "Une action est réalisée"},
		"cli.action.drop":         {"An action will not be carried out, with the reason", "Une action ne sera pas réalisée, avec le motif"},
		"cli.action.reopen":       {"An action is open again", "Une action est rouverte"},
		"cli.action.change":       {"Give an action another owner, another date, or a word on how it goes", "Changer le responsable ou l’échéance d’une action, ou dire où elle en est"},
		"cli.flag.action.owner":   {"who sees to it: a function or a name", "qui s’en charge : une fonction ou un nom"},
		"cli.flag.due":            {"by when: 2026-12-15 (the end of that day), +30d, or a time", "pour quand : 2026-12-15 (fin de journée), +30d, ou une heure"},
		"cli.flag.for":            {"the gap or cause it answers", "l’écart ou la cause auquel elle répond"},
		"cli.flag.action.note":    {"what was done, or how it goes", "ce qui a été fait, ou où elle en est"},
		"cli.err.unknown.action":  {"There is no corrective action no. {name}.", "Il n’y a pas d’action corrective n° {name}."},
		"cli.hint.unknown.action": {"sangfroid action list shows them with their numbers", "sangfroid action list les montre avec leur numéro"},

		"act.actions":       {"Corrective actions: who, until when", "Actions correctives : qui, pour quand"},
		"action.add":        {"Corrective action", "Action corrective"},
		"action.follow":     {"Corrective action no. {n}: {text}", "Action corrective n° {n} : {text}"},
		"action.keys":       {"↑↓   a add   enter follow up   esc", "↑↓   a ajouter   entrée suivre   esc"},
		"action.keys.first": {"No corrective action yet: a adds one.", "Pas encore d’action corrective : a en ajoute une."},
		"action.added":      {"added {at}, {by}, entry {entry}", "ajoutée {at}, {by}, entrée {entry}"},
		"action.moved":      {"{n} {n|change|changes} of date", "{n} {n|changement|changements} d’échéance"},
		"form.what":         {"what", "quoi"},
		"form.what.hint":    {"what will be done, so that it does not come again", "ce qui sera fait, pour que cela ne revienne pas"},
		"form.due":          {"due", "échéance"},
		"form.due.hint":     {"2026-12-15, 15/12/2026 or +30d; empty: no date yet", "2026-12-15, 15/12/2026 ou +30d ; vide : pas encore de date"},
		"form.for":          {"answers", "répond à"},
		"form.for.hint":     {"the gap or cause it is for", "l’écart ou la cause visés"},
		"form.state":        {"state", "état"},
	}
}
