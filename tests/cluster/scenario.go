// The scenario: what is done with the cluster, and what must be true then.

package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math/rand"
	"runtime"
	"sort"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const models = `
CREATE TABLE user (id INTEGER PRIMARY KEY, nickname TEXT NOT NULL UNIQUE);
CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  body TEXT,
  author_id INTEGER REFERENCES user(id) -- @relationship author User backref=posts
);
CREATE TABLE item (id INTEGER PRIMARY KEY, amount TEXT, note TEXT);
CREATE TABLE part (id INTEGER PRIMARY KEY, amount TEXT);
`

type scenario struct {
	*cluster
	db             *sql.DB
	passed, failed int
	began          time.Time
}

// check compares two values by their text and counts the result.
func (s *scenario) check(name string, got, expected interface{}) bool {
	if fmt.Sprint(got) == fmt.Sprint(expected) {
		s.passed++
		fmt.Printf("%5.1fs  %s\n", time.Since(s.began).Seconds(), name)
		return true
	}
	s.failed++
	fmt.Printf("FAILED: %s\n  expected: %v\n  got:      %v\n", name, expected, got)
	return false
}

func figure(format string, args ...interface{}) {
	fmt.Printf("        "+format+"\n", args...)
}

// value returns the first column of the first row of a query, or the error.
func (s *scenario) value(query string) interface{} {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var value interface{}
	if err := s.db.QueryRowContext(ctx, query).Scan(&value); err != nil {
		return err
	}
	if text, ok := value.([]byte); ok {
		return string(text)
	}
	return value
}

func (s *scenario) exec(statement string, args ...interface{}) error {
	_, err := s.db.Exec(statement, args...)
	return err
}

// phase is the part of change() that runs now.
var phase atomic.Value

// change runs calls of orm in one transaction of a client. A call is executed as
// SELECT 1 WHERE call < 0, which returns no row: dqlite makes an error of a row
// that an executed statement returns, and loses the message of a query.
func change(db *sql.DB, calls ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	phase.Store("before BEGIN")
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	phase.Store("in the call")
	for _, call := range calls {
		if strings.HasPrefix(call, "orm_") {
			call = "SELECT 1 WHERE " + call + " < 0"
		}
		if _, err := tx.ExecContext(ctx, call); err != nil {
			return err
		}
	}
	phase.Store("in COMMIT")
	defer phase.Store("after it")
	return tx.Commit()
}

// timed runs a change, checks that it succeeds, and prints its time.
func (s *scenario) timed(name string, calls ...string) {
	began := time.Now()
	if s.check(name, change(s.db, calls...), nil) {
		figure("%.2f s; memory of the leader %d MB", time.Since(began).Seconds(),
			s.leader().memory())
	}
}

// ---- the nodes -----------------------------------------------------------

// digest describes a node by a copy of its file: version, fingerprint, drift
// and a checksum of all schemas and rows.
func (s *scenario) digest(n *node) string {
	file := n.copyFile()
	if file == "" {
		return "no copy"
	}
	state := s.shell(file, `SELECT orm_version(),
		json_extract(orm_status(), '$.fingerprint', '$.drift');`)
	return fmt.Sprintf("%s %x", state,
		sha256.Sum256([]byte(s.shell(file, ".dump"))))
}

