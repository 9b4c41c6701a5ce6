package cli

import (
	"errors"
	"io/fs"
	"os"
	"sangfroid/internal/bus"
)

// takePass reads the credentials that say who this is, when the file named is such. A name or role given beside them that
// says something else is refused: the bus would refuse every entry.
func (a *app) takePass() error {
	if a.pass != nil {
		return nil
	}
	path := a.flags.creds
	if path == "" {
		path = a.getenv("NATS_CREDS")
	}
	if path == "" {
		return nil
	}
	p, ok, err := bus.ReadPass(path)
	elsewhere := a.flags.server != "" || a.flags.context != "" || a.getenv("NATS_URL") != "" || a.getenv("NATS_CONTEXT") != ""
	if (errors.Is(err, fs.ErrNotExist) && elsewhere) || (err == nil && !ok) {
		return nil // credentials of the tools of NATS, or none: the way to the bus tells
	}
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return a.hintf(a.failf(bus.ErrPass, "cli.err.pass.open", "file", path), "cli.hint.pass.open", "file", path)
	}
	if as := a.flags.as; as != "" && bus.AuthorToken(as) != bus.AuthorToken(p.Name) {
		return a.usagef("cli.err.pass.as", "name", p.Name, "as", as)
	}
	if role := a.flags.role; role != "" && role != p.Role {
		return a.usagef("cli.err.pass.role", "name", p.Name, "role", p.Role, "as", role)
	}
	a.pass = p
	return nil
}
