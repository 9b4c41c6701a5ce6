package e2e

import (
	"path/filepath"
	"testing"
)

const timelines = "../timeline/testdata"

// TestReplayInATerminal: GitHub's 21 October 2018, walked through with the keys; then beside GitLab's January.
func TestReplayInATerminal(t *testing.T) {
	p := newPlace(t)
	github, gitlab := filepath.Join(p.dir, "github.jsonl"), filepath.Join(p.dir, "gitlab.jsonl")
	p.run("timeline", "import", filepath.Join(timelines, "github-2018-10-21.csv"), "--out", github, "--rto", "4h", "--restored", "2018-10-22T23:03:00Z")
	p.run("timeline", "import", filepath.Join(timelines, "gitlab-2017-01-31.csv"), "--out", gitlab, "--rto", "4h")
	x := p.open(80, 24, "replay", github, "--speed", "300", "--paused", "--zone", "UTC")
	x.sees("REPLAY", "declared", "4/30")
	x.keys("]")
	x.sees("phase escalation begins", "22:54:00 UTC")
	x.keys("g")
	x.sees("time or entry")
	x.keys("02:54" + enter)
	x.sees("RTO missed", "02:54:00 UTC")
	x.keys("z")
	x.sees("silences shortened")
	x.keys("m")
	x.sees("List of key moments", "restored")
	x.keys(esc)
	x.gone("List of key moments")
	x.keys(">")
	x.sees("30/30", "end of the timeline")
	x.keys("n")
	x.sees("replay")
	x.keys("qq")
	x.ends()
	y := p.open(80, 24, "timeline", "diff", github, gitlab, "--screen")
	y.sees("OBJECTIVES", "RTO 4 h", "24 h 09", "PHASES", "only in A")
	y.keys("q")
	y.ends()
}
