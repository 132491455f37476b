"""make bench: what orm costs, beside what others cost, in one run.

    python3 tests/bench/bench.py build/orm.so OUTPUT [ROWS [TABLES...]]

Prints the tables, and writes them into OUTPUT between its two markers. The
README refers to that file.
"""

import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import change
import cost
import peers
import start


BEGIN, END = "<!-- made by make bench -->", "<!-- end -->"


class Report:
    """Tables of Markdown, also printed as they come."""

    def __init__(self):
        self.lines = []

    def say(self, line=""):
        self.lines.append(line)
        print(line, flush=True)

    def head(self, *names):
        self.say("| " + " | ".join(names) + " |")
        self.say("|" + "---|" * len(names))

    def row(self, *cells):
        self.say("| " + " | ".join(cells) + " |")


def drizzle_version(library):
    """None if it is not installed."""
    path = os.path.join(os.path.dirname(library), "clients", "node_modules",
                        "drizzle-kit", "package.json")
    if not os.path.exists(path):
        return None
    with open(path) as f:
        return json.load(f)["version"]


def write(output, lines):
    """Replaces what is between the markers."""
    with open(output) as f:
        head, _, rest = f.read().partition(BEGIN)
    tail = rest.partition(END)[2]
    with open(output, "w") as f:
        f.write(head + "\n".join([BEGIN, "", *lines, "", END]) + tail)


def version_of(module):
    """None if it is not installed."""
    out = subprocess.run([sys.executable, "-c",
                          f"import {module}; print({module}.__version__)"],
                         capture_output=True, text=True)
    return out.stdout.strip() if out.returncode == 0 else None


def say_versions(report, library, versions):
    db = start.connect(":memory:", library)
    orm = db.execute("SELECT orm_extension_version()").fetchone()[0]
    others = ", ".join(f"{name} {version}" if version
                       else f"{name} is not here"
                       for name, version in versions.items())
    report.say(f"orm {orm}, SQLite {sqlite3.sqlite_version}, Python "
               f"{platform.python_version()}, {others}; {os.cpu_count()} "
               f"processors, {platform.machine()}. Medians.")


def main():
    library, output = (os.path.abspath(word) for word in sys.argv[1:3])
    numbers = [int(word) for word in sys.argv[3:]] or [1000000, 10, 100, 1000]
    versions = {name: version_of(name)
                for name in ("alembic", "sqlalchemy", "django", "migrate")}
    versions["drizzle"] = drizzle_version(library)
    versions["sqldiff"] = shutil.which("sqldiff") and sqlite3.sqlite_version
    report = Report()
    say_versions(report, library, versions)
    with tempfile.TemporaryDirectory() as directory:
        report.say("\n## A change of a big table\n")
        change.run(report, directory, library, numbers[0], versions)
        report.say("\n## The start of an application\n")
        start.run(report, directory, library, numbers[1:], versions)
    report.say("\n## Versions, beside other tools\n")
    peers.run(report, library, versions)
    report.say("\n## Whether the cost follows the change\n")
    cost.run(report, library)
    write(output, report.lines)


main()