// checkEqual checks that the files of all nodes become equal: a follower applies
// a transaction after the leader.
func (s *scenario) checkEqual(name string) {
	var digests []string
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		digests = nil
		same := true
		for _, n := range s.nodes {
			digests = append(digests, s.digest(n))
			same = same && digests[0] == digests[len(digests)-1]
		}
		if same && digests[0] != "no copy" {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	first := digests[0]
	s.check(name, strings.Join(digests, "\n"),
		strings.TrimSpace(strings.Repeat(first+"\n", len(digests))))
	figure("version, fingerprint, drift: %s", first[:strings.LastIndex(first, " ")])
}

// checkEach makes each node the leader in turn, and checks the result of a query
// on its connections.
func (s *scenario) checkEach(name, query string, expected interface{}) {
	for i, n := range s.nodes {
		if !s.check(fmt.Sprintf("node %d leads", i+1), s.transfer(n), nil) {
			continue
		}
		s.reconnect()
		s.check(fmt.Sprintf("node %d: %s", i+1, name), s.value(query), expected)
	}
}

// reconnect opens a new client of the nodes that are up.
func (s *scenario) reconnect() {
	if s.db != nil {
		s.db.Close()
	}
	var up []*node
	for _, n := range s.nodes {
		if n.process != nil {
			up = append(up, n)
		}
	}
	s.db = open(up...)
}

// ---- the parts ------------------------------------------------------------

// trap tries the calls that would change one node alone.
func (s *scenario) trap() {
	const refusal = "nothing was changed, because dqlite does not replicate a " +
		"change that a SELECT makes outside a transaction: BEGIN first, COMMIT " +
		"afterwards"
	must(s.exec("CREATE TABLE plain (x)"))
	err, _ := s.value("SELECT orm_init()").(error)
	s.check("a query outside a transaction fails", err != nil, true)
	s.check("an executed call outside a transaction fails",
		s.exec("SELECT orm_init()"), "orm_init: "+refusal)
	s.check("BEGIN sent as a query fails",
		fmt.Sprint(s.value("BEGIN")) != "<nil>", true)
	s.check("the leader still writes", s.exec("INSERT INTO plain VALUES (1)"), nil)
	s.check("nothing was created", s.value("SELECT count(*) FROM sqlite_schema"), 1)
	s.checkEqual("the nodes are equal")
}

// life declares, migrates, renames, rewrites, downgrades and reads.
func (s *scenario) life(rows int64) {
	quoted := "'" + strings.ReplaceAll(models, "'", "''") + "'"
	s.timed("declare and migrate", "orm_declare("+quoted+")", "orm_migrate('models')")
	must(s.exec(`WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c
		WHERE n < 100) INSERT INTO user(nickname) SELECT 'user' || n FROM c`))
	must(s.exec(fmt.Sprintf(`WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL
		SELECT n + 1 FROM c WHERE n < %d) INSERT INTO item(amount, note)
		SELECT n, 'note of item ' || n FROM c`, rows)))
	s.timed("rename a column",
		"UPDATE orm_column SET name = 'handle' WHERE name = 'nickname'",
		"orm_migrate('handles')")
	must(s.exec(`INSERT INTO post__author(body, author__handle)
		VALUES ('hello', 'user7'), ('world', 'user7')`))
	rewrite := fmt.Sprintf("%d rows", rows)
	s.timed("rewrite "+rewrite, `UPDATE orm_column SET definition = 'INTEGER'
		WHERE model = 'Item' AND name = 'amount'`, "orm_migrate('numbers')")
	sums := fmt.Sprintf("3 integer %d", rows*(rows+1)/2)
	state := "SELECT orm_version() || ' ' || typeof(amount) || ' ' || sum(amount) FROM item"
	s.check("the rows after it", s.value(state), sums)
	s.timed("downgrade", "orm_downgrade()")
	s.check("the rows after it", s.value("SELECT typeof(amount) FROM item"), "text")
	s.timed("upgrade", "orm_upgrade()")
	s.check("the rows after it", s.value(state), sums)
	s.checkEqual("the nodes are equal")
	s.checkEach("orm_get", `SELECT orm_version() || orm_get('User', 7,
		'handle, posts(body)')`,
		`3{"handle":"user7","posts":[{"body":"hello"},{"body":"world"}]}`)
}

// follower migrates with a client that knows a follower only.
func (s *scenario) follower() {
	for _, n := range s.nodes {
		if n == s.leader() {
			continue
		}
		db := open(n)
		defer db.Close()
		s.check("a migration through a follower's address", change(db,
			"INSERT INTO orm_column(model, name, definition) VALUES ('User', 'about', 'TEXT')",
			"orm_migrate('about')"), nil)
		break
	}
	s.checkEqual("the nodes are equal")
}

// absence stops a node, migrates without it, and starts it again. Then it adds a
// fourth node.
func (s *scenario) absence() {
	away := s.nodes[2]
	if s.leader() == away {
		must(s.transfer(s.nodes[0]))
	}
	away.stop(syscall.SIGTERM)
	s.reconnect()
	s.timed("a migration while a node is down", "orm_goto(2)", "orm_upgrade()",
		"INSERT INTO orm_column(model, name, definition) VALUES ('Post', 'day', 'TEXT')",
		"orm_migrate('days')")
	began := time.Now()
	s.start(away)
	s.checkEqual("the node comes back and catches up")
	figure("%.1f s from its start", time.Since(began).Seconds())
	began = time.Now()
	s.add()
	s.checkEqual("a fourth node has everything")
	figure("%.1f s from its start", time.Since(began).Seconds())
	s.nodes[3].stop(syscall.SIGTERM)
}

// restart starts the first three nodes again with another latency.
func (s *scenario) restart(latency time.Duration) {
	s.db.Close()
	s.stop()
	s.nodes = s.nodes[:3]
	s.latency = latency
	ready := make(chan bool)
	for _, n := range s.nodes {
		go func(n *node) {
			runtime.LockOSThread()
			s.start(n)
			ready <- true
			select {} // the process dies with this thread
		}(n)
	}
	for range s.nodes {
		<-ready
	}
	s.waitForVoters(3)
	s.reconnect()
	s.checkEqual("the nodes are equal after a restart of all")
}

// million calls orm in a transaction that has written a million rows. orm restores
// changes() by a TEMP table of as many rows.
func (s *scenario) million() {
	s.check("a call after a million rows", change(s.db, `WITH RECURSIVE c(n) AS
		(SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000)
		INSERT INTO plain SELECT n FROM c`, "orm_upgrade()", "orm_reflect('plain')"), nil)
	s.check("the rows after it", s.value("SELECT count(*) > 1000000 FROM plain"), 1)
	s.checkEqual("the nodes are equal")
}

// ---- kills ----------------------------------------------------------------

// untilDone repeats an attempt while there is no leader yet. Returns the number
// of attempts.
func (s *scenario) untilDone(attempt func() error) int {
	var err error
	for i := 1; i <= 200; i++ {
		s.leader()
		s.reconnect()
		if err = attempt(); err == nil {
			return i
		}
		time.Sleep(20 * time.Millisecond)
	}
	must(err)
	return 0
}

// partState returns version and type of the rewritten rows, and their sum.
func (s *scenario) partState() (state string) {
	s.untilDone(func() error {
		row := s.db.QueryRow(`SELECT orm_version() || ' ' || typeof(amount) ||
			' ' || sum(amount) FROM part`)
		return row.Scan(&state)
	})
	return state
}

// kills migrates up and down, and kills the leader each time at a random moment.
func (s *scenario) kills(count int, rows, seed int64) {
	must(change(s.db, fmt.Sprintf(`WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL
		SELECT n + 1 FROM c WHERE n < %d) INSERT INTO part(amount) SELECT n FROM c`,
		rows)))
	must(change(s.db, `UPDATE orm_column SET definition = 'INTEGER'
		WHERE model = 'Part' AND name = 'amount'`, "orm_migrate('part numbers')"))
	version, _ := s.value("SELECT orm_version()").(int64)
	sum := rows * (rows + 1) / 2
	states := map[int64]string{
		version - 1: fmt.Sprintf("%d text %d", version-1, sum),
		version:     fmt.Sprintf("%d integer %d", version, sum),
	}
	whole := time.Hour
	for i := int64(0); i < 4; i++ {
		began := time.Now()
		must(change(s.db, fmt.Sprintf("orm_goto(%d)", version-1+i%2)))
		if took := time.Since(began); took < whole {
			whole = took
		}
	}
	figure("seed %d; a migration rewrites %d rows in %.0f ms", seed, rows,
		float64(whole.Microseconds())/1000)

	random := rand.New(rand.NewSource(seed))
	outcomes := map[string]int{}
	attempts, wrong := 0, 0
	var slowest, election time.Duration
	at := version
	for i := 0; i < count; i++ {
		target := 2*version - 1 - at
		leader := s.leader()
		s.reconnect()
		moment := time.Duration(random.Float64() * 1.1 * float64(whole))
		told := make(chan error, 1)
		go func() { told <- change(s.db, fmt.Sprintf("orm_goto(%d)", target)) }()
		time.Sleep(moment)
		killed, during := time.Now(), phase.Load()
		leader.stop(syscall.SIGKILL)
		err := <-told
		if waited := time.Since(killed); waited > slowest {
			slowest = waited
		}
		state := s.partState()
		if waited := time.Since(killed); waited > election {
			election = waited
		}
		outcome := fmt.Sprintf("killed %s; told an error, ", during)
		if err == nil {
			outcome = fmt.Sprintf("killed %s; told success, ", during)
		}
		switch {
		case state == states[target]:
			outcome += "at the new version"
		case state == states[at]:
			outcome += "at the old version"
		default:
			outcome += "at " + state
		}
		if state != states[target] && (err == nil || state != states[at]) {
			wrong++
		}
		outcomes[outcome]++
		n := s.untilDone(func() error {
			return change(s.db, fmt.Sprintf("orm_goto(%d)", target))
		})
		attempts += n
		if s.partState() != states[target] {
			wrong++
		}
		at = target
		s.start(leader)
	}
	s.check(fmt.Sprintf("%d kills: each new leader is at one version, and a retry ends the migration",
		count), wrong, 0)
	var lines []string
	for outcome, n := range outcomes {
		lines = append(lines, fmt.Sprintf("%s: %d", outcome, n))
	}
	sort.Strings(lines)
	for _, line := range lines {
		figure("  %s", line)
	}
	figure("%d attempts for the %d retries; the client was told after %.2f s at most, a new leader answered after %.1f s at most",
		attempts, count, slowest.Seconds(), election.Seconds())
	s.checkEqual("the nodes are equal after the kills")
	s.check("a plain write works", s.exec("INSERT INTO plain VALUES (2)"), nil)
}

// test runs everything. Returns the exit status.
func test(library, dir string) int {
	runtime.LockOSThread() // the nodes die with this thread
	s := &scenario{cluster: &cluster{library: library, dir: dir}, began: time.Now()}
	defer s.stop()
	for i := 0; i < 3; i++ {
		s.add()
	}
	s.waitForVoters(3)
	s.reconnect()
	s.check("three nodes vote", s.value("SELECT orm_version()"), 0)
	figure("SQLite %v, orm %v", s.value("SELECT sqlite_version()"),
		s.value("SELECT orm_extension_version()"))
	s.trap()
	s.life(setting("ROWS", 200000))
	s.follower()
	s.absence()
	s.restart(40 * time.Millisecond)
	s.kills(int(setting("KILLS", 50)), setting("KILL_ROWS", 40000),
		setting("SEED", time.Now().UnixNano()%1000000))
	s.restart(0)
	s.million()
	fmt.Printf("%.0f seconds\n%d passed, %d failed\n",
		time.Since(s.began).Seconds(), s.passed, s.failed)
	if s.failed > 0 {
		return 1
	}
	return 0
}
