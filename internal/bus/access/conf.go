package access

import (
	"bytes"
	"fmt"
	"path/filepath"
	"sangfroid/internal/bus"
	"strconv"
	"strings"
)

// membersConf is the body of the account: what a server's configuration includes.
func (d *Directory) membersConf() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Members of the cell %s, made by \"sangfroid bus\". Public keys only; change it with sangfroid bus add, remove, rotate.\n", d.Cell)
	b.WriteString("jetstream: enabled\nusers: [\n")
	for i := range d.Members {
		m := &d.Members[i]
		key := m.Active()
		if key == "" {
			continue
		}
		fmt.Fprintf(&b, "  # %s: %s\n  { nkey: %s, permissions: {\n    publish: { allow: [\n", m.Name, m.Kind, key)
		for _, g := range m.grants() {
			fmt.Fprintf(&b, "      %s\n", quote(g))
		}
		fmt.Fprintf(&b, "    ] }\n    subscribe: { allow: [ %s ] }\n  } }\n", quote(bus.InboxOf(m.Token)+".>"))
	}
	b.WriteString("]\n")
	return b.Bytes()
}

func quote(s string) string { return strconv.Quote(s) }

// serverConf is a whole server's: what "sangfroid serve --auth" runs, and a nats-server could.
func (d *Directory) serverConf() []byte {
	var b bytes.Buffer
	b.WriteString("# Made by \"sangfroid bus\". The bus of one server, as \"sangfroid serve --auth\" runs it.\n")
	fmt.Fprintf(&b, "server_name: sangfroid\nlisten: %s\nwrite_deadline: \"2s\"\njetstream { sync_interval: always }\n", quote(d.Listen))
	if d.TLS.Cert != "" {
		fmt.Fprintf(&b, "tls { cert_file: %s, key_file: %s, timeout: 5 }\n", quote(d.certPath()), quote(d.keyPath()))
	}
	fmt.Fprintf(&b, "accounts { %s { include %s } }\n", Account, quote(MembersFile))
	return b.Bytes()
}

// clusterConf shows what to put into the configuration of the user's own servers.
func (d *Directory) clusterConf() []byte {
	lines := []string{
		"# What each server of your own cluster needs for the cell " + d.Cell + ". Copy " + MembersFile + " beside its configuration; after each change",
		"# copy it again and reload: nats-server --signal reload. Nobody is disconnected but those who were removed or replaced.",
		"#",
		"# Then once, with " + keeperFile + ":   sangfroid bus setup --creds " + filepath.Join(d.dir, keeperFile),
		"jetstream {",
		"  store_dir: \"/var/lib/nats\"",
		"  sync_interval: always        # without it a power cut loses entries that were acknowledged",
		"}",
		"accounts {",
		"  " + Account + " { include " + quote(MembersFile) + " }",
		"}",
		"# tls { cert_file: \"server.pem\", key_file: \"server.key\" }   # its name must be one of those in the members' addresses: " + d.Server,
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}
