"""The price of a relationship: its size in the schema, opening the file, writing
and reading through its views. Each is beside the same work by hand, in one run.

    /usr/bin/python3 tests/bench/relations.py build/orm.so [OLDER.so ...]
"""

import ctypes
import os
import sqlite3
import sys
import tempfile
import time

sqlite = ctypes.CDLL("libsqlite3.so.0")
sqlite.sqlite3_memory_used.restype = ctypes.c_int64
ROWS = 20000
COLUMNS = ", ".join(f"c{i} TEXT" for i in range(6))
PARENT = f"CREATE TABLE p(id INTEGER PRIMARY KEY, %s, {COLUMNS});"
CHILD = (f"CREATE TABLE c(id INTEGER PRIMARY KEY, p_id INT REFERENCES p(id),"
         f" {COLUMNS}); CREATE INDEX c_p ON c(p_id);")


def connect(file, library=None):
    db = sqlite3.connect(file, isolation_level=None)
    if library:
        db.enable_load_extension(True)
        db.load_extension(library)
    return db


def best(call, times=5):
    def once():
        began = time.process_time()
        call()
        return time.process_time() - began
    return min(once() for _ in range(times))


def rolled_back(db, sql, values=((),)):
    def call():
        db.execute("BEGIN")
        for each in values:
            db.execute(sql, each)
    def timed():
        call()
        db.execute("ROLLBACK")
    return best(timed)


def make(file, library, tables, relationships):
    """A migrated file; returns the generated SQL."""
    db = connect(file, library)
    db.execute("SELECT orm_declare(?)", (tables,)).fetchall()
    db.executemany("INSERT INTO orm_relationship(model, name, target, backref)"
                   " VALUES (?, ?, ?, ?)", relationships)
    db.execute("SELECT orm_migrate()").fetchall()
    rows = db.execute("SELECT type, sql FROM sqlite_schema WHERE name GLOB"
                      " '*__*'").fetchall()
    db.close()
    return rows


def plain(file, tables, objects):
    """A file with these objects only."""
    db = connect(file)
    db.executescript(tables)
    for sql in objects:
        db.execute(sql)
    db.close()
    return file


def memory(file):
    db = connect(file)
    before = sqlite.sqlite3_memory_used()
    db.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    used = sqlite.sqlite3_memory_used() - before
    db.close()
    return used


def opening(file):
    def call():
        db = connect(file)
        db.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        db.close()
    return best(call, 15)


def size(path, library, unique):
    tables = (PARENT % unique) + CHILD
    rows = make(path("size"), library, tables, [("P", "cs", "C", "p")])
    with_views = plain(path("with"), tables, [sql for _, sql in rows])
    without = plain(path("without"), tables, [])
    goals = ("", "") if "UNIQUE" in unique else ("2,300", "26,000")
    yield ("bytes of SQL, parent with " + unique, "",
           sum(len(sql) for _, sql in rows), goals[0])
    yield ("bytes of memory, parent with " + unique, "",
           memory(with_views) - memory(without), goals[1])


def opened(path, library, n=150):
    tables = "".join(
        f"CREATE TABLE t{i}(id INTEGER PRIMARY KEY, {COLUMNS},"
        f" t_id INT REFERENCES t{max(0, i - 1)}(id));" for i in range(n + 1))
    rows = make(path("open"), library, tables,
                [(f"T{i}", "next", f"T{i + 1}", "prev") for i in range(n)])
    hand = [sql for kind, sql in rows if kind == "view"]
    floor = opening(plain(path("views"), tables, hand))
    orm = opening(plain(path("all"), tables, [sql for _, sql in rows]))
    yield f"opening {n} relationships : plain views", floor, orm, 4.2


