// Package cli is the command line: commands, flags and wiring, no logic. Every command is a view of the same state or one
// command to it; what it prints goes through the catalogue, in the person's language.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage. Errors are one sentence and, where there is one, a hint of what to do.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"sangfroid/internal/bus"
	"sangfroid/internal/locale"
	"sangfroid/internal/room"
	"sangfroid/internal/text"
	"strings"
	"syscall"
	"time"

	"charm.land/fang/v2"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
)

// version is set by the build.
var version = "dev"

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// app is one run of the program.
type app struct {
	in     io.Reader
	out    io.Writer
	err    io.Writer
	getenv func(string) string
	now    func() time.Time
	lang   locale.Lang
	flags  flags
	log    *slog.Logger
	logTo  io.Closer
	unsaid error          // why some of the output could not be written
	bound  *room.Room     // the line mode's room: commands typed there write to it
	shown  *time.Location // the zone of the view that is printed
	pass   *bus.Pass      // who the credentials say this is; nil without such
}

// Main runs the program and gives its exit code.
func Main(args []string, in io.Reader, out, errOut io.Writer) int {
	a := &app{in: in, out: out, err: errOut, getenv: os.Getenv, now: time.Now, log: slog.New(slog.DiscardHandler)}
	a.lang = locale.Pick(flagValue(args, "--lang"), a.getenv)
	root := a.root()
	root.SetArgs(typed(args))
	root.SetIn(in)
	root.SetErr(errOut)
	root.SetOut(a.helpWriter(out))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := exitOK
	err := fang.Execute(ctx, root,
		fang.WithVersion(version),
		fang.WithErrorHandler(func(_ io.Writer, _ fang.Styles, err error) { code = a.report(err) }),
	)
	if err != nil && code == exitOK {
		code = exitFailed
	}
	if a.unsaid != nil && code == exitOK {
		code = a.report(a.unsaid)
	}
	if a.logTo != nil {
		_ = a.logTo.Close() // the log is a help, not the record
	}
	return code
}

// flagValue reads one flag before cobra does: the language decides the words of the help itself.
func flagValue(args []string, name string) string {
	for i, arg := range args {
		if v, ok := strings.CutPrefix(arg, name+"="); ok {
			return v
		}
		if arg == name && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// helpWriter says the headings of the help in the person's language; the library has them in English only.
func (a *app) helpWriter(w io.Writer) io.Writer {
	if a.lang != locale.French {
		return w
	}
	return translator{w: w, words: strings.NewReplacer(
		"USAGE", "UTILISATION", "EXAMPLES", "EXEMPLES", "COMMANDS", "COMMANDES", "FLAGS", "OPTIONS",
		"[command]", "[commande]", "[--flags]", "[--options]", "Help for ", "Aide de ", "Version for ", "Version de ",
		"Help about any command", "Aide sur une commande",
		"Generate the autocompletion script for the specified shell", "Script de complétion pour le shell nommé",
	)}
}

type translator struct {
	w     io.Writer
	words *strings.Replacer
}

func (t translator) Write(b []byte) (int, error) {
	if _, err := t.words.WriteString(t.w, string(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// failure is an error with a sentence and a hint for people, in their language, and the exit code it means.
type failure struct {
	sentence string
	hint     string
	code     int
	err      error
}

func (f *failure) Error() string {
	if f.sentence != "" {
		return f.sentence
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// usagef is a wrong use of the command line: exit code 2.
func (a *app) usagef(key string, args ...any) error {
	return &failure{sentence: a.lang.T(key, args...), hint: a.lang.T("cli.hint.help"), code: exitUsage}
}

// failf is something that went wrong: exit code 1.
func (a *app) failf(err error, key string, args ...any) error {
	return &failure{sentence: a.lang.T(key, args...), code: exitFailed, err: err}
}

func (a *app) hintf(err error, hint string, args ...any) error {
	var f *failure
	if errors.As(err, &f) {
		f.hint = a.lang.T(hint, args...)
	}
	return err
}

// report prints an error for people and gives the exit code.
func (a *app) report(err error) int {
	f := a.explain(err)
	a.log.Error("command failed", "error", err)
	_, _ = fmt.Fprintf(a.err, "sangfroid: %s\n", safe(f.sentence)) // nowhere else to say it
	if f.hint != "" {
		_, _ = fmt.Fprintf(a.err, "  → %s\n", safe(f.hint))
	}
	return f.code
}

// safe is what is said of an error, without what a terminal would act on, and no longer than anybody reads.
func safe(s string) string {
	const most = 4 << 10
	short, _ := text.Cut(s, most)
	clean, _ := text.CleanBlock(short)
	return clean
}

// whole is a file as it is printed to start one's own from: all of it, without what a terminal would act on.
func whole(b []byte) string {
	clean, _ := text.CleanBlock(string(b))
	return clean
}

// printf writes to the command's output. What is interpolated was cleaned where it was decoded.
func (a *app) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(a.out, format, args...); err != nil && !errors.Is(err, syscall.EPIPE) {
		a.unsaid = err // a reader that left is no failure of ours; a full disk is
	}
}

// say prints a message of the catalogue on a line.
func (a *app) say(key string, args ...any) { a.printf("%s\n", a.lang.T(key, args...)) }

// isTerminal tells whether both ends are a terminal a screen can be drawn on.
func (a *app) isTerminal() bool {
	in, ok1 := a.in.(*os.File)
	out, ok2 := a.out.(*os.File)
	return ok1 && ok2 && term.IsTerminal(in.Fd()) && term.IsTerminal(out.Fd()) && a.getenv("TERM") != "dumb"
}

// dataDir is where this machine keeps records, outbox, keys and the embedded bus.
func (a *app) dataDir() (string, error) {
	if a.flags.dataDir != "" {
		return filepath.Abs(a.flags.dataDir)
	}
	if d := a.getenv("SANGFROID_DATA_DIR"); d != "" {
		return filepath.Abs(d)
	}
	if d := a.getenv("XDG_STATE_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, "sangfroid"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", a.hintf(a.failf(err, "cli.err.home"), "cli.hint.datadir")
	}
	return filepath.Join(home, ".local", "state", "sangfroid"), nil
}

// group makes a command that only holds others: alone it shows its help, with a wrong word it says so.
func (a *app) group(use, key string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: a.lang.T(key), Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return a.usagef("cli.err.subcommand", "name", args[0], "command", c.CommandPath(), "have", names(subs))
			}
			return c.Help()
		},
	}
	c.AddCommand(subs...)
	return c
}

func names(cs []*cobra.Command) string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Name())
	}
	return strings.Join(out, ", ")
}
