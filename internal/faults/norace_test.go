//go:build !race

package faults

// raced tells that this binary has the race detector in it.
const raced = false
