package locale

// targetWords are the words of targets: the machines, shops and contact points a step or a line of the ledger works on.
func targetWords() words {
	return words{
		"cat.targets":    {"targets", "cibles"},
		"target.waiting": {"waiting", "en attente"},
		"target.running": {"running", "en cours"},
		"target.done":    {"done", "faite"},
		"target.failed":  {"failed", "en échec"},
		"target.skipped": {"not needed", "sans objet"},
		"target.late":    {"late", "en retard"},

		"e.targets.changed":   {"{set}: {what}", "{set} : {what}"},
		"e.targets.waiting":   {"{n} waiting", "{n} en attente"},
		"e.targets.running":   {"{n} running", "{n} en cours"},
		"e.targets.done":      {"{n} done", "{n} {n|faite|faites}"},
		"e.targets.failed":    {"{n} failed", "{n} en échec"},
		"e.targets.skipped":   {"{n} not needed", "{n} sans objet"},
		"e.targets.none":      {"no change", "aucun changement"},
		"e.targets.signalled": {"by the plan’s rule, from {from}", "par la règle du plan, de {from}"},

		"refuse.target":       {"\"{target}\" is none of the targets the plan names (nearest: {near}).", "« {target} » n’est pas une cible du plan (la plus proche : {near})."},
		"refuse.target.hint":  {"correct the name; --add takes it as a new target", "corrigez le nom ; --add l’ajoute comme nouvelle cible"},
		"refuse.targets":      {"A name among the targets cannot be used, or there are more than {limit}.", "Un nom de cible ne convient pas, ou il y en a plus de {limit}."},
		"refuse.targets.hint": {"1 to 64 characters, without comma and without two dots in a row", "1 à 64 caractères, sans virgule ni deux points de suite"},
		"refuse.batch":        {"The batch is too large for one entry: {have} bytes of names, {limit} at most.", "Le lot est trop gros pour une entrée : {have} octets de noms, {limit} au plus."},
		"refuse.batch.hint":   {"send it in several, write runs as shop-0001..shop-0040, or give a file: --file", "envoyez-le en plusieurs, écrivez les suites shop-0001..shop-0040, ou donnez un fichier : --file"},
		"refuse.stale":        {"Something newer is known of {n} {n|target|targets}, the only ones named.", "On sait plus récent sur {n} {n|cible|cibles}, les seules nommées."},
		"refuse.stale.hint":   {"give the time it is so (--at); if it is so now, check this machine’s clock", "donnez l’heure du fait (--at) ; si c’est maintenant, vérifiez l’horloge de cette machine"},
		"refuse.named":        {"The targets of {step} have names: {done} of {named} are done by name, and this count says otherwise.", "Les cibles de {step} ont des noms : {done} sur {named} sont faites, ce compte dit autre chose."},
		"refuse.named.hint":   {"say which ones: sangfroid step targets {step} --done NAME,…", "dites lesquelles : sangfroid step targets {step} --done NOM,…"},

		"lint.target":         {"\"{value}\" cannot name a target: 1 to {limit} characters, no comma, no two dots in a row", "« {value} » ne peut nommer une cible : 1 à {limit} caractères, sans virgule ni deux points de suite"},
		"lint.target.twice":   {"\"{value}\" is named twice", "« {value} » est nommée deux fois"},
		"lint.target.count":   {"a pattern needs a count, or groups with counts", "un motif demande un nombre (count), ou des groupes avec leur nombre"},
		"lint.target.sum":     {"count is {count}, the groups make {sum}", "count vaut {count}, les groupes font {sum}"},
		"lint.target.empty":   {"the group \"{value}\" has no targets: give names, or a count", "le groupe « {value} » n’a pas de cible : donnez des noms ou un nombre"},
		"lint.target.noname":  {"the group \"{value}\" has a count and no pattern to name them by", "le groupe « {value} » a un nombre et pas de motif pour les nommer"},
		"lint.target.pattern": {"\"{value}\" names nothing: a pattern has one %d, %4d or %04d for the number", "« {value} » ne nomme rien : un motif a un seul %d, %4d ou %04d pour le numéro"},
	}
}
