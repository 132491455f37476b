"""Whether the cost of a call follows the change: orm beside SQLite's own floor,
the bare operation, in the same run.

    python3 tests/bench/cost.py build/orm.so [NAME...]

A scenario makes a file, and yields a Work for each thing to measure. CPU is that
of this process, of one call on a connection that has read the schema; the heap
is the peak of SQLite's memory during the call (sqlite3_memory_highwater). The
floor and orm run in turn, TIMES times, each on a copy of the file: the medians
are printed, and the median of the ratios of the pairs, which depends least on
the load of the machine.
"""

import ctypes
import hashlib
import os
import re
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time

import start

TIMES = 3
sqlite = ctypes.CDLL("libsqlite3.so.0")
sqlite.sqlite3_memory_highwater.restype = ctypes.c_int64
sqlite.sqlite3_memory_used.restype = ctypes.c_int64


class Measured:
    """CPU seconds, heap in bytes, growth of the file in bytes."""

    def __init__(self, cpu=0, heap=0, grown=0):
        self.cpu, self.heap, self.grown = cpu, heap, grown

    @staticmethod
    def median(runs):
        return Measured(*(statistics.median(getattr(run, name) for run in runs)
                          for name in ("cpu", "heap", "grown")))


class Goal:
    """The most that orm may take: times the floor, ms of CPU, MB, KB more."""

    def __init__(self, times=None, ms=None, mb=None, kb=None):
        self.most = {"times": times, "ms": ms, "MB": mb, "KB": kb}

    def __str__(self):
        return ", ".join(f"{most:g} {unit}"
                         for unit, most in self.most.items() if most)

    def missed(self, times, orm):
        """The units in which orm takes more."""
        got = {"times": times or 0, "ms": orm.cpu * 1000, "MB": orm.heap / 1e6,
               "KB": orm.grown / 1024}
        return [unit for unit, most in self.most.items()
                if most and got[unit] > most]


class Work:
    """Runs two functions that return a Measured; says what they do in words."""

    def __init__(self, text, floor, orm, goal=Goal(), runs=TIMES):
        self.text, self.goal = text, goal
        self.pairs = [(floor(), orm()) for _ in range(runs)]
        self.floor, self.orm = map(Measured.median, zip(*self.pairs))
        ratios = [orm.cpu / floor.cpu for floor, orm in self.pairs
                  if floor.cpu and orm.cpu]
        self.times = statistics.median(ratios) if ratios else None

    def cells(self):
        def cell(value, form):
            return format(value, form) if value else ""
        missed = ", ".join(self.goal.missed(self.times, self.orm))
        return (self.text, cell(self.floor.cpu * 1000, ".2f"),
                cell(self.orm.cpu * 1000, ".2f"), cell(self.times, ".2f"),
                cell(self.orm.heap / 1e6, ".1f"),
                cell(self.orm.grown / 1024, ".1f"), str(self.goal),
                missed or ("none" if str(self.goal) else ""))


class Bench:
    def __init__(self, directory, library):
        self.directory, self.library, self.number = directory, library, 0

    def path(self, name=""):
        self.number += 1
        return os.path.join(self.directory, f"{self.number}{name}")

    def connect(self, file, orm=True):
        if orm:
            return start.connect(file, self.library)
        return sqlite3.connect(file, isolation_level=None)

    def make(self, *statements):
        """A new file after these statements: SQL, or (SQL, values)."""
        file = self.path(".db")
        db = self.connect(file)
        db.execute("PRAGMA journal_mode = MEMORY")
        db.execute("PRAGMA synchronous = OFF")
        self.run(db, statements)
        db.close()
        return file

    @staticmethod
    def run(db, statements):
        for one in statements:
            if isinstance(one, tuple):
                db.execute(*one).fetchall()
            elif one.count(";") > 1:
                db.executescript(one)
            else:
                db.execute(one).fetchall()

    def once(self, file, statements, orm, before):
        copy = self.path(".db")
        shutil.copy(file, copy)
        db = self.connect(copy, orm)
        db.execute("PRAGMA synchronous = OFF")
        db.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        self.run(db, before)
        size = os.path.getsize(copy)
        used = sqlite.sqlite3_memory_used()
        sqlite.sqlite3_memory_highwater(1)
        began = time.process_time()
        self.run(db, statements)
        cpu = time.process_time() - began
        heap = sqlite.sqlite3_memory_highwater(0) - used
        db.close()
        measured = Measured(cpu, heap, os.path.getsize(copy) - size)
        os.remove(copy)
        return measured

    def call(self, file, *statements, orm=True, before=()):
        """A function that measures these statements."""
        return lambda: self.once(file, statements, orm, before)


