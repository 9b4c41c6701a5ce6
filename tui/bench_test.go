package tui

import (
	"fmt"
	"testing"
)

// BenchmarkView draws the situation screen whole: what follows every message.
func BenchmarkView(b *testing.B) {
	for _, s := range sizes() {
		b.Run(fmt.Sprintf("%dx%d", s[0], s[1]), func(b *testing.B) {
			c := newConsole(b, decided(b), s[0], s[1], Options{})
			b.ReportAllocs()
			for b.Loop() {
				c.m.View()
			}
		})
	}
}
