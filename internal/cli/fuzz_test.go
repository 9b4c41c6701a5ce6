package cli

import (
	"sangfroid/internal/hostile"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"testing"
	"time"
)

// FuzzTargetsFile: any file of targets gives rows that are names of targets, or one sentence with the line.
func FuzzTargetsFile(f *testing.F) {
	f.Add([]byte("id,state,group,time\nvm-01,done,host-1,14:02\nvm-02,failed\n"))
	f.Add([]byte("\xef\xbb\xbfid;state\nvm-1;en cours\n#x\n\"a\nb\";fait\n"))
	for _, s := range hostile.Strings() {
		f.Add([]byte("vm-01,done\n" + s + ",done," + s + "\n"))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a := &app{lang: locale.English, now: func() time.Time { return time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC) }, getenv: func(string) string { return "" }}
		rows, err := a.parseTargets("f.csv", b)
		if err != nil {
			if bad := hostile.Acts(err.Error()); bad != "" {
				t.Fatalf("the error acts: %s", bad)
			}
			return
		}
		for _, c := range gatherTargets(rows, "") {
			if bad := hostile.In("change", c); bad != "" {
				t.Fatal(bad)
			}
			if _, ok := incident.ExpandTargets(c.IDs); !ok {
				t.Fatalf("%q are no targets", c.IDs)
			}
		}
	})
}
