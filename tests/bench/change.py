"""What it costs to change a big table: orm, beside the procedure of
sqlite.org/lang_altertable.html#otheralter written by hand, and beside others
that are installed here.

Each measurement is a process of its own, on a fresh copy of the file that has
just been read (so the page cache is warm), with SQLite's default settings. The
procedure by hand checks what orm checks: the number of rows, foreign keys.
"""

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

TIMES = 5

COLUMNS = {"id": "INTEGER NOT NULL PRIMARY KEY", "a": "INTEGER NOT NULL",
           "b": "VARCHAR(40) NOT NULL", "c": "TEXT", "d": "REAL",
           "e": "INTEGER", "f": "VARCHAR(40)", "g": "TEXT"}
INDEXES = ["CREATE INDEX t_a ON t (a)", "CREATE INDEX t_b ON t (b, f)"]

# The changes: the column, and its new definition in SQL, Alembic and Django.
CHANGES = {
    "instant": ("f", "VARCHAR(80)", "batch.alter_column('f', type_=String(80))",
                "CharField(max_length=80, null=True)"),
    "scan": ("c", "TEXT NOT NULL", "batch.alter_column('c', nullable=False)",
             "TextField()"),
    "rewrite": ("e", "TEXT", "batch.alter_column('e', type_=Text())",
                "TextField(null=True)"),
    "drop": ("d", None, "batch.drop_column('d')", "None"),
}


def definition(column=None, becomes=None, name="t"):
    columns = dict(COLUMNS)
    if becomes:
        columns[column] = becomes
    elif column:
        del columns[column]
    return (f"CREATE TABLE {name} ("
            + ", ".join(f"{name} {rest}" for name, rest in columns.items())
            + ")")


def make(file, rows):
    db = sqlite3.connect(file, isolation_level=None)
    db.execute(definition())
    for sql in INDEXES:
        db.execute(sql)
    db.execute("BEGIN")
    db.execute(
        """WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
           INSERT INTO t SELECT i, i * 7919 % 1000003, 'name ' ||
             (i * 31 % 500009), 'what row ' || i || ' has to say', i / 7.0,
             i % 10, 'f' || i % 1000, 'something more, ' || (i * 13 % 100003)
           FROM n""", (rows,))
    db.execute("COMMIT")
    db.close()


# ---- what the processes do --------------------------------------------------

HEAD = """
import resource, sqlite3, sys, time
file, library, column, other = sys.argv[1:]
def done(started, cpu):
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(seconds, after.ru_utime + after.ru_stime - cpu, after.ru_maxrss / 1024)
def start():
    before = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), before.ru_utime + before.ru_stime
"""

ORM = """
db = sqlite3.connect(file, isolation_level=None)
db.enable_load_extension(True)
db.load_extension(library)
db.execute("SELECT * FROM t LIMIT 1").fetchall()
started = start()
db.execute("SELECT orm_alter_table('t', ?, 'drop')", (other,)).fetchall()
done(*started)
"""

HAND = """
db = sqlite3.connect(file, isolation_level=None)
db.execute("SELECT * FROM t LIMIT 1").fetchall()
started = start()
db.execute("PRAGMA foreign_keys = OFF")
db.execute("BEGIN IMMEDIATE")
db.execute(other.replace("TABLE t ", "TABLE new_t "))
names = db.execute("SELECT group_concat(name) FROM pragma_table_info('new_t')").fetchone()[0]
copied = db.execute(f"INSERT INTO new_t({names}) SELECT {names} FROM t").rowcount
assert copied == db.execute("SELECT count(*) FROM t").fetchone()[0]
indexes = db.execute("SELECT sql FROM sqlite_schema WHERE type = 'index'").fetchall()
db.execute("DROP TABLE t")
db.execute("ALTER TABLE new_t RENAME TO t")
for sql, in indexes:
    db.execute(sql)
assert db.execute("PRAGMA foreign_key_check(t)").fetchall() == []
db.execute("COMMIT")
db.execute("PRAGMA foreign_keys = ON")
done(*started)
"""

# SQLite's own statement for the change.
NATIVE = """
db = sqlite3.connect(file, isolation_level=None)
db.execute("SELECT * FROM t LIMIT 1").fetchall()
started = start()
db.execute(f"ALTER TABLE t DROP COLUMN {column}")
done(*started)
"""

# The conditions of the scan, by themselves.
SELECT = """
db = sqlite3.connect(file, isolation_level=None)
db.execute("SELECT * FROM t LIMIT 1").fetchall()
started = start()
db.execute("SELECT 1 FROM t WHERE c IS NULL LIMIT 1").fetchall()
done(*started)
"""

ALEMBIC = """
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import String, Text, create_engine
engine = create_engine("sqlite:///" + file)
started = start()
with engine.begin() as db:
    op = Operations(MigrationContext.configure(db))
    with op.batch_alter_table("t") as batch:
        eval(other)
done(*started)
"""

