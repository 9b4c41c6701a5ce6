package locale

// verbWords are the words of commands about the incident as a whole, about entries, and about signals.
func verbWords() words {
	return words{
		"cli.scope":         {"Take a service into the incident, or out of it", "Faire entrer un service dans l’incident, ou l’en sortir"},
		"cli.scope.in":      {"The service is touched: its clocks count", "Le service est touché : ses horloges comptent"},
		"cli.scope.out":     {"The service is not touched: its clocks stand aside", "Le service n’est pas touché : ses horloges sont mises de côté"},
		"cli.scope.example": {"sangfroid scope out billing --because \"it runs at another site\"\nsangfroid scope in billing --because \"its database is lost as well\"", "sangfroid scope out billing --because \"hébergé sur un autre site\"\nsangfroid scope in billing --because \"sa base est perdue aussi\""},

		"cli.severity":         {"Set the severity, in your own words", "Fixer la gravité, avec vos mots"},
		"cli.severity.long":    {"Set the severity, in the words your organisation has for it. The earlier one stays in the timeline.", "Fixer la gravité, avec les mots de votre organisation. La précédente reste dans la main courante."},
		"cli.severity.example": {"sangfroid severity \"major\" --because \"two services, all counters\"", "sangfroid severity \"majeure\" --because \"deux services, tous les guichets\""},

		"cli.phase":         {"Note the phase by hand", "Noter la phase à la main"},
		"cli.phase.long":    {"Phases begin by themselves as entries imply them (a question asked begins the decision). This notes one by hand, also an earlier one.", "Les phases commencent d’elles-mêmes selon les entrées (une question posée ouvre la décision). Ceci en note une à la main, même antérieure."},
		"cli.phase.example": {"sangfroid phase analysis --at -5m --because \"the cell is complete\"", "sangfroid phase analysis --at -5m --because \"la cellule est au complet\""},

		"cli.escalate":         {"Record who was called in", "Consigner qui a été appelé en renfort"},
		"cli.escalate.example": {"sangfroid escalate \"Director on call\" --note \"joins at 14:30\" --at -3m", "sangfroid escalate \"Directeur d’astreinte\" --note \"arrive à 14:30\" --at -3m"},

		"cli.step.assign": {"Give the step to a person or a team", "Confier l’étape à une personne ou une équipe"},

		"cli.timeline.correct":         {"Correct an entry: the earlier words stay", "Corriger une entrée : les mots d’origine restent"},
		"cli.timeline.correct.example": {"sangfroid timeline correct 12 \"the copy is of 02:40, not 04:20\"", "sangfroid timeline correct 12 \"la copie est de 02:40, pas de 04:20\""},
		"cli.timeline.check":           {"Say whether what an entry tells was verified", "Dire si ce qu’une entrée rapporte est vérifié"},
		"cli.timeline.check.example":   {"sangfroid timeline check 12 verified \"called the operator back\"\nsangfroid timeline check 14 denied", "sangfroid timeline check 12 verified \"opérateur rappelé\"\nsangfroid timeline check 14 denied"},
		"cli.timeline.pin":             {"Pin an entry: it stays in sight", "Épingler une entrée : elle reste en vue"},
		"cli.timeline.pin.example":     {"sangfroid timeline pin 12", "sangfroid timeline pin 12"},
		"cli.timeline.unpin":           {"Unpin an entry", "Désépingler une entrée"},
		"cli.timeline.unpin.example":   {"sangfroid timeline unpin 12", "sangfroid timeline unpin 12"},
		"cli.err.entryno":              {"“{value}” is no number of an entry.", "« {value} » n’est pas un numéro d’entrée."},
		"cli.err.entry":                {"There is no entry {n}.", "Il n’y a pas d’entrée {n}."},
		"cli.hint.entry":               {"there are {n}; sangfroid timeline show has their numbers", "il y en a {n} ; sangfroid timeline show en donne les numéros"},

		"cli.signal":              {"Signals from outside: what waits in the inbox, and attaching it", "Signaux extérieurs : ce qui attend dans la boîte, et le rattacher"},
		"cli.signal.long":         {"Monitoring, replication and backup tools publish signals on the bus. They wait until a person, or a rule of the running plan, attaches them to the incident.", "Supervision, réplication et sauvegarde publient des signaux sur le bus. Ils attendent qu’une personne, ou une règle du plan en cours, les rattache à l’incident."},
		"cli.signal.example":      {"sangfroid signal list\nsangfroid signal attach monitoring a-1042 --summary \"the probes answer again\"", "sangfroid signal list\nsangfroid signal attach monitoring a-1042 --summary \"les sondes répondent à nouveau\""},
		"cli.signal.list":         {"List the signals that wait", "Lister les signaux qui attendent"},
		"cli.signal.attach":       {"Attach a signal to the incident, byte for byte", "Rattacher un signal à l’incident, à l’octet près"},
		"cli.signal.attach.long":  {"Attach a signal to the incident, byte for byte. SOURCE and ID are those of \"signal list\". The fact is when the signal says it happened, else when the bus received it.", "Rattacher un signal à l’incident, à l’octet près. SOURCE et ID sont ceux de « signal list ». L’heure du fait est celle que dit le signal, sinon celle de sa réception."},
		"cli.signal.attached":     {"attached", "rattaché"},
		"cli.signal.none":         {"No signal waits.", "Aucun signal n’attend."},
		"cli.flag.signal.all":     {"those attached already too", "y compris ceux déjà rattachés"},
		"cli.flag.summary":        {"what the entry says, instead of the signal’s own words", "ce que dira l’entrée, au lieu des mots du signal"},
		"cli.err.signal":          {"No signal “{name}” waits.", "Aucun signal « {name} » n’attend."},
		"cli.hint.signal":         {"{n} {n|waits|wait}; sangfroid signal list shows them", "{n} {n|attend|attendent} ; sangfroid signal list les montre"},
		"cli.err.signal.targets":  {"This signal tells of targets: what it is about must be chosen.", "Ce signal parle de cibles : il faut choisir de quoi il s’agit."},
		"cli.hint.signal.targets": {"attach it in the console (i), or write the targets: sangfroid step targets STEP --done …", "rattachez-le dans la console (i), ou notez les cibles : sangfroid step targets ÉTAPE --done …"},
	}
}
