package cli

import (
	"log/slog"
	"os"
	"path/filepath"
	"sangfroid/internal/incident"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// flags are those every command has.
type flags struct {
	server, context, creds      string
	tlsCA, tlsCert, tlsKey      string
	dataDir, as, role, incident string
	zone, lang, output          string
	noColor, ascii, light, dark bool
	facts                       bool // read a timeline by when things happened
}

// root is the tree of commands.
func (a *app) root() *cobra.Command {
	c := &cobra.Command{
		Use:     "sangfroid",
		Short:   a.lang.T("cli.root"),
		Long:    a.lang.T("cli.root.long"),
		Example: a.lang.T("cli.root.example"),
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return a.usagef("cli.err.command", "name", args[0], "nearest", nearest(args[0], c.Commands()))
			}
			return a.console(c.Context(), "", false)
		},
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return a.flagError(err) })
	c.PersistentPreRunE = func(*cobra.Command, []string) error { return a.prepare() }
	a.persistent(c)
	c.AddCommand(
		a.declareCmd(), a.consoleCmd(), a.statusCmd(), a.forecastCmd(), a.noteCmd(), a.stepCmd(), a.decideCmd(), a.askCmd(), a.voteCmd(),
		a.criterionCmd(), a.repairCmd(), a.catchupCmd(), a.serviceCmd(), a.originCmd(), a.scopeCmd(), a.severityCmd(), a.phaseCmd(), a.escalateCmd(), a.signalCmd(), a.obligationCmd(), a.launchCmd(), a.closeCmd(), a.reopenCmd(),
		a.sitrepCmd(), a.contactCmd(), a.roleCmd(), a.actionCmd(),
		a.timelineCmd(), a.exportCmd(), a.reportCmd(), a.replayCmd(), a.playbookCmd(), a.exerciseCmd(), a.answerCmd(), a.serveCmd(), a.doctorCmd(),
	)
	c.AddCommand(a.busCmd(), a.outboxCmd())
	return c
}

func (a *app) persistent(c *cobra.Command) {
	p := c.PersistentFlags()
	p.StringVarP(&a.flags.server, "server", "s", "", a.lang.T("cli.flag.server"))
	p.StringVar(&a.flags.context, "context", "", a.lang.T("cli.flag.context"))
	p.StringVar(&a.flags.creds, "creds", "", a.lang.T("cli.flag.creds"))
	p.StringVar(&a.flags.tlsCA, "tlsca", "", a.lang.T("cli.flag.tlsca"))
	p.StringVar(&a.flags.tlsCert, "tlscert", "", a.lang.T("cli.flag.tlscert"))
	p.StringVar(&a.flags.tlsKey, "tlskey", "", a.lang.T("cli.flag.tlskey"))
	p.StringVar(&a.flags.dataDir, "data-dir", "", a.lang.T("cli.flag.datadir"))
	p.StringVar(&a.flags.as, "as", "", a.lang.T("cli.flag.as"))
	p.StringVar(&a.flags.role, "role", "", a.lang.T("cli.flag.role"))
	p.StringVar(&a.flags.incident, "incident", "", a.lang.T("cli.flag.incident"))
	p.StringVar(&a.flags.zone, "zone", "", a.lang.T("cli.flag.zone"))
	p.StringVar(&a.flags.lang, "lang", "", a.lang.T("cli.flag.lang"))
	p.BoolVar(&a.flags.noColor, "no-color", false, a.lang.T("cli.flag.nocolor"))
	p.BoolVar(&a.flags.ascii, "ascii", false, a.lang.T("cli.flag.ascii"))
	p.BoolVar(&a.flags.light, "light", false, a.lang.T("cli.flag.light"))
	p.BoolVar(&a.flags.dark, "dark", false, a.lang.T("cli.flag.dark"))
	_ = c.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(roleNames(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions([]string{"en", "fr"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("incident", a.completeIncidents)
}

func roleNames() []string {
	return []string{
		string(incident.RoleDirector), string(incident.RoleITLead), string(incident.RoleBusiness), string(incident.RoleScribe),
		string(incident.RoleComms), string(incident.RoleObserver), string(incident.RoleFacilitator), string(incident.RoleEvaluator),
	}
}

// output adds -o to a command that prints something a machine may want; text is the default.
func (a *app) output(c *cobra.Command) *cobra.Command {
	c.Flags().StringVarP(&a.flags.output, "output", "o", "text", a.lang.T("cli.flag.output"))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// prepare checks the flags that every command has.
func (a *app) prepare() error {
	if l := a.flags.lang; l != "" && !strings.HasPrefix(l, "en") && !strings.HasPrefix(l, "fr") {
		return a.usagef("cli.err.lang", "lang", l)
	}
	if a.flags.output != "" && a.flags.output != "text" && a.flags.output != "json" {
		return a.usagef("cli.err.output", "value", a.flags.output)
	}
	if r := a.flags.role; r != "" && !incident.ValidID(r) {
		return a.usagef("cli.err.role", "role", r, "have", strings.Join(roleNames(), ", "))
	}
	if _, err := a.location(); err != nil {
		return err
	}
	return a.takePass()
}

// location is the zone times are read and shown in.
func (a *app) location() (*time.Location, error) {
	if a.flags.zone == "" {
		return time.Local, nil
	}
	loc, err := time.LoadLocation(a.flags.zone)
	if err != nil {
		return nil, a.usagef("cli.err.zone", "zone", a.flags.zone)
	}
	return loc, nil
}

// openLog sends the program's own log to a file in the data directory; a log that cannot be opened is no reason to stop.
func (a *app) openLog(dir string) {
	path := filepath.Join(dir, "sangfroid.log")
	if info, err := os.Stat(path); err == nil && info.Size() > 8<<20 {
		_ = os.Rename(path, path+".1")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	a.log, a.logTo = slog.New(slog.NewTextHandler(f, nil)), f
}

// nearest is the command whose name is closest to a wrong one.
func nearest(word string, cs []*cobra.Command) string {
	best, at := "", len(word)
	for _, c := range cs {
		if d := distance(word, c.Name()); d < at && !c.Hidden {
			best, at = c.Name(), d
		}
	}
	if best == "" {
		return "--help"
	}
	return best
}

// distance is Levenshtein's.
func distance(x, y string) int {
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(x) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(y) {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(y)]
}
