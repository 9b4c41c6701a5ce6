package room

import (
	"sangfroid/internal/cell"
	"slices"
)

// facilitated tells whether somebody who is here sends what is due. Its caller holds the lock.
func (r *Room) facilitated() bool {
	x := r.shown.Exercise
	return x != nil && slices.ContainsFunc(r.present, func(p cell.Presence) bool { return x.Facilitates(p.Role) })
}
