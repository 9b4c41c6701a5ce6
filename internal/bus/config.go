package bus

import (
	"log/slog"
	"path/filepath"
	"time"
)

// Config says which bus to use. Without URL and Context the bus is embedded: it lives in DataDir, in this process or in
// another one that opened it first.
type Config struct {
	URL      string // one or more nats:// URLs, separated by commas; before Context
	Context  string // a context of the nats command line tool, or the absolute path of one
	Creds    string // file: a user's JWT and seed
	NKey     string // file: a user's seed
	Pass     *Pass  // a person's credentials; before the other forms
	User     string
	Password string
	Token    string
	TLSCA    string // files
	TLSCert  string
	TLSKey   string
	Inbox    string // prefix of reply subjects where the account is bound to one; "" is NATS's own

	DataDir string // this program's directory; the embedded bus is in its folder "bus"
	Name    string // who connects, for the server's lists: a person's token

	// Listen ("host:port") makes this process the bus of a team: it must own it, and listens there.
	Listen string
	// ServerConfig is a NATS configuration file for the same.
	ServerConfig string
	// Watch are files of that configuration: when one changes, the server takes the new one, without a restart, and
	// Reloaded is told. Whoever is no longer in it is cut off.
	Watch    []string
	Reloaded func(error)

	// Bare makes no stream: for a bus that is to be restored. Quiet does not listen: nobody comes on meanwhile.
	Bare, Quiet bool

	// Replicas of new streams. 0 takes 3 on a cluster, else 1.
	Replicas int
	// Log takes the bus's own notices and the embedded server's; nil drops them. It must not write to the terminal.
	Log *slog.Logger

	lookEvery time.Duration // how often a reader looks whether the log still is the one it reads
}

// embedded tells whether the bus is in DataDir.
func (c Config) embedded() bool { return c.URL == "" && c.Context == "" }

// serves tells whether this process must own the bus.
func (c Config) serves() bool { return c.Listen != "" || c.ServerConfig != "" }

func (c Config) dir() string { return filepath.Join(c.DataDir, "bus") }

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.lookEvery == 0 {
		c.lookEvery = lookMostly
	}
	return c
}
