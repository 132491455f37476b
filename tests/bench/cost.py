"""Whether the cost of a call follows the change: orm beside SQLite's own floor,
the bare operation, in the same run.

    python3 tests/bench/cost.py build/orm.so [NAME...]

A scenario makes a file, and yields its measurements. CPU is that of this
process, of one call on a connection that has read the schema; the heap is the
peak of SQLite's memory during the call (sqlite3_memory_highwater). Medians of
TIMES runs, each on a copy of the file.
"""

import ctypes
import os
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

    def __init__(self, cpu, heap, grown):
        self.cpu, self.heap, self.grown = cpu, heap, grown


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

    def measure(self, file, *statements, orm=True, before=(), times=TIMES):
        runs = [self.once(file, statements, orm, before) for _ in range(times)]
        return Measured(*(statistics.median(getattr(run, name) for run in runs)
                          for name in ("cpu", "heap", "grown")))


def declared(bench, tables, *more):
    return bench.make(("SELECT orm_declare(?)", (start.schema(tables),)),
                      "SELECT orm_migrate('tables')", *more)


ADD = ("INSERT INTO orm_column(model, name, definition) "
       "SELECT name, 'added', 'TEXT' FROM orm_model WHERE table_name = '{}'")


def added(tables):
    def scenario(bench):
        file = declared(bench, tables)
        floor = bench.measure(file, "ALTER TABLE t0 ADD COLUMN added TEXT",
                              orm=False)
        orm = bench.measure(file, "SELECT count(*) FROM orm_diff",
                            "SELECT orm_migrate('column')",
                            before=[ADD.format("t0")])
        yield f"one column added among {tables:,} tables", floor, orm, 4
        os.remove(file)
    return scenario


def many_altered(bench):
    file = declared(bench, 5000)
    tables = [f"t{i}" for i in range(0, 4995, 45)]
    floor = bench.measure(file, *(f"ALTER TABLE {name} ADD COLUMN added TEXT"
                                  for name in tables), orm=False, times=1)
    orm = bench.measure(file, "SELECT orm_migrate('columns')", times=1,
                        before=[ADD.format(name) for name in tables])
    yield f"{len(tables)} of 5,000 tables altered", floor, orm, 3


def versions(tables, count, each=None):
    """Statements that record count versions, one column each."""
    for i in range(count):
        yield (each or ADD.replace("added", f"added{i}")).format(
            f"t{i % tables}")
        yield f"SELECT orm_migrate('version {i}')"


def version_size(bench):
    file = declared(bench, 1000)
    floor = Measured(0, 0, 100)
    orm = bench.measure(file, *versions(1000, 100), times=1)
    db = bench.connect(file)
    bench.run(db, versions(1000, 1))
    row = db.execute("SELECT * FROM orm_migration ORDER BY version DESC")
    size = sum(len(str(value)) for value in row.fetchone() if value is not None)
    yield "bytes of a version, 1,000 tables", floor, Measured(0, 0, size), None
    yield "growth by 100 versions, 1,000 tables", floor, orm, None


def history(bench, tables, count):
    """A migrated file, its repository, and its script in plain SQL."""
    file = declared(bench, tables, *versions(tables, count - 1))
    directory = bench.path()
    db = bench.connect(file)
    db.execute("SELECT orm_export(?)", (directory,)).fetchall()
    script = db.execute("SELECT orm_sql(0)").fetchone()[0]
    db.close()
    return file, directory, script


def replay(bench):
    file, directory, script = history(bench, 50, 100)
    empty = bench.make("SELECT orm_init()", ("SELECT orm_import(?)",
                                              (directory,)))
    floor = bench.measure(bench.make(), script, orm=False)
    up = bench.measure(empty, "SELECT orm_upgrade()")
    down = bench.measure(file, "SELECT orm_downgrade(0)")
    again = bench.measure(file, "SELECT orm_upgrade()",
                          before=["SELECT orm_downgrade(0)"])
    yield "upgrade through 100 versions x 50 tables", floor, up, 1.6
    yield "and down to 0", floor, down, 2.5
    yield "and up again", floor, again, 2.5
    sql = bench.measure(file, "SELECT orm_sql(0)")
    yield "orm_sql(0) of 100 versions", floor, sql, 3
    nothing = bench.measure(file, ("SELECT orm_import(?)", (directory,)))
    yield "import, nothing new, 100 versions", floor, nothing, None


