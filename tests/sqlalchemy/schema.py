# schema.py create|reflect|compare MODELS FILE: what SQLAlchemy and Alembic make
# of a database. MODELS: app (the tutorial's) or wide.
#
# create: make the tables, by create_all(). reflect: print what SQLAlchemy reads
# of them. compare: print what Alembic's autogenerate would change.

import importlib
import re
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from env import include_object  # of sql/clients/sqlalchemy
from sqlalchemy import create_engine, inspect


def metadata(models):
    module = importlib.import_module(models)
    return module.metadata if models == "wide" else [module.db.metadata]


# An object is as good as another: its address is ignored.
def show(*things):
    print(re.sub(" at 0x[0-9a-f]+", "", " ".join(map(str, things))))


def create(engine, models):
    for each in metadata(models):
        each.create_all(engine)


def reflect(engine, models):
    inspector = inspect(engine)
    for each in metadata(models):
        for table in sorted(each.tables):
            reflect_table(inspector, table)


def reflect_table(inspector, table):
    for column in inspector.get_columns(table):
        show(table, column)
    show(table, inspector.get_pk_constraint(table))
    for question in (
        inspector.get_foreign_keys,
        inspector.get_unique_constraints,
        inspector.get_check_constraints,
        inspector.get_indexes,
    ):
        for line in sorted(map(str, question(table))):
            show(table, line)


def compare(engine, models):
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_object": include_object,
    }
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        for operation in compare_metadata(context, metadata(models)):
            show(operation)


command, models, file = sys.argv[1:]
{"create": create, "reflect": reflect, "compare": compare}[command](
    create_engine("sqlite:///" + file), models
)
