package cli

import (
	"sangfroid/internal/bus"
	"sangfroid/internal/incident"
	"sangfroid/internal/locale"
	"sangfroid/internal/room"
	"strings"

	"github.com/spf13/cobra"
)

// rightsView is what "bus rights" prints: who the bus takes this console for, and what it lets it do.
type rightsView struct {
	Name    string                `json:"name"`
	Role    string                `json:"role"`
	Account string                `json:"account,omitempty"`
	Known   bool                  `json:"known"`  // the bus told
	Proven  bool                  `json:"proven"` // the bus knows the person by their key
	Realms  map[string]realmRight `json:"realms"`
	Keeper  bool                  `json:"keeper"` // may make and restore the streams
}

type realmRight struct {
	Reads  bool     `json:"reads"`
	Writes []string `json:"writes"`
	Barred []string `json:"barred"`
}

func (a *app) rightsOf(l bus.Link) rightsView {
	dir, err := a.dataDir()
	if err != nil {
		dir = ""
	}
	me := a.me(dir)
	v := rightsView{Name: me.Name, Role: string(me.Role), Proven: a.pass != nil, Realms: map[string]realmRight{}}
	if r := l.Rights; r != nil {
		v.Account, v.Known = r.User, r.Known
		v.Keeper = r.Known && r.MayPublish("$JS.API.STREAM.CREATE."+bus.StreamLive)
	}
	author := bus.AuthorToken(me.Name)
	for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
		r := realmRight{Reads: l.Rights.MayRead(string(realm)), Writes: []string{}, Barred: []string{}}
		for _, c := range append([]string{incident.CategoryBallot}, room.Categories()...) {
			if l.Rights.MayWrite(string(realm), "inc-x", author, c) {
				r.Writes = append(r.Writes, c)
			} else {
				r.Barred = append(r.Barred, c)
			}
		}
		v.Realms[string(realm)] = r
	}
	return v
}

func (a *app) busRightsCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "rights", Short: a.lang.T("cli.bus.rights"), Long: a.lang.T("cli.bus.rights.long"), Args: a.exact(),
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withBus(c.Context(), func(b *bus.Bus) error {
				v := a.rightsOf(b.Link())
				if a.flags.output == "json" {
					return a.printJSON(v)
				}
				a.printf("%s\n", a.whoAmI(v))
				for _, realm := range []incident.Realm{incident.Live, incident.Drill} {
					a.printf("%s\n", a.realmLine(realm, v.Realms[string(realm)]))
				}
				if v.Keeper && v.Proven {
					a.say("cli.bus.rights.keeper")
				}
				return nil
			})
		},
	}
	return a.output(c)
}

// whoAmI is the person in a line: proven by a key, or as they say.
func (a *app) whoAmI(v rightsView) string {
	key := "rights.said"
	if v.Proven {
		key = "rights.proven"
	}
	return a.lang.T(key, "name", v.Name, "role", a.lang.Role(incident.Role(v.Role)))
}

func (a *app) realmLine(realm incident.Realm, r realmRight) string {
	l := a.lang
	name := l.Realm(realm)
	switch {
	case len(r.Writes) == 0 && !r.Reads:
		return l.T("rights.nothing", "realm", name)
	case len(r.Writes) == 0:
		return l.T("rights.reads", "realm", name)
	case len(r.Barred) == 0:
		return l.T("rights.all", "realm", name)
	}
	return l.T("rights.some", "realm", name, "writes", a.kinds(r.Writes), "barred", a.kinds(r.Barred))
}

// kinds are categories in words.
func (a *app) kinds(categories []string) string {
	out := make([]string, len(categories))
	for i, c := range categories {
		if out[i] = c; locale.Has("barred." + c) {
			out[i] = a.lang.T("barred." + c)
		}
	}
	return strings.Join(out, ", ")
}