DJANGO = """
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=[], DEFAULT_AUTO_FIELD="django.db.models.AutoField",
  DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file}})
django.setup()
from django.db import connection
from django.db.models import *
class T(Model):
    a = IntegerField()
    b = CharField(max_length=40)
    c = TextField(null=True)
    d = FloatField(null=True)
    e = IntegerField(null=True)
    f = CharField(max_length=40, null=True)
    g = TextField(null=True)
    class Meta:
        app_label = "t"
        db_table = "t"
        indexes = [Index(fields=["a"], name="t_a"), Index(fields=["b", "f"], name="t_b")]
old = T._meta.get_field(column)
new = eval(other)
if new:
    new.set_attributes_from_name(column)
    new.model = T
connection.ensure_connection()
started = start()
with connection.schema_editor() as editor:
    editor.alter_field(T, old, new) if new else editor.remove_field(T, old)
done(*started)
"""


def measure(script, pristine, library, change):
    """Seconds, CPU seconds, MB."""
    column, becomes, in_alembic, in_django = CHANGES[change]
    other = {ALEMBIC: in_alembic, DJANGO: in_django}.get(
        script, definition(column, becomes))
    file = pristine + ".copy"
    shutil.copy(pristine, file)
    os.sync()
    with open(file, "rb") as f:
        while f.read(1 << 20):
            pass
    out = subprocess.run([sys.executable, "-c", HEAD + script, file, library,
                          column, other],
                         capture_output=True, text=True)
    os.remove(file)
    if out.returncode:
        sys.exit(f"{change}: {out.stderr.strip()}")
    return [float(word) for word in out.stdout.split()]


def medians(runs):
    return [statistics.median(column) for column in zip(*runs)]


def say_row(report, change, rows, name, row, base):
    seconds, cpu, mb = row
    report.row(change, f"{rows:,}", name, f"{seconds * 1000:.0f}",
               f"{cpu * 1000:.0f}", f"{mb:.0f}",
               f"{seconds / base[0]:.2f}" if base else "",
               f"{cpu / base[1]:.2f}" if base else "")


def compare(report, directory, library, rows, programs):
    pristine = os.path.join(directory, f"{rows}.db")
    make(pristine, rows)
    besides = {"rewrite": {}, "drop": {"ALTER TABLE DROP COLUMN": NATIVE},
               "scan": {"SELECT of the condition": SELECT}}
    for change, more in besides.items():
        scripts = {**programs, **more}
        found = {name: [] for name in scripts}
        for _ in range(TIMES):  # in turn, so that all meet the same weather
            for name, script in scripts.items():
                found[name].append(
                    measure(script, pristine, library, change))
        base = medians(found["orm"])
        for name, runs in found.items():
            say_row(report, change, rows, name, medians(runs), base)
    for name, script in programs.items():
        if name != "orm":
            runs = [measure(script, pristine, library, "instant")
                    for _ in range(TIMES)]
            say_row(report, "instant", rows, name, medians(runs), None)
    return pristine


def timed(db, sql, *values):
    started = time.perf_counter()
    db.execute(sql, values).fetchall()
    return time.perf_counter() - started


def instant(report, file, library, rows):
    """Beside the least that any change costs: an UPDATE of one row."""
    db = sqlite3.connect(file, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(library)
    db.execute("CREATE TABLE one(x)")
    db.execute("INSERT INTO one VALUES (0)")
    db.execute("SELECT * FROM t LIMIT 1").fetchall()
    found = []
    for synchronous in ("FULL", "OFF"):
        db.execute(f"PRAGMA synchronous = {synchronous}")
        times = {"orm": [], "UPDATE of one row": []}
        for i in range(TIMES * 4):
            to = definition("f", f"VARCHAR({50 + i % 2})")
            times["orm"].append(timed(db, "SELECT orm_alter_table('t', ?)", to))
            times["UPDATE of one row"].append(
                timed(db, "UPDATE one SET x = x + 1"))
        base = statistics.median(times["orm"])
        found.append(base)
        for name, runs in times.items():
            seconds = statistics.median(runs)
            report.row(f"instant, synchronous={synchronous}", f"{rows:,}", name,
                       f"{seconds * 1000:.2f}", "", "", f"{seconds / base:.2f}",
                       "")
    db.close()
    return found


def run(report, directory, library, rows, versions):
    programs = {"orm": ORM, "by hand": HAND}
    if versions["alembic"]:
        programs["Alembic, batch mode"] = ALEMBIC
    if versions["django"]:
        programs["Django, schema editor"] = DJANGO
    report.head("change", "rows", "by", "ms", "ms of CPU", "MB at most",
                "times orm", "in CPU")
    file = compare(report, directory, library, rows, programs)
    few = instant(report, file, library, rows)
    os.remove(file)
    file = os.path.join(directory, "many.db")
    make(file, 10 * rows)
    many = instant(report, file, library, 10 * rows)
    os.remove(file)
    for i, synchronous in enumerate(("FULL", "OFF")):
        report.row(f"instant, synchronous={synchronous}",
                   f"{10 * rows:,} : {rows:,}", "orm", "", "", "",
                   f"{many[i] / few[i]:.2f}", "")
