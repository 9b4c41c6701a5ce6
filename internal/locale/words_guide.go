package locale

// guideWords are the words that lead somebody who sees the console for the first time.
func guideWords() words {
	return words{
		"tui.nextof":         {"Next {n} of {of}:", "Ensuite {n} sur {of} :"},
		"tui.others":         {"{n} {n|other|others}", "{n} {n|autre|autres}"},
		"tui.since.short":    {"{basis} {at}", "{basis} {at}"},
		"tui.lines":          {"{from}–{to} of {of}", "{from}–{to} sur {of}"},
		"tui.keys.choose":    {"←→ choose", "←→ choisir"},
		"tui.keys.next":      {"tab next", "tab suivant"},
		"tui.keys.save":      {"ctrl+s {save}", "ctrl+s {save}"},
		"tui.keys.leave":     {"esc leave", "esc quitter"},
		"tui.keys.draft":     {" (a draft is kept)", " (un brouillon est gardé)"},
		"form.choose":        {"← and → choose; tab goes on", "← et → choisissent ; tab passe à la suite"},
		"form.optional":      {"optional", "facultatif"},
		"form.required":      {"needed", "à remplir"},
		"form.title.step":    {"what is to be done, in a few words", "ce qui est à faire, en quelques mots"},
		"form.title.flow":    {"what is to be caught up, in a few words", "ce qui est à rattraper, en quelques mots"},
		"why.replay":         {"this is a replay: nothing is written", "ceci est un rejeu : rien n’est écrit"},
		"form.now":           {"now", "maintenant"},
		"form.time.bad":      {"“{value}” is not a time; these are: 14:02, -12m, +30m, yesterday 22:00", "« {value} » n’est pas une heure ; en sont : 14:02, -12m, +30m, hier 22:00"},
		"level.cold":         {"cold", "froid"},
		"level.warm":         {"warm", "tiède"},
		"level.hot":          {"hot", "chaud"},
		"level.ha":           {"ha", "HD"},
		"level.vital":        {"vital", "vital"},
		"tui.noclock":        {"No clock runs yet: give the time of “{stamp}” (t).", "Pas encore d’horloge : donnez l’heure de « {stamp} » (t)."},
		"tui.noclock.replay": {"No clock runs yet: nobody has said “{stamp}”.", "Aucune horloge ne tourne encore : personne n’a dit « {stamp} »."},
		"tui.allstopped":     {"Every clock has stopped.", "Toutes les horloges sont arrêtées."},
		"act.others":         {"Show what else is proposed", "Montrer ce qui est proposé d’autre"},
	}
}