def used(path, library):
    """UPDATE, INSERT and SELECT, with foreign keys on, as applications have."""
    file = path("used")
    make(file, library, (PARENT % "u TEXT UNIQUE") + CHILD,
         [("P", "cs", "C", "p")])
    db = connect(file)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
               " i < 1000) INSERT INTO p SELECT i, 'u' || i, 'a', 'b', 'c',"
               " 'd', 'e', 'f' FROM n")
    db.execute(f"WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <"
               f" {ROWS}) INSERT INTO c SELECT i, i % 1000 + 1, 'some text of"
               " a post, of the length that a text has ' || i, 'b', 'c', 'd',"
               " 'e', 'f' FROM n")
    floor = rolled_back(db, "UPDATE c SET c0 = c0 || 'x'")
    for view in ("c__p", "p__cs"):
        yield (f"UPDATE of {ROWS:,} rows of {view} : of the table", floor,
               rolled_back(db, f"UPDATE {view} SET c0 = c0 || 'x'"), 4)
    names = [(f"u{i % 1000 + 1}",) for i in range(5000)]
    yield ("INSERT by a unique name : INSERT SELECT",
           rolled_back(db, "INSERT INTO c(p_id, c0, c1) SELECT id, 'a', 'b'"
                       " FROM p WHERE u = ?", names),
           rolled_back(db, "INSERT INTO c__p(p__u, c0, c1) VALUES (?, 'a', 'b')",
                       names), 1.3)
    for text, view, hand in (
            ("to one", "SELECT id, p__u, c0 FROM c__p",
             "SELECT c.id, u, c.c0 FROM c LEFT JOIN p ON p.id = p_id"),
            ("to many", "SELECT count(p__cs.c0) FROM p JOIN p__cs ON p__id = p.id",
             "SELECT count(c.c0) FROM p JOIN c ON p_id = p.id")):
        yield (f"SELECT {text} : the join by hand",
               best(lambda sql=hand: db.execute(sql).fetchall(), 9),
               best(lambda sql=view: db.execute(sql).fetchall(), 9), 1.05)
    db.close()


def tree(path, library):
    """The rows below one root, in a tree of 100,000 rows."""
    file = path("tree")
    make(file, library, "CREATE TABLE n(id INTEGER PRIMARY KEY, c0 TEXT,"
         " n_id INT REFERENCES n(id)); CREATE INDEX n_n ON n(n_id);",
         [("N", "below", "N", "above")])
    db = connect(file)
    db.execute("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <"
               " 100000) INSERT INTO n SELECT i, 'n' || i, CASE WHEN i > 1 THEN"
               " (i + 8) / 10 END FROM n")
    hand = ("WITH RECURSIVE t(id, depth, path) AS (SELECT id, 0, '' || id FROM"
            " n WHERE id = 20 UNION ALL SELECT n.id, depth + 1, path || '/' ||"
            " n.id FROM t JOIN n ON n_id = t.id ORDER BY 2 DESC, 1)"
            " SELECT depth, path, n.* FROM t JOIN n USING (id)")
    view = "SELECT depth, path, id, c0, n_id FROM n__below__tree WHERE root = 20"
    yield ("SELECT of the 1,111 rows below a row : the recursive query by hand",
           best(lambda: db.execute(hand).fetchall(), 9),
           best(lambda: db.execute(view).fetchall(), 9), "")
    db.close()


def run(report, library):
    """The measurements as rows of a report."""
    report.head("work", "floor, ms of CPU", "orm", "times", "goal")
    with tempfile.TemporaryDirectory() as directory:
        count = [0]

        def path(name):
            count[0] += 1
            return os.path.join(directory, f"{count[0]}{name}.db")
        for part in (size(path, library, "c9 TEXT"),
                     size(path, library, "u TEXT UNIQUE"),
                     opened(path, library), used(path, library),
                     tree(path, library)):
            for text, floor, orm, goal in part:
                if floor:
                    report.row(text, f"{floor * 1000:.2f}",
                               f"{orm * 1000:.2f}", f"{orm / floor:.2f}",
                               str(goal))
                else:
                    report.row(text, "", f"{orm:,}", "", str(goal))


class Lines:
    """A report on standard output."""

    def head(self, *cells):
        print(*cells, sep="\t", flush=True)

    row = head


if __name__ == "__main__":
    for each in sys.argv[1:]:
        print(each)
        run(Lines(), os.path.abspath(each))
