package cli

import (
	"context"
	"sangfroid/internal/cell"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/room"
	"sangfroid/internal/status"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) contactCmd() *cobra.Command {
	g := a.group("contact", "cli.contact", a.contactListCmd(), a.contactTriedCmd("reached", true), a.contactTriedCmd("missed", false), a.contactAddCmd())
	g.Example = a.lang.T("cli.contact.example")
	return g
}

func (a *app) contactListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.contact.list"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.look(c.Context(), func(s *incident.State, now time.Time, loc *time.Location) error {
				if a.flags.output == "json" {
					return a.printJSON(status.ContactsOf(s))
				}
				for _, k := range incident.Contacts(s) {
					a.printf("%-20s %s\n", k.ID, a.lang.Text(k.Name))
					if !k.Call.IsZero() {
						a.printf("%-20s %s\n", "", a.lang.Text(k.Call))
					}
					a.printf("%-20s %s\n", "", a.lang.ContactState(s, &k, loc, now))
				}
				return nil
			})
		},
	}
	return a.output(c)
}

// contactTriedCmd records an attempt: contact reached, contact missed.
func (a *app) contactTriedCmd(verb string, reached bool) *cobra.Command {
	var f fact
	var note string
	c := &cobra.Command{
		Use: verb + " CONTACT", Short: a.lang.T("cli.contact." + verb), Args: a.exact("CONTACT"), ValidArgsFunction: a.completeContacts,
		RunE: func(c *cobra.Command, args []string) error {
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				id, others := s.FindContact(args[0])
				if id == "" {
					return cell.Command{}, unknown(a, "contact", args[0], others)
				}
				return a.fill(cell.Command{Data: incident.ContactReached{Contact: id, Reached: reached, Note: note}}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&note, "note", "", a.lang.T("cli.flag.said"))
	return a.output(c)
}

func (a *app) contactAddCmd() *cobra.Command {
	var id, call, because string
	c := &cobra.Command{
		Use: "add NAME", Short: a.lang.T("cli.contact.add"), Long: a.lang.T("cli.contact.add.long"), Args: a.exact("NAME"),
		RunE: func(c *cobra.Command, args []string) error {
			if call == "" {
				return a.usagef("cli.err.missing", "what", "--call")
			}
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				own := id
				if own == "" {
					own = s.NewContactID(args[0])
				}
				return cell.Command{Data: incident.ContactAdded{ID: own, Name: args[0], Call: call, Reason: because}}, nil
			})
		},
	}
	c.Flags().StringVar(&call, "call", "", a.lang.T("cli.flag.call"))
	c.Flags().StringVar(&id, "id", "", a.lang.T("cli.flag.contactid"))
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

func (a *app) completeContacts(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.complete(func(s *incident.State) (out []string) {
		for _, c := range incident.Contacts(s) {
			out = append(out, c.ID+"\t"+a.lang.Text(c.Name))
		}
		return out
	})
}

func (a *app) roleCmd() *cobra.Command {
	g := a.group("role", "cli.role", a.roleListCmd(), a.roleTakeCmd(), a.roleBriefCmd(), a.roleHandOverCmd(), a.roleAckCmd(), a.roleRefuseCmd())
	g.Long, g.Example = a.lang.T("cli.role.long"), a.lang.T("cli.role.example")
	return g
}

func (a *app) completeRoles(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return roleNames(), cobra.ShellCompDirectiveNoFileComp
}

// role checks the name of a role: one every cell knows, one of the playbooks', or one that somebody holds.
func (a *app) role(s *incident.State, name string) (incident.Role, error) {
	r := incident.Role(name)
	known := incident.RolesOf(s)
	for _, n := range roleNames() {
		if !slices.Contains(known, incident.Role(n)) {
			known = append(known, incident.Role(n))
		}
	}
	if _, held := s.Holder(r); held || slices.Contains(known, r) {
		return r, nil
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return "", a.usagef("cli.err.role", "role", name, "have", strings.Join(names, ", "))
}

func (a *app) roleListCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: a.lang.T("cli.role.list"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.look(c.Context(), func(s *incident.State, now time.Time, loc *time.Location) error {
				if a.flags.output == "json" {
					v := status.Make(s, status.Record{}, now)
					return a.printJSON(map[string]any{"roster": v.Roster, "handovers": v.Handovers})
				}
				roles := incident.RolesOf(s)
				for i := range s.Roster {
					for _, r := range s.Roster[i].Roles {
						if !slices.Contains(roles, r) {
							roles = append(roles, r)
						}
					}
				}
				for _, r := range roles {
					who, held := s.Holder(r)
					if !held {
						who = a.lang.T("cli.role.free")
					}
					line := who
					if h := s.PendingHandover(r); h != nil {
						line += "  → " + a.lang.T("cli.role.pending", "to", h.To, "at", a.lang.Minute(h.Given.At, loc, now))
					}
					a.printf("%-16s %-16s %s\n", r, a.lang.RoleTitle(s, r), line)
				}
				return nil
			})
		},
	}
	return a.output(c)
}

