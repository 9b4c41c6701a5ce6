package locale

// guardWords are the words of what is held against harm: archives that are checked, whose record differs, what the bus keeps safe.
func guardWords() words {
	return words{
		"archive.whole":         {"{file}: whole, {n} {n|file|files} as the manifest of {made} tells, {incidents} {incidents|incident|incidents}", "{file} : entière, {n} {n|fichier|fichiers} comme l’annonce le manifeste du {made}, {incidents} {incidents|incident|incidents}"},
		"archive.not":           {"{file}: NOT AS IT WAS MADE on {made}", "{file} : PLUS TELLE QU’ELLE A ÉTÉ FAITE le {made}"},
		"archive.f.missing":     {"{name} is missing", "{name} manque"},
		"archive.f.changed":     {"{name} was changed", "{name} a été modifié"},
		"archive.f.added":       {"{name} was added: the manifest does not know it", "{name} a été ajouté : le manifeste ne le connaît pas"},
		"archive.f.name":        {"{name} would lie outside the archive: do not unpack it", "{name} se retrouverait hors de l’archive : ne la décompressez pas"},
		"archive.f.link":        {"{name} is a link or a device, not a file: do not unpack it", "{name} est un lien ou un périphérique, pas un fichier : ne la décompressez pas"},
		"archive.f.twice":       {"{name} stands there twice", "{name} y figure deux fois"},
		"archive.f.torn":        {"{name} ends or cannot be read before its end", "{name} s’arrête ou devient illisible avant la fin"},
		"archive.root":          {"  {id}: {n} {n|entry|entries}, root {root}", "  {id} : {n} {n|entrée|entrées}, racine {root}"},
		"archive.limits":        {"Whoever can write the archive can write its manifest: compare the roots with those on reports and in other consoles.", "Qui peut écrire l’archive peut écrire son manifeste : comparez les racines à celles des rapports et des autres consoles."},
		"cli.err.archive":       {"The archive is not as it was made.", "L’archive n’est plus telle qu’elle a été faite."},
		"cli.hint.archive":      {"take another copy of it; records that are whole can still be read one by one: sangfroid timeline verify FOLDER/live/ID/record.jsonl", "prenez une autre copie ; les registres restés entiers se lisent un par un : sangfroid timeline verify DOSSIER/live/ID/record.jsonl"},
		"cli.err.archive.flags": {"--members and --checkpoint are for one record: unpack the archive and verify the record in it.", "--members et --checkpoint valent pour un registre : décompressez l’archive et vérifiez le registre qu’elle contient."},
		"cli.err.noarchive":     {"{file} is no archive of sangfroid: it does not begin with a manifest.", "{file} n’est pas une archive de sangfroid : elle ne commence pas par un manifeste."},
		"cli.hint.noarchive":    {"archives are made by: sangfroid export --all", "une archive se fait par : sangfroid export --all"},
	}
}
