"""The programs of this folder do the same work, each with one tool:

    PROGRAM make WORK    makes the project of the work in this directory
    PROGRAM run WORK     does the work, and prints the CPU seconds that it took

The works are those of WORKS. A project has tables of twelve columns. Each table
refers to the table before it.
"""

import sys
import time

TABLES, VERSIONED, VERSIONS, TENANTS, SMALL = 1000, 50, 100, 300, 10

WORKS = {
    "add": "a column among 1,000 tables: generate its version, apply it",
    "add-100": "a column among 100 tables: generate its version, apply it",
    "up": "upgrade through 100 versions x 50 tables",
    "down": "downgrade through them",
    "tenants": "upgrade of 300 files by one version, 10 tables each",
}


def tables_of(work):
    return {"add": TABLES, "add-100": 100, "tenants": SMALL}.get(work,
                                                                 VERSIONED)


def changes(work):
    """(table, column) of each version after the first."""
    count = {"up": VERSIONS, "down": VERSIONS}.get(work, 2)
    tables = tables_of(work)
    return [(i % tables, f"added{i}") for i in range(count - 1)]


def parent(i):
    return max(0, i - 1)


def tenant_files():
    return [f"tenant{i}.db" for i in range(TENANTS)]


def main(makers, runners):
    """Calls the function of the work in the table of the verb."""
    verb, work = sys.argv[1:3]
    if verb == "make":
        makers[work](work)
        return
    began = time.process_time()
    took = runners[work](work)
    print(time.process_time() - began if took is None else took)