def declared(bench, tables, *more):
    return bench.make(("SELECT orm_declare(?)", (start.schema(tables),)),
                      "SELECT orm_migrate('tables')", *more)


ADD = ("INSERT INTO orm_column(model, name, definition) "
       "SELECT name, 'added', 'TEXT' FROM orm_model WHERE table_name = '{}'")


def added(tables, mb):
    def scenario(bench):
        file = declared(bench, tables)
        yield Work(
            f"one column added among {tables:,} tables: orm_diff, orm_migrate",
            bench.call(file, "ALTER TABLE t0 ADD COLUMN added TEXT", orm=False),
            bench.call(file, "SELECT count(*) FROM orm_diff",
                       "SELECT orm_migrate('column')",
                       before=[ADD.format("t0")]), Goal(times=4, mb=mb))
    return scenario


def many_altered(bench):
    file = declared(bench, 5000)
    tables = [f"t{i}" for i in range(0, 4995, 45)]
    yield Work(
        f"{len(tables)} of 5,000 tables altered",
        bench.call(file, *(f"ALTER TABLE {name} ADD COLUMN added TEXT"
                           for name in tables), orm=False),
        bench.call(file, "SELECT orm_migrate('columns')",
                   before=[ADD.format(name) for name in tables]),
        Goal(times=3), runs=1)


def versions(tables, count):
    """Statements that record count versions, one column each."""
    for i in range(count):
        yield ADD.replace("added", f"added{i}").format(f"t{i % tables}")
        yield f"SELECT orm_migrate('version {i}')"


def nothing():
    return Measured()


def version_size(bench):
    file = declared(bench, 1000)
    directory = bench.path()
    db = bench.connect(shutil.copy(file, bench.path(".db")))
    bench.run(db, versions(1000, 1))
    row = db.execute("SELECT * FROM orm_migration WHERE version = 2").fetchall()
    in_row = sum(len(str(value).encode()) for value in row[0]
                 if value is not None)
    db.execute("SELECT orm_export(?)", (directory,)).fetchall()
    in_file = max(os.scandir(directory + "/versions"),
                  key=lambda entry: entry.name).stat().st_size
    db.close()
    for where, size in ("row", in_row), ("file", in_file):
        yield Work(f"the {where} of a version of 1,000 tables, one column",
                   nothing, lambda: Measured(grown=size), Goal(kb=2), runs=1)
    yield Work("100 versions of 1,000 tables", nothing,
               bench.call(file, *versions(1000, 100)), Goal(kb=1024), runs=1)


def history(bench, tables, count):
    """A migrated file, and its repository."""
    file = declared(bench, tables, *versions(tables, count - 1))
    directory = bench.path()
    db = bench.connect(file)
    db.execute("SELECT orm_export(?)", (directory,)).fetchall()
    db.close()
    return file, directory