func (a *app) roleTakeCmd() *cobra.Command {
	var f fact
	var because string
	c := &cobra.Command{
		Use: "take ROLE", Short: a.lang.T("cli.role.take"), Args: a.exact("ROLE"), ValidArgsFunction: a.completeRoles,
		RunE: func(c *cobra.Command, args []string) error {
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				r, err := a.role(s, args[0])
				if err != nil {
					return cell.Command{}, err
				}
				return a.fill(cell.Command{Data: incident.RoleTaken{Role: r, Reason: because}}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

func (a *app) roleBriefCmd() *cobra.Command {
	var in string
	c := &cobra.Command{
		Use: "brief ROLE", Short: a.lang.T("cli.role.brief"), Args: a.exact("ROLE"), ValidArgsFunction: a.completeRoles,
		RunE: func(c *cobra.Command, args []string) error {
			langs, err := a.sitrepLangs(in)
			if err != nil {
				return err
			}
			return a.look(c.Context(), func(s *incident.State, now time.Time, loc *time.Location) error {
				r, err := a.role(s, args[0])
				if err != nil {
					return err
				}
				a.printf("%s", briefs(langs, s, r, now, loc))
				return nil
			})
		},
	}
	a.inFlag(c, &in)
	return c
}

func briefs(langs []locale.Lang, s *incident.State, r incident.Role, now time.Time, loc *time.Location) string {
	parts := make([]string, len(langs))
	for i, l := range langs {
		parts[i] = l.Brief(s, r, now, loc)
	}
	return strings.Join(parts, "\n")
}

func (a *app) roleHandOverCmd() *cobra.Command {
	var f fact
	var file string
	c := &cobra.Command{
		Use: "hand-over ROLE NAME", Short: a.lang.T("cli.role.handover"), Args: a.exact("ROLE", "NAME"), ValidArgsFunction: a.completeRoles,
		RunE: func(c *cobra.Command, args []string) error {
			brief := ""
			if file != "" {
				var err error
				if brief, err = a.readText(file); err != nil {
					return err
				}
				if brief == "" {
					return a.failf(nil, "cli.err.emptyfile", "file", file)
				}
			}
			return a.act(c.Context(), func(s *incident.State) (cell.Command, error) {
				r, err := a.role(s, args[0])
				if err != nil {
					return cell.Command{}, err
				}
				if brief == "" {
					brief = a.lang.Brief(s, r, s.ExerciseTime(a.now()), a.zoneOf(s))
				}
				return a.fill(cell.Command{Data: incident.RoleHandedOver{Role: r, To: args[1], Brief: brief}}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVarP(&file, "file", "f", "", a.lang.T("cli.flag.brief.file"))
	return a.output(c)
}

// waits finds the hand-over that waits: of the role named, or the only one there is. mine tells whose it may be.
func (a *app) waits(s *incident.State, args []string, mine func(*incident.Handover) bool) (*incident.Handover, error) {
	var found *incident.Handover
	var have []string
	for i := range s.Handover {
		h := &s.Handover[i]
		if !h.Pending() || !mine(h) || (len(args) > 0 && string(h.Role) != args[0]) {
			continue
		}
		found = h
		have = append(have, string(h.Role))
	}
	switch len(have) {
	case 0:
		return nil, a.hintf(a.failf(nil, "cli.err.nohandover", "name", a.name()), "cli.hint.nohandover")
	case 1:
		return found, nil
	}
	return nil, a.hintf(a.usagef("cli.err.missing", "what", "ROLE"), "cli.hint.have", "have", strings.Join(have, ", "))
}

func (a *app) roleAckCmd() *cobra.Command {
	var f fact
	var read bool
	c := &cobra.Command{
		Use: "acknowledge [ROLE]", Short: a.lang.T("cli.role.ack"), Long: a.lang.T("cli.role.ack.long"), Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeRoles,
		RunE: func(c *cobra.Command, args []string) (err error) {
			return a.answer(c.Context(), args, func(h *incident.Handover) bool { return h.To == a.name() }, func(r *room.Room, h *incident.Handover) (cell.Command, error) {
				if !read {
					s := r.Frame().State
					a.printf("%s\n\n%s\n", a.lang.T("cli.role.given", "from", h.From, "role", a.lang.RoleTitle(s, h.Role), "at", a.lang.Minute(h.Given.At, a.zoneOf(s), s.ExerciseTime(a.now()))), h.Brief)
					return cell.Command{}, a.hintf(a.usagef("cli.err.missing", "what", "--read"), "cli.hint.read")
				}
				return a.fill(cell.Command{Data: incident.HandoverAcknowledged{Handover: h.ID}}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().BoolVar(&read, "read", false, a.lang.T("cli.flag.read"))
	return a.output(c)
}

func (a *app) roleRefuseCmd() *cobra.Command {
	var f fact
	var because string
	c := &cobra.Command{
		Use: "refuse [ROLE]", Short: a.lang.T("cli.role.refuse"), Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeRoles,
		RunE: func(c *cobra.Command, args []string) error {
			if because == "" {
				return a.usagef("cli.err.missing", "what", "--because")
			}
			mine := func(h *incident.Handover) bool { return h.To == a.name() || h.From == a.name() }
			return a.answer(c.Context(), args, mine, func(_ *room.Room, h *incident.Handover) (cell.Command, error) {
				return a.fill(cell.Command{Data: incident.HandoverRefused{Handover: h.ID, Reason: because}}, f)
			})
		},
	}
	a.factFlag(c, &f)
	c.Flags().StringVar(&because, "because", "", a.lang.T("cli.flag.because"))
	return a.output(c)
}

// answer joins, finds the hand-over that waits, and writes what the person answers.
func (a *app) answer(ctx context.Context, args []string, mine func(*incident.Handover) bool, make func(*room.Room, *incident.Handover) (cell.Command, error)) (err error) {
	d, r, err := a.join(ctx)
	if err != nil {
		return err
	}
	defer a.leave(d, r, &err)
	h, err := a.waits(r.Frame().State, args, mine)
	if err != nil {
		return err
	}
	cmd, err := make(r, h)
	if err != nil {
		return err
	}
	rc, err := r.Do(ctx, cmd)
	if err != nil {
		return a.refusedIn(r, err)
	}
	return a.printReceipt(r, rc)
}
