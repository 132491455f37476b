// cluster: nodes as processes, a client of them, and copies of their files.

package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/canonical/go-dqlite/client"
	"github.com/canonical/go-dqlite/driver"
)

const database = "test.db"

// A node is a process of this program that serves.
type node struct {
	dir, address string
	process      *exec.Cmd // nil: it is down
}

type cluster struct {
	library, dir string
	latency      time.Duration // 0: the default of dqlite
	nodes        []*node
}

func freeAddress() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	defer listener.Close()
	return listener.Addr().String()
}

// add adds a node, starts it and waits until it is a member.
func (c *cluster) add() *node {
	name := fmt.Sprintf("node%d", len(c.nodes)+1)
	n := &node{dir: filepath.Join(c.dir, name), address: freeAddress()}
	must(os.MkdirAll(n.dir, 0o755))
	c.nodes = append(c.nodes, n)
	c.start(n)
	return n
}

// start starts a node and waits until it is a member. A node that was a member
// before finds the others by its own list.
func (c *cluster) start(n *node) {
	args := []string{"node", c.library, n.dir, n.address, c.latency.String()}
	if n != c.nodes[0] {
		args = append(args, c.nodes[0].address)
	}
	n.process = exec.Command(os.Args[0], args...)
	n.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	log, err := os.OpenFile(n.dir+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	must(err)
	defer log.Close()
	n.process.Stderr = log
	out, err := n.process.StdoutPipe()
	must(err)
	must(n.process.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "ready\n" {
		must(fmt.Errorf("%s does not start: see %s.log", n.dir, n.dir))
	}
}

// stop ends a node by a signal and waits for its end.
func (n *node) stop(signal syscall.Signal) {
	if n.process == nil {
		return
	}
	n.process.Process.Signal(signal)
	n.process.Wait()
	n.process = nil
}

func (c *cluster) stop() {
	for _, n := range c.nodes {
		n.stop(syscall.SIGKILL)
	}
}

// memory returns the resident memory of a node, in MB.
func (n *node) memory() int {
	var size, resident int
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", n.process.Process.Pid))
	must(err)
	fmt.Sscan(string(text), &size, &resident)
	return resident * os.Getpagesize() / 1000000
}

// leader returns the leader. It waits until there is one.
func (c *cluster) leader() *node {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		for _, n := range c.nodes {
			if n.process == nil {
				continue
			}
			if info := n.ask(); info != nil && info.Address == n.address {
				return n
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	must(fmt.Errorf("no leader"))
	return nil
}

// ask returns the leader that a node knows, or nil.
func (n *node) ask() *client.NodeInfo {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	cli, err := client.New(ctx, n.address)
	if err != nil {
		return nil
	}
	defer cli.Close()
	info, err := cli.Leader(ctx)
	if err != nil {
		return nil
	}
	return info
}

// transfer makes a node the leader. The node must be a voter.
func (c *cluster) transfer(to *node) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for c.leader() != to {
		cli, err := client.New(ctx, c.leader().address)
		if err != nil {
			return err
		}
		members, err := cli.Cluster(ctx)
		for _, info := range members {
			if info.Address == to.address {
				err = cli.Transfer(ctx, info.ID)
			}
		}
		cli.Close()
		if ctx.Err() != nil {
			return fmt.Errorf("no transfer to %s: %v", to.address, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil
}

// waitForVoters waits until n nodes vote.
func (c *cluster) waitForVoters(n int) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for voters := 0; voters < n; time.Sleep(50 * time.Millisecond) {
		must(ctx.Err())
		cli, err := client.New(ctx, c.leader().address)
		if err != nil {
			continue
		}
		members, _ := cli.Cluster(ctx)
		cli.Close()
		voters = 0
		for _, info := range members {
			if info.Role == client.Voter {
				voters++
			}
		}
	}
}

var drivers int32

// open returns a client that knows these nodes only. It has one connection.
func open(nodes ...*node) *sql.DB {
	store := client.NewInmemNodeStore()
	var infos []client.NodeInfo
	for _, n := range nodes {
		infos = append(infos, client.NodeInfo{Address: n.address})
	}
	must(store.Set(context.Background(), infos))
	silent := func(client.LogLevel, string, ...interface{}) {}
	d, err := driver.New(store, driver.WithLogFunc(silent))
	must(err)
	name := fmt.Sprintf("dqlite-test-%d", atomic.AddInt32(&drivers, 1))
	sql.Register(name, d)
	db, err := sql.Open(name, database)
	must(err)
	db.SetMaxOpenConns(1)
	return db
}

// copyFile writes the database as a node has it to a file. Returns its name, or
// "" if the node cannot be asked now.
func (n *node) copyFile() string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cli, err := client.New(ctx, n.address)
	if err != nil {
		return ""
	}
	defer cli.Close()
	files, err := cli.Dump(ctx, database)
	if err != nil {
		return ""
	}
	copied := n.dir + ".db"
	os.Remove(copied + "-shm")
	for _, file := range files {
		suffix := strings.TrimPrefix(file.Name, database)
		must(os.WriteFile(copied+suffix, file.Data, 0o644))
	}
	return copied
}

// shell runs SQL in the sqlite3 shell, with orm, on a file. Returns the output.
func (c *cluster) shell(file, script string) string {
	out, err := exec.Command("sqlite3", "-bail", "-batch", file,
		".load "+c.library, script).CombinedOutput()
	if err != nil {
		return fmt.Sprint(err, ": ", string(out))
	}
	return strings.TrimSpace(string(out))
}
