"""sqlalchemy-migrate, for peer.py: versions in SQL, its cheapest form."""

import shutil
import sys

from migrate.versioning import api
from sqlalchemy import (Column, ForeignKey, Integer, MetaData, String, Table,
                        Text, create_engine)
from sqlalchemy.schema import CreateTable

import peer

sys.setrecursionlimit(100000)  # SQLAlchemy follows foreign keys by recursion


def metadata(tables, added=False):
    made = MetaData()
    for i in range(tables):
        more = [Column("added0", Text)] if added and i == 0 else []
        Table(f"t{i}", made, Column("id", Integer, primary_key=True),
              *[Column(f"c{k}", String(k + 1), nullable=False,
                       server_default="x") for k in range(10)],
              Column("parent_id", Integer,
                     ForeignKey(f"t{peer.parent(i)}.id")), *more)
    return made


def url(file="app.db"):
    return f"sqlite:///{file}"


def write_version(number, up, down):
    for verb, sql in ("upgrade", up), ("downgrade", down):
        with open(f"repo/versions/{number:03}_sqlite_{verb}.sql", "w") as f:
            f.write(sql)


def write_versions(work):
    api.create("repo", "app")
    tables = peer.tables_of(work)
    made = metadata(tables).tables
    write_version(1, "".join(f"{CreateTable(made[f't{i}'])};\n"
                             for i in range(tables)),
                  "".join(f"DROP TABLE t{i};\n" for i in range(tables)))
    for i, (table, column) in enumerate(peer.changes(work)):
        write_version(i + 2, f"ALTER TABLE t{table} ADD COLUMN {column} TEXT;",
                      f"ALTER TABLE t{table} DROP COLUMN {column};")
    api.version_control(url(), "repo", 0)


def make_add(work):
    api.create("repo", "app")
    metadata(peer.tables_of(work)).create_all(create_engine(url()))
    api.version_control(url(), "repo", 0)


def add(work):
    """The steps of the Flask tutorial's db_migrate.py."""
    tables = peer.tables_of(work)
    script = api.make_update_script_for_model(
        url(), "repo", metadata(tables), metadata(tables, added=True))
    with open("repo/versions/001_column.py", "w") as f:
        f.write(script)
    api.upgrade(url(), "repo")


def up(work):
    api.upgrade(url(), "repo")


def make_down(work):
    write_versions(work)
    up(work)


def down(work):
    api.downgrade(url(), "repo", 0)


def make_tenants(work):
    write_versions(work)
    api.upgrade(url(), "repo", 1)
    for file in peer.tenant_files():
        shutil.copy("app.db", file)


def tenants(work):
    for file in peer.tenant_files():
        api.upgrade(url(file), "repo")


peer.main({"add": make_add, "add-100": make_add, "up": write_versions,
           "down": make_down, "tenants": make_tenants},
          {"add": add, "add-100": add, "up": up, "down": down,
           "tenants": tenants})