def plain(bench, file):
    """The scripts of all versions, up and down, in SQLite's own DDL, without
    checks and without an archive."""
    db = bench.connect(file)
    ups = [up for up, in db.execute(
        "SELECT up FROM orm_migration ORDER BY version")]
    downs = [f"ALTER TABLE {table} DROP COLUMN {column}" for table, column in (
        re.match(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", up).groups()
        for up in reversed(ups[1:]))]
    downs += [f"DROP TABLE {name}" for name, in db.execute(
        "SELECT table_name FROM orm_model ORDER BY id DESC")]
    db.close()
    return ("BEGIN;" + "".join(ups) + "COMMIT;",
            "BEGIN;" + ";".join(downs) + ";COMMIT;")


def replay(bench):
    file, directory = history(bench, 50, 100)
    ups, downs = plain(bench, file)
    bare = bench.make()
    empty = bench.make("SELECT orm_init()", ("SELECT orm_import(?)",
                                             (directory,)))
    up = bench.call(bare, ups, orm=False)
    down = bench.call(bare, downs, orm=False, before=[ups])
    yield Work("upgrade through 100 versions x 50 tables", up,
               bench.call(empty, "SELECT orm_upgrade()"), Goal(times=1.6))
    yield Work("and down to 0", down,
               bench.call(file, "SELECT orm_downgrade(0)"), Goal(times=2.5))
    yield Work("and up again", up,
               bench.call(file, "SELECT orm_upgrade()",
                          before=["SELECT orm_downgrade(0)"]), Goal(times=2.5))
    yield Work("orm_sql(0) of 100 versions", up,
               bench.call(file, "SELECT orm_sql(0)"), Goal(times=3, mb=32))


def empty_versions(bench):
    file = declared(bench, 300)
    db = bench.connect(file)
    for i in range(100):
        db.execute("SELECT orm_revision('e', 'empty')").fetchall()
        db.execute("UPDATE orm_migration SET up = 'SELECT 1;', down = "
                   "'SELECT 1;' WHERE applied_at IS NULL")
    db.close()
    floor = bench.call(file, *["SELECT 1"] * 100, orm=False)
    yield Work("300 tables x 100 versions of SELECT 1", floor,
               bench.call(file, "SELECT orm_upgrade()"), Goal(ms=500, mb=32),
               runs=1)
    yield Work("and orm_sql of them", floor,
               bench.call(file, "SELECT orm_sql(1)"), Goal(ms=500, mb=32),
               runs=1)


def read_and_hash(directory):
    """A function that measures the reading of a repository."""
    paths = sorted(entry.path for entry in os.scandir(directory + "/versions"))

    def read():
        began = time.process_time()
        for path in paths:
            with open(path, "rb") as f:
                hashlib.sha256(f.read()).digest()
        return Measured(time.process_time() - began)
    return read


def long_history(bench):
    """The floor of orm_migrate has the same tables in one version: only the
    number of versions differs."""
    add = [ADD.format("t0")]
    file, directory = history(bench, 10, 1000)
    db = bench.connect(file)
    models = db.execute("SELECT orm_models()").fetchone()
    db.close()
    one = bench.make(("SELECT orm_declare(?)", models), "SELECT orm_migrate()")
    yield Work("orm_migrate at 1,000 versions; its floor: at one version",
               bench.call(one, "SELECT orm_migrate('column')", before=add),
               bench.call(file, "SELECT orm_migrate('column')", before=add),
               Goal(times=1.3))
    yield Work("import of 1,000 versions, none new", read_and_hash(directory),
               bench.call(file, ("SELECT orm_import(?)", (directory,))),
               Goal(times=3, mb=8))


def first_time(bench):
    sql = start.schema(1000)
    empty = bench.make()
    floor = bench.call(empty, sql, orm=False)
    declare = ("SELECT orm_declare(?)", (sql,))
    yield Work("orm_declare of 1,000 tables", floor, bench.call(empty, declare),
               Goal(times=2))
    yield Work("and the first orm_migrate", floor,
               bench.call(empty, "SELECT orm_migrate()", before=[declare]),
               Goal(times=1.3))


def tenants(bench):
    """CPU of opening, changing and closing each of 300 files. The repository
    has the version of the files, and one more."""
    made = declared(bench, 10)
    directory = bench.path()
    db = bench.connect(shutil.copy(made, bench.path(".db")))
    bench.run(db, [*versions(10, 1), ("SELECT orm_export(?)", (directory,))])
    db.close()

    def all_files(orm, statements):
        files = [bench.path(".db") for _ in range(300)]
        for file in files:
            shutil.copy(made, file)
        began = time.process_time()
        for file in files:
            db = bench.connect(file, orm)
            bench.run(db, statements)
            db.close()
        took = time.process_time() - began
        for file in files:
            os.remove(file)
        return Measured(took / len(files))
    yield Work(
        "one column in 300 files of tenants, each",
        lambda: all_files(False, ["ALTER TABLE t0 ADD COLUMN added0 TEXT"]),
        lambda: all_files(True, [("SELECT orm_import(?)", (directory,)),
                                 "SELECT orm_upgrade()"]), Goal(times=2.5))


def renames(bench):
    objects = "".join(
        f"CREATE VIEW v{i} AS SELECT id, c1 FROM t{i} WHERE c1 <> 'n';"
        f"CREATE TRIGGER g{i} AFTER INSERT ON t{i} BEGIN"
        f" UPDATE t{i} SET c1 = 'y' WHERE id = new.id; END;"
        for i in range(150))
    file = bench.make(("SELECT orm_declare(?)", (start.schema(150) + objects,)),
                      "SELECT orm_migrate()")
    rename = "UPDATE orm_column SET name = 'renamed' WHERE name = 'c1'"
    floor = bench.call(file, *(
        f"ALTER TABLE t{i} RENAME COLUMN c1 TO renamed" for i in range(150)),
        orm=False)
    yield Work("150 renames under 150 views and triggers: orm_diff", floor,
               bench.call(file, "SELECT count(*) FROM orm_diff",
                          before=[rename]), Goal(times=1.5), runs=1)
    yield Work("and orm_migrate", floor,
               bench.call(file, "SELECT orm_migrate()", before=[rename]),
               Goal(times=1.5), runs=1)


ROWS = ("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
        " INSERT INTO t SELECT i, 'a ' || (i * 31 % 500009), i / 7.0,"
        " 'some text of row ' || i FROM n;")


def rows_lost(rows):
    def scenario(bench):
        file = bench.make(
            ("SELECT orm_declare(?)",
             ("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b REAL, c TEXT);"
              "CREATE INDEX t_a ON t(a);",)),
            "SELECT orm_migrate()", ROWS.format(rows))
        column = ["DELETE FROM orm_column WHERE name = 'c'"]
        table = ["DELETE FROM orm_model WHERE name = 'T'"]
        floor = bench.call(file, "CREATE TABLE kept AS SELECT id, c FROM t",
                           "ALTER TABLE t DROP COLUMN c", orm=False)
        yield Work(f"DROP COLUMN of {rows:,} rows, kept", floor,
                   bench.call(file, "SELECT orm_migrate()", before=column),
                   Goal(times=1.4))
        yield Work("and its undo", floor,
                   bench.call(file, "SELECT orm_downgrade()",
                              before=column + ["SELECT orm_migrate()"]),
                   Goal(times=2))
        floor = bench.call(file, "ALTER TABLE t RENAME TO u", orm=False)
        yield Work(f"DROP TABLE of {rows:,} rows, kept", floor,
                   bench.call(file, "SELECT orm_migrate()", before=table),
                   Goal(ms=10))
        yield Work("and its undo", floor,
                   bench.call(file, "SELECT orm_downgrade()",
                              before=table + ["SELECT orm_migrate()"]),
                   Goal(ms=10))
        update = "UPDATE t SET a = a || 'x'"
        yield Work("UPDATE of a table that the archive watches",
                   bench.call(file, update,
                              before=["ALTER TABLE t DROP COLUMN c"]),
                   bench.call(file, update,
                              before=column + ["SELECT orm_migrate()"]),
                   Goal(times=1.05))
    return scenario


def instant(bench):
    """SQLite's own ADD COLUMN makes the change, so the floor has it, and the
    write of one row beside it."""
    file = bench.make(start.schema(1), "CREATE TABLE n(x);",
                      "INSERT INTO n VALUES (1)", "SELECT orm_init()")
    wider = start.schema(1).replace("t0(id));", "t0(id), added TEXT)")
    yield Work("an instant change: ADD COLUMN, a row",
               bench.call(file, "ALTER TABLE t0 ADD COLUMN added TEXT",
                          "UPDATE n SET x = 2", orm=False),
               bench.call(file, ("SELECT orm_alter_table('t0', ?)", (wider,))),
               Goal(times=2.5), runs=15)


def reflect(bench):
    file = bench.make(start.schema(1000))
    insert = bench.call(
        file, "CREATE TABLE n(a, b, c)", *[
            ("INSERT INTO n VALUES (?, ?, ?)", (f"t{i}", f"c{k}", "VARCHAR(9)"))
            for i in range(1000) for k in range(12)],
        orm=False, before=["BEGIN"])

    def floor():
        """Opening, and inserting the rows."""
        measured = insert()
        measured.cpu += start.floor_of(file)
        return measured
    yield Work("orm_reflect of 1,000 tables", floor,
               bench.call(file, "SELECT orm_reflect()"), Goal(times=4))


SCENARIOS = {
    "added-100": added(100, 2), "added-1000": added(1000, 12),
    "added-10000": added(10000, 120), "altered": many_altered,
    "size": version_size, "replay": replay, "empty": empty_versions,
    "long": long_history, "first": first_time, "tenants": tenants,
    "renames": renames, "rows": rows_lost(1000000), "instant": instant,
    "reflect": reflect,
}


def run(report, library, names=()):
    report.head("work", "floor, ms of CPU", "orm", "times", "heap, MB",
                "file, KB more", "goal", "missed")
    for name in names or SCENARIOS:
        with tempfile.TemporaryDirectory() as directory:
            for work in SCENARIOS[name](Bench(directory, library)):
                report.row(*work.cells())


if __name__ == "__main__":
    class Report:
        @staticmethod
        def head(*names):
            print("\t".join(names), flush=True)
        row = head
    run(Report, os.path.abspath(sys.argv[1]), sys.argv[2:])
