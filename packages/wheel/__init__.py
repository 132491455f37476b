"""orm, models and migrations inside SQLite, for Python's sqlite3 and apsw."""

import os

__version__ = "@version@"


def loadable_path():
    """Return the path of the extension, as load_extension() takes it."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "orm")


def load(conn):
    """Load orm into a connection of sqlite3 or apsw.

    Loading of extensions is allowed for the call only.
    """
    # apsw before 3.41 has the names without underscores.
    allow = getattr(conn, "enable_load_extension", None)
    allow = allow or conn.enableloadextension
    allow(True)
    try:
        load_one = getattr(conn, "load_extension", None) or conn.loadextension
        load_one(loadable_path())
    finally:
        allow(False)
