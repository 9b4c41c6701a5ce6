package locale

// find looks a key up in every table.
func find(key string) ([2]string, bool) {
	for _, table := range tables() {
		if pair, ok := table[key]; ok {
			return pair, true
		}
	}
	return [2]string{}, false
}
