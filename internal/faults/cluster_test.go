package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// node is a nats-server of a cluster, a process of its own.
type node struct {
	t      testing.TB
	name   string
	config string
	store  string
	client int // ports
	route  int
	cmd    *exec.Cmd
}

// cluster is three real nats-servers, every write synced. Routes between them go through links, one for each direction of
// who dials whom.
type cluster struct {
	t     testing.TB
	nodes [3]*node
	links map[[2]int]*Link // from, to
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal(l.Addr())
	}
	return a.Port
}

func newCluster(t testing.TB) *cluster {
	t.Helper()
	c := &cluster{t: t, links: make(map[[2]int]*Link)}
	for i := range c.nodes {
		c.nodes[i] = &node{t: t, name: fmt.Sprintf("n%d", i+1), client: freePort(t), route: freePort(t)}
	}
	for i, n := range c.nodes {
		dir := t.TempDir()
		var routes []string
		for j, m := range c.nodes {
			if i != j {
				c.links[[2]int{i, j}] = link(t, fmt.Sprintf("127.0.0.1:%d", m.route))
				routes = append(routes, "nats-route://"+c.links[[2]int{i, j}].Addr())
			}
		}
		n.config, n.store = filepath.Join(dir, "nats.conf"), filepath.Join(dir, "store")
		// What a node tells of its own address is nowhere: nobody goes round the links.
		text := fmt.Sprintf(`server_name: %s
listen: 127.0.0.1:%d
jetstream { store_dir: %q, sync_interval: always }
cluster { name: cell, listen: 127.0.0.1:%d, advertise: "127.0.0.1:1", no_advertise: true, routes: [%s] }
accounts { $SYS { users: [{user: sys, password: sys}] } }
`, n.name, n.client, n.store, n.route, strings.Join(routes, ", "))
		if err := os.WriteFile(n.config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		n.start()
	}
	c.ready()
	return c
}

// alone is one nats-server without a cluster, every write synced.
func alone(t testing.TB, more string) *node {
	t.Helper()
	dir := t.TempDir()
	n := &node{t: t, name: "alone", client: freePort(t), config: filepath.Join(dir, "nats.conf"), store: filepath.Join(dir, "store")}
	text := fmt.Sprintf("server_name: alone\nlisten: 127.0.0.1:%d\njetstream { store_dir: %q, sync_interval: always }\n%s", n.client, n.store, more)
	if err := os.WriteFile(n.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	n.start()
	n.answers()
	return n
}

// answers waits until the node takes connections.
func (n *node) answers() {
	n.t.Helper()
	until(n.t, "the server answers", func() bool {
		nc, err := nats.Connect("nats://" + n.addr())
		if err != nil {
			return false
		}
		nc.Close()
		return true
	})
}

func (n *node) start() {
	n.t.Helper()
	n.cmd = exec.Command(natsServer(n.t), "-c", n.config)
	if err := n.cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	cmd := n.cmd
	n.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGCONT) // it may have been frozen
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

func (n *node) kill() {
	n.t.Helper()
	if err := n.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		n.t.Fatal(err)
	}
	_ = n.cmd.Wait()
}

func (n *node) signal(s syscall.Signal) {
	n.t.Helper()
	if err := n.cmd.Process.Signal(s); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) addr() string { return fmt.Sprintf("127.0.0.1:%d", n.client) }

// url names all nodes, as a console's configuration does.
func (c *cluster) url() string {
	var urls []string
	for _, n := range c.nodes {
		urls = append(urls, "nats://"+n.addr())
	}
	return strings.Join(urls, ",")
}

// ready waits until the cluster keeps a replicated stream.
func (c *cluster) ready() {
	c.t.Helper()
	until(c.t, "the cluster is ready", func() bool {
		nc, err := nats.Connect(c.url(), nats.Timeout(time.Second))
		if err != nil {
			return false
		}
		defer nc.Close()
		js, err := jetstream.New(nc)
		if err != nil {
			return false
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_, err = js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{Name: "READY", Subjects: []string{"ready"}, Replicas: 3, Storage: jetstream.MemoryStorage})
		return err == nil
	})
}

// leader is the node that leads the live stream; nil while there is none.
func (c *cluster) leader() *node {
	info := c.info()
	if info == nil || info.Cluster == nil {
		return nil
	}
	for _, n := range c.nodes {
		if n.name == info.Cluster.Leader {
			return n
		}
	}
	return nil
}

// info asks about the live stream; nil when nobody answers.
func (c *cluster) info() *jetstream.StreamInfo {
	nc, err := nats.Connect(c.url(), nats.Timeout(time.Second))
	if err != nil {
		return nil
	}
	defer nc.Close()
	m, err := nc.Request("$JS.API.STREAM.INFO.SANGFROID_LIVE", nil, time.Second)
	if err != nil {
		return nil
	}
	var v struct {
		jetstream.StreamInfo
		Error *jetstream.APIError `json:"error"`
	}
	if json.Unmarshal(m.Data, &v) != nil || v.Error != nil {
		return nil
	}
	return &v.StreamInfo
}

// split cuts one node's routes to the others, both ways.
func (c *cluster) split(alone int, how func(*Link)) {
	for ends, l := range c.links {
		if ends[0] == alone || ends[1] == alone {
			how(l)
		}
	}
}
