package locale

import (
	"sangfroid/internal/text"
	"sync"
)

// index is all tables in one, made once; nobody changes it.
//
//nolint:gochecknoglobals // a constant table, built at its first use
var index = sync.OnceValue(func() words {
	all := make(words)
	for _, table := range tables() {
		for key, pair := range table {
			all[key] = [2]string{pair[0], text.French(pair[1])}
		}
	}
	return all
})

// find looks a key up.
func find(key string) ([2]string, bool) {
	pair, ok := index()[key]
	return pair, ok
}