def empty_versions(bench):
    file = declared(bench, 300)
    db = bench.connect(file)
    for i in range(100):
        db.execute("SELECT orm_revision('e', 'empty')").fetchall()
        db.execute("UPDATE orm_migration SET up = 'SELECT 1;', down = "
                   "'SELECT 1;' WHERE applied_at IS NULL")
    db.close()
    floor = bench.measure(file, *["SELECT 1"] * 100, orm=False)
    up = bench.measure(file, "SELECT orm_upgrade()", times=1)
    yield "300 tables x 100 versions of SELECT 1", floor, up, None
    sql = bench.measure(file, "SELECT orm_sql(1)", times=1)
    yield "and orm_sql of them", floor, sql, None


def long_history(bench):
    first = declared(bench, 10)
    add = [ADD.format("t0")]
    one = bench.measure(first, "SELECT orm_migrate('column')", before=add)
    file, directory, _ = history(bench, 10, 1000)
    many = bench.measure(file, "SELECT orm_migrate('column')", before=add)
    yield "orm_migrate at 1,000 versions : at one", one, many, 1.2
    names = sorted(os.listdir(directory + "/versions"))

    def read():
        import hashlib
        began = time.process_time()
        for name in names:
            with open(f"{directory}/versions/{name}", "rb") as f:
                hashlib.sha256(f.read()).digest()
        return Measured(time.process_time() - began, 0, 0)
    nothing = bench.measure(file, ("SELECT orm_import(?)", (directory,)))
    yield "import, nothing new, 1,000 versions", read(), nothing, 3


def first_time(bench):
    sql = start.schema(1000)
    empty = bench.make()
    floor = bench.measure(empty, sql, orm=False)
    declare = ("SELECT orm_declare(?)", (sql,))
    yield ("orm_declare of 1,000 tables", floor,
           bench.measure(empty, declare), 2)
    yield ("and the first orm_migrate", floor,
           bench.measure(empty, "SELECT orm_migrate()", before=[declare]), 1.3)


def tenants(bench):
    """CPU of opening, changing and closing each file."""
    made = declared(bench, 10)
    _, directory, _ = history(bench, 10, 1)
    shared = bench.make()
    shutil.copy(made, shared)
    db = bench.connect(shared)
    bench.run(db, versions(10, 1))
    db.execute("SELECT orm_export(?)", (directory,)).fetchall()
    db.close()

    def all_files(orm, statements):
        files = [bench.path(".db") for _ in range(100)]
        for file in files:
            shutil.copy(made, file)
        began = time.process_time()
        for file in files:
            db = bench.connect(file, orm)
            bench.run(db, statements)
            db.close()
        return Measured((time.process_time() - began) / len(files), 0, 0)
    floor = all_files(False, ["ALTER TABLE t0 ADD COLUMN added0 TEXT"])
    orm = all_files(True, [("SELECT orm_import(?)", (directory,)),
                           "SELECT orm_upgrade()"])
    yield "a tenant's file, one column", floor, orm, 2.5


