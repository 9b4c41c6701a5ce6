package locale

// searchWords are the names of what a filter of the timeline can ask for beside words: "kind:step who:alice is:late".
func searchWords() words {
	return words{
		"find.kind":    {"kind", "genre"},
		"find.who":     {"who", "qui"},
		"find.is":      {"is", "est"},
		"find.late":    {"late", "tardive"},
		"find.flagged": {"flagged", "signalée"},
	}
}

// Category is the word for a category of entries, as it stands on their rows.
func (l Lang) Category(c string) string { return l.term("cat.", c) }
