"""What it costs an application to ask at its start whether there is anything to
migrate: orm, beside others that are installed here.

CPU milliseconds (medians of nine, each on a new connection or in a
new process), and how many times the floor that is: SQLite's own opening of the
file and reading of its schema, in the same run. A call's own time is without
the floor; that of other programs is with all that they do.
"""

import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

COLUMNS = 10


def median(measure, times=9):
    return statistics.median(measure() for _ in range(times))


def schema(tables):
    """Tables of twelve columns, each pointing at the one before."""
    columns = ", ".join(f"c{k} VARCHAR({k + 1}) NOT NULL DEFAULT 'x'"
                        for k in range(COLUMNS))
    return "".join(f"CREATE TABLE t{i}(id INTEGER PRIMARY KEY, {columns},"
                   f" parent_id INTEGER REFERENCES t{max(0, i - 1)}(id));\n"
                   for i in range(tables))


def connect(file, library):
    db = sqlite3.connect(file, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(library)
    return db


def floor_of(file):
    """CPU seconds of opening the file and reading its schema."""
    started = time.thread_time()
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("SELECT count(*) FROM t0").fetchall()
    took = time.thread_time() - started
    db.close()
    return took


def call(file, library, sql):
    """CPU seconds of sql on a connection that has read the schema."""
    db = connect(file, library)
    db.execute("SELECT count(*) FROM t0").fetchall()
    started = time.thread_time()
    db.execute(sql).fetchall()
    took = time.thread_time() - started
    db.close()
    return took


def process(command, cwd=None):
    """CPU seconds of a program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime
            - before.ru_utime - before.ru_stime)


SQLALCHEMY = """
import sys, time
from sqlalchemy import (Column, ForeignKey, Integer, MetaData, String, Table,
                        create_engine)
file, tables = sys.argv[1], int(sys.argv[2])
sys.setrecursionlimit(100000)  # it follows foreign keys by recursion
metadata = MetaData()
for i in range(tables):
    Table(f"t{i}", metadata, Column("id", Integer, primary_key=True),
          *[Column(f"c{k}", String(k + 1), nullable=False,
                   server_default="x") for k in range(10)],
          Column("parent_id", Integer, ForeignKey(f"t{max(0, i - 1)}.id")))
"""

ALEMBIC = """
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
engine = create_engine("sqlite:///" + file)
with engine.connect() as db:
    started = time.process_time()
    context = MigrationContext.configure(db, opts={
        "include_object": lambda object, name, type_, reflected, other:
            type_ != "table" or not name.startswith(("orm_", "sqlite_"))})
    compare_metadata(context, metadata)
print(time.process_time() - started)
"""


MIGRATE = """
from migrate.versioning.schemadiff import getDiffOfModelAgainstDatabase
engine = create_engine("sqlite:///" + file)
started = time.process_time()
getDiffOfModelAgainstDatabase(metadata, engine)
print(time.process_time() - started)
"""


def measured(script, file, tables):
    """CPU seconds that the script says it took."""
    out = subprocess.run([sys.executable, "-c", SQLALCHEMY + script, file,
                          str(tables)], capture_output=True, text=True)
    if out.returncode:
        sys.exit(out.stderr.strip().splitlines()[-1])
    return float(out.stdout)


DJANGO_SETTINGS = """
SECRET_KEY = 'x'
INSTALLED_APPS = ['app']
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3',
                         'NAME': 'app.db'}}
"""


def django_project(directory, tables):
    """A project with that many models, migrated."""
    os.makedirs(os.path.join(directory, "app"))
    open(os.path.join(directory, "app", "__init__.py"), "w").close()
    with open(os.path.join(directory, "settings.py"), "w") as f:
        f.write(DJANGO_SETTINGS)
    with open(os.path.join(directory, "app", "models.py"), "w") as f:
        f.write("from django.db import models\n")
        for i in range(tables):
            f.write(f"class T{i}(models.Model):\n")
            for k in range(COLUMNS):
                f.write(f"    c{k} = models.CharField(max_length={k + 1},"
                        " default='x')\n")
            f.write(f"    parent = models.ForeignKey('T{max(0, i - 1)}',"
                    " models.CASCADE, null=True)\n")
    django(directory, "makemigrations", "app")
    django(directory, "migrate")


def django(directory, *words):
    return process([sys.executable, "-m", "django", *words, "--pythonpath",
                    ".", "--settings", "settings"], cwd=directory)


def bench_orm(line, directory, library, tables):
    """The file, and the floor."""
    file = os.path.join(directory, f"orm_{tables}.db")
    db = connect(file, library)
    db.execute("SELECT orm_declare(?)", (schema(tables),)).fetchall()
    db.execute("SELECT orm_migrate()").fetchall()
    db.close()
    floor = median(lambda: floor_of(file))
    line(tables, "SQLite: open, read the schema", floor, floor)
    for name, sql in [
            ("orm_upgrade()", "SELECT orm_upgrade()"),
            ("orm_migrate()", "SELECT orm_migrate()"),
            ("orm_migrate(NULL, 'verify')",
             "SELECT orm_migrate(NULL, 'verify')"),
            ("orm_diff", "SELECT count(*) FROM orm_diff")]:
        line(tables, name, median(lambda: call(file, library, sql)), floor)
    line(tables, "orm_migrate(), nothing remembered",
         median(lambda: unremembered(file, library)), floor)
    return file, floor


def unremembered(file, library):
    db = connect(file, library)
    db.execute("BEGIN")
    db.execute("UPDATE orm_state SET rowid = 1")
    started = time.thread_time()
    db.execute("SELECT orm_migrate()").fetchall()
    took = time.thread_time() - started
    db.execute("ROLLBACK")
    db.close()
    return took


def bench_others(line, directory, file, tables, floor, versions):
    if versions["sqldiff"]:
        other = file + ".copy"
        shutil.copy(file, other)
        took = median(lambda: process(["sqldiff", "--schema", file, other]))
        line(tables, "sqldiff --schema", took, floor)
    if versions["alembic"]:
        line(tables, "Alembic, compare_metadata()",
             median(lambda: measured(ALEMBIC, file, tables), 3), floor)
    if versions["migrate"]:
        line(tables, "sqlalchemy-migrate, compare",
             median(lambda: measured(MIGRATE, file, tables), 3), floor)
    if versions["django"] and tables <= 100:  # 1,000 models take it minutes
        project = os.path.join(directory, f"django_{tables}")
        django_project(project, tables)
        for words in (["migrate", "--check"], ["makemigrations", "--check"]):
            line(tables, "Django, " + " ".join(words),
                 median(lambda: django(project, *words), 3), floor)


def run(report, directory, library, counts, versions):
    def line(tables, name, seconds, floor):
        report.row(f"{tables:,}", name, f"{seconds * 1000:.3f}",
                   f"{seconds / floor:.2f}")

    report.head("tables", "by", "ms of CPU", "times SQLite's own")
    for tables in counts:
        file, floor = bench_orm(line, directory, library, tables)
        bench_others(line, directory, file, tables, floor, versions)