def renames(bench):
    objects = "".join(
        f"CREATE VIEW v{i} AS SELECT id, c1 FROM t{i} WHERE c1 <> 'n';"
        f"CREATE TRIGGER g{i} AFTER INSERT ON t{i} BEGIN"
        f" UPDATE t{i} SET c1 = 'y' WHERE id = new.id; END;"
        for i in range(150))
    file = bench.make(("SELECT orm_declare(?)", (start.schema(150) + objects,)),
                      "SELECT orm_migrate()")
    rename = "UPDATE orm_column SET name = 'renamed' WHERE name = 'c1'"
    floor = bench.measure(file, *(
        f"ALTER TABLE t{i} RENAME COLUMN c1 TO renamed" for i in range(150)),
        orm=False, times=1)
    yield ("150 renames under 150 views and triggers: orm_diff", floor,
           bench.measure(file, "SELECT count(*) FROM orm_diff",
                         before=[rename], times=1), None)
    yield ("and orm_migrate", floor,
           bench.measure(file, "SELECT orm_migrate()", before=[rename],
                         times=1), 1.5)


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
        floor = bench.measure(
            file, "CREATE TABLE kept AS SELECT id, c FROM t",
            "ALTER TABLE t DROP COLUMN c", orm=False)
        yield (f"DROP COLUMN of {rows:,} rows, kept", floor, bench.measure(
            file, "SELECT orm_migrate()", before=column), 1.4)
        yield ("and its undo", floor, bench.measure(
            file, "SELECT orm_downgrade()",
            before=column + ["SELECT orm_migrate()"]), 2)
        table = ["DELETE FROM orm_model WHERE name = 'T'"]
        floor = bench.measure(file, "ALTER TABLE t RENAME TO u", orm=False)
        yield (f"DROP TABLE of {rows:,} rows, kept", floor, bench.measure(
            file, "SELECT orm_migrate()", before=table), None)
        yield ("and its undo", floor, bench.measure(
            file, "SELECT orm_downgrade()",
            before=table + ["SELECT orm_migrate()"]), None)
        update = "UPDATE t SET a = a || 'x'"
        yield ("UPDATE of a table that the archive watches",
               bench.measure(file, update,
                             before=["ALTER TABLE t DROP COLUMN c"]),
               bench.measure(file, update,
                             before=column + ["SELECT orm_migrate()"]), 1.05)
    return scenario


def instant(bench):
    file = declared(bench, 1)
    floor = bench.measure(file, "ALTER TABLE t0 ADD COLUMN added TEXT",
                          orm=False, times=15)
    wider = start.schema(1).replace("parent_id", "added TEXT, parent_id")
    orm = bench.measure(
        file, ("SELECT orm_alter_table('t0', ?)", (wider,)), times=15)
    yield "an instant change", floor, orm, 2.5


def reflect(bench):
    file = bench.make(start.schema(1000))
    floor = bench.measure(
        file, "CREATE TABLE n(a, b, c)", *[
            ("INSERT INTO n VALUES (?, ?, ?)", (f"t{i}", f"c{k}", "VARCHAR(9)"))
            for i in range(1000) for k in range(12)],
        orm=False, before=["BEGIN"])
    yield ("orm_reflect of 1,000 tables", floor,
           bench.measure(file, "SELECT orm_reflect()"), 4)


SCENARIOS = {
    "added-100": added(100), "added-1000": added(1000),
    "added-10000": added(10000), "altered": many_altered,
    "size": version_size, "replay": replay, "empty": empty_versions,
    "long": long_history, "first": first_time, "tenants": tenants,
    "renames": renames, "rows": rows_lost(1000000), "instant": instant,
    "reflect": reflect,
}


def run(report, library, names=()):
    report.head("work", "floor, ms of CPU", "orm", "times", "goal", "heap, MB",
                "file, KB more")
    for name in names or SCENARIOS:
        with tempfile.TemporaryDirectory() as directory:
            for text, floor, orm, goal in SCENARIOS[name](
                    Bench(directory, library)):
                times = orm.cpu / floor.cpu if floor.cpu else 0
                report.row(text, f"{floor.cpu * 1000:.2f}",
                           f"{orm.cpu * 1000:.2f}",
                           f"{times:.2f}" if times else "",
                           f"{goal}" if goal else "",
                           f"{orm.heap / 1e6:.1f}" if orm.heap else "",
                           f"{orm.grown / 1024:.0f}")


if __name__ == "__main__":
    class Report:
        @staticmethod
        def head(*names):
            print("\t".join(names), flush=True)
        row = head
    run(Report, os.path.abspath(sys.argv[1]), sys.argv[2:])
