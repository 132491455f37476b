"""Alembic, for peer.py."""

import os
import shutil
import sys

import alembic
from alembic import command
from alembic.config import Config
from sqlalchemy import (Column, ForeignKey, Integer, MetaData, String, Table,
                        Text, create_engine)

import peer

ENV = """
import __main__
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as db:
    context.configure(connection=db, target_metadata=__main__.target)
    with context.begin_transaction():
        context.run_migrations()
"""

VERSION = """
from alembic import op
import sqlalchemy as sa

revision = "{version}"
down_revision = {before!r}

def upgrade():
    {up}

def downgrade():
    {down}
"""

sys.setrecursionlimit(100000)  # SQLAlchemy follows foreign keys by recursion
target = None


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


def config(file="app.db"):
    made = Config(stdout=open(os.devnull, "w"))
    made.set_main_option("script_location", "repo")
    made.set_main_option("sqlalchemy.url", f"sqlite:///{file}")
    return made


def make_repository():
    os.makedirs("repo/versions")
    with open("repo/env.py", "w") as f:
        f.write(ENV)
    shutil.copy(os.path.join(os.path.dirname(alembic.__file__), "templates",
                             "generic", "script.py.mako"), "repo")


def write_version(number, up, down):
    with open(f"repo/versions/{number:04}_version.py", "w") as f:
        f.write(VERSION.format(
            version=f"{number:04}", up=up, down=down,
            before=f"{number - 1:04}" if number > 1 else None))


def write_versions(work):
    make_repository()
    tables = peer.tables_of(work)
    write_version(1, "import __main__\n    __main__.metadata("
                  f"{tables}).create_all(op.get_bind())",
                  "import __main__\n    __main__.metadata("
                  f"{tables}).drop_all(op.get_bind())")
    for i, (table, column) in enumerate(peer.changes(work)):
        write_version(i + 2, f"op.add_column('t{table}',"
                      f" sa.Column('{column}', sa.Text()))",
                      f"op.drop_column('t{table}', '{column}')")


def make_add(work):
    make_repository()
    metadata(peer.tables_of(work)).create_all(create_engine("sqlite:///app.db"))
    command.revision(config(), message="tables")
    command.stamp(config(), "head")


def add(work):
    command.revision(config(), message="column", autogenerate=True)
    command.upgrade(config(), "head")


def up(work):
    command.upgrade(config(), "head")


def make_down(work):
    write_versions(work)
    up(work)


def down(work):
    command.downgrade(config(), "base")


def make_tenants(work):
    write_versions(work)
    command.upgrade(config(), "0001")
    for file in peer.tenant_files():
        shutil.copy("app.db", file)


def tenants(work):
    for file in peer.tenant_files():
        command.upgrade(config(file), "head")


target = metadata(peer.tables_of(sys.argv[2]), added=True)
peer.main({"add": make_add, "add-100": make_add, "up": write_versions,
           "down": make_down, "tenants": make_tenants},
          {"add": add, "add-100": add, "up": up, "down": down,
           "tenants": tenants})
