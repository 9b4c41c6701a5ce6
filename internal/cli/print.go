package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"sangfroid/internal/paper"
	"sangfroid/playbooks"

	"github.com/spf13/cobra"
)

func (a *app) playbookPrintCmd() *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use: "print PLAYBOOK|FILE", Short: a.lang.T("cli.print"), Long: a.lang.T("cli.print.long"), Example: a.lang.T("cli.print.example"),
		Args: a.exact("PLAYBOOK"), ValidArgsFunction: a.completePlaybooks,
		RunE: func(_ *cobra.Command, args []string) error {
			if format != "md" && format != "html" {
				return a.usagef("cli.err.print.format", "value", format)
			}
			return a.printPack(args[0], format, out)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "md", a.lang.T("cli.flag.print.format"))
	c.Flags().StringVar(&out, "out", "", a.lang.T("cli.flag.out"))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"md", "html"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// printPack writes a playbook's grab pack to a new file, or to the output.
func (a *app) printPack(name, format, out string) error {
	book, raw, err := playbooks.Load(name)
	if err != nil {
		return a.invalid(err)
	}
	loc, err := a.location()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	o := paper.Options{Lang: a.lang, Hash: hex.EncodeToString(sum[:]), At: a.now(), Zone: loc}
	page := paper.Markdown(&book, o)
	if format == "html" {
		if page, err = paper.HTML(&book, o); err != nil {
			return err
		}
	}
	if out == "" {
		a.printf("%s", page)
		return nil
	}
	f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, os.ErrExist) {
		return a.hintf(a.failf(err, "cli.err.exists", "file", out), "cli.hint.exists")
	}
	if err != nil {
		return err
	}
	_, err = f.Write(page)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	a.say("cli.print.written", "file", out)
	return nil
}
