package locale

// tuiWords are the words of the console's screens.
func tuiWords() words {
	return words{
		"plain.help":   {"Type a command: note \"…\", step start ID, step done ID, decide ID OPTION --because \"…\", status, quit. All of them: --help", "Tapez une commande : note \"…\", step start ID, step done ID, decide ID OPTION --because \"…\", status, quit. Toutes : --help"},
		"plain.now":    {"{at}  phase {phase}, {n} {n|entry|entries}, {pending} pending, bus {link}", "{at}  phase {phase}, {n} {n|entrée|entrées}, {pending} en attente, bus {link}"},
		"plain.left":   {"{left} left, until {at}", "reste {left}, jusqu’à {at}"},
		"plain.next":   {"next: {what}", "ensuite : {what}"},
		"plain.quotes": {"A quotation mark is not closed: the line was not taken.", "Un guillemet n’est pas fermé : la ligne n’a pas été prise."},
	}
}

// dialogWords are the words of the console's forms.
func dialogWords() words {
	return words{}
}
