package theme

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var colour = regexp.MustCompile(`(38|48);2;(\d+);(\d+);(\d+)`)

// luminance is WCAG 2's relative luminance.
func luminance(c [3]float64) float64 {
	lin := func(v float64) float64 {
		v /= 255
		if v <= 0.03928 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c[0]) + 0.7152*lin(c[1]) + 0.0722*lin(c[2])
}

func contrast(a, b [3]float64) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// TestContrast: every ink is readable on its ground, by WCAG AA (4.5:1).
func TestContrast(t *testing.T) {
	for _, dark := range []bool{true, false} {
		ground := [3]float64{255, 255, 255}
		if dark {
			ground = [3]float64{16, 20, 24}
		}
		th := New(dark, false, false)
		for name, i := range map[string]Ink{
			"text": th.Text, "strong": th.Strong, "muted": th.Muted, "holds": th.Holds, "soon": th.Soon, "broken": th.Broken, "progress": th.Progress,
			"focus": th.Focus, "key": th.Key, "key off": th.KeyOff, "header": th.Header, "live": th.Live, "drill": th.Drill, "drill ground": th.DrillGround,
			"alert": th.Alert, "input": inkOf(th.Input, ""), "placeholder": inkOf(th.Placeholder, ""),
		} {
			letter, on := ground, ground
			for _, m := range colour.FindAllStringSubmatch(i.Pre, -1) {
				var c [3]float64
				for k := range c {
					c[k], _ = strconv.ParseFloat(m[2+k], 64)
				}
				if m[1] == "38" {
					letter = c
				} else {
					on = c
				}
			}
			if r := contrast(letter, on); r < 4.5 {
				t.Errorf("%s, dark %v: %.2f:1", name, dark, r)
			}
		}
	}
}

func TestNoColour(t *testing.T) {
	th := New(true, true, true)
	for name, i := range map[string]Ink{"broken": th.Broken, "soon": th.Soon, "live": th.Live} {
		if colour.MatchString(i.Pre) {
			t.Errorf("%s has a colour: %q", name, i.Pre)
		}
	}
	for _, m := range []Mark{Done(), Running(), ToDo(), Ready(), Blocked(), Failed(), Skipped(), Alert(), Pending(), Full(), Empty()} {
		if len(th.Symbol(m)) != 1 {
			t.Errorf("%v is not one ASCII character", m)
		}
	}
}

func TestASelectedRowIsOneBar(t *testing.T) {
	for _, mono := range []bool{false, true} {
		th := New(true, false, mono)
		want := th.Text.Selected("x")
		if !strings.Contains(want, "7") || !strings.HasSuffix(want, "\x1b[m") || want == th.Text.On("x") {
			t.Errorf("mono %v: %q", mono, want)
		}
		for name, i := range map[string]Ink{"broken": th.Broken, "muted": th.Muted, "drill": th.Drill, "key": th.Key} {
			if got := i.Selected("x"); got != want {
				t.Errorf("%s, mono %v: %q is not %q", name, mono, got, want)
			}
		}
	}
	if (Ink{}).Selected("") != "" || New(true, false, false).Text.On("") != "" || (Ink{}).On("x") != "x" {
		t.Error("nothing is coloured for nothing")
	}
}
