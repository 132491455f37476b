"""orm, for peer.py: PROGRAM VERB WORK LIBRARY."""

import shutil
import sqlite3
import sys

import peer


def connect(file):
    db = sqlite3.connect(file, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(sys.argv[3])
    return db


def schema(tables):
    columns = ", ".join(f"c{k} VARCHAR({k + 1}) NOT NULL DEFAULT 'x'"
                        for k in range(10))
    return "".join(f"CREATE TABLE t{i}(id INTEGER PRIMARY KEY, {columns},"
                   f" parent_id INTEGER REFERENCES t{peer.parent(i)}(id));\n"
                   for i in range(tables))


def call(db, sql, *values):
    return db.execute(sql, values).fetchall()


def add_column(db, table, column):
    call(db, "INSERT INTO orm_column(model, name, definition) SELECT name, ?,"
         " 'TEXT' FROM orm_model WHERE table_name = ?", column, f"t{table}")


def first_version(file, work):
    db = connect(file)
    call(db, "SELECT orm_declare(?)", schema(peer.tables_of(work)))
    call(db, "SELECT orm_migrate('tables')")
    call(db, "SELECT orm_export('repo')")
    return db


def make_add(work):
    add_column(first_version("app.db", work), 0, "added0")


def add(work):
    db = connect("app.db")
    call(db, "SELECT orm_migrate('column')")
    call(db, "SELECT orm_export('repo')")


def make_versions(work):
    db = first_version("done.db", work)
    for i, (table, column) in enumerate(peer.changes(work)):
        add_column(db, table, column)
        call(db, f"SELECT orm_migrate('version {i}')")
    call(db, "SELECT orm_export('repo')")


def up(work):
    db = connect("app.db")
    call(db, "SELECT orm_init()")
    call(db, "SELECT orm_import('repo')")
    call(db, "SELECT orm_upgrade()")


def down(work):
    call(connect("done.db"), "SELECT orm_downgrade(0)")


def make_tenants(work):
    first_version("done.db", work).close()
    for file in peer.tenant_files():
        shutil.copy("done.db", file)
    make_versions(work)


def tenants(work):
    for file in peer.tenant_files():
        db = connect(file)
        call(db, "SELECT orm_import('repo')")
        call(db, "SELECT orm_upgrade()")
        db.close()


peer.main({"add": make_add, "add-100": make_add, "up": make_versions,
           "down": make_versions, "tenants": make_tenants},
          {"add": add, "add-100": add, "up": up, "down": down,
           "tenants": tenants})
